"""Work of people for the queue and the calendar."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app

from lms import clock, mail, storage
from lms.db import release
from lms.jobs.models import Job
from lms.jobs.services import Step, handler, periodic
from lms.people import queries, services, sheet
from lms.people.queries import Scope
from lms.people.services import imports
from lms.tables import TableError

LETTER = """Kính gửi Anh/Chị,

Hệ thống bồi dưỡng CCHC Đồng Tháp nhận được yêu cầu đặt mật khẩu cho tài khoản của Anh/Chị.
Mở liên kết sau trong vòng 1 giờ để đặt mật khẩu:

{url}

Liên kết chỉ dùng được một lần. Nếu Anh/Chị không yêu cầu, hãy bỏ qua thư này; mật khẩu hiện tại không thay đổi.
"""


@handler("people.reset_letter")
def reset_letter(job: Job) -> Iterator[Step]:
    """Make the secret and write the letter; the secret is in the letter only. Nothing happens for a name nobody has."""
    person_id = job.payload["person_id"]
    made = services.make_reset(person_id, clock.now()) if person_id else None
    yield Step(1, 1)
    if made is not None:
        address, secret = made
        url = f"{current_app.config['PUBLIC_URL']}/people/reset/{secret}"
        mail.send(address, "Đặt mật khẩu tài khoản học tập CCHC", LETTER.format(url=url))


@periodic(minute="20", hour="2")
def forget_failures() -> None:
    """Each night: counters of failed sign-ins, and ended sessions, that say nothing any more."""
    services.forget_failures_before(clock.now() - timedelta(days=1))
    services.forget_sessions_before(clock.now() - current_app.permanent_session_lifetime - timedelta(days=30))


@handler("people.import.read")
def read_import(job: Job) -> Iterator[Step]:
    """Read the file of an import and stage its rows beside the record."""
    operation_id, at = job.payload["operation_id"], clock.now()
    operation = queries.import_operation(operation_id, None)
    if operation.state != "reading":  # read already: a worker died after its last step, and somebody may have confirmed since
        yield Step(1, 1)
        return
    content, filename, digest = storage.existing(operation.digest).read_bytes(), operation.filename, operation.digest
    scope = Scope(job.payload["everywhere"], frozenset(job.payload["unit_ids"]))
    release()  # reading the file is slow: nobody waits for the lock meanwhile
    try:
        found = sheet.read_officers(content, filename)
    except TableError as refusal:
        imports.fail_reading(operation_id, str(refusal))
        yield Step(1, 1, result={"href": f"/people/imports/{operation_id}"})
        return
    total = len(found.rows)
    for done in imports.stage(operation_id, found.rows, scope, clock.local(at).date()):
        yield Step(done, total)
    imports.operations.recount(operation_id)
    guessed = {
        "columns": found.columns,
        "unknown": found.unknown,
        "encoding": found.encoding,
        "rows": total,
        "digest": digest[:12],
    }
    imports.finish(operation_id, "staged", clock.now(), **guessed)
    yield Step(total, total, result={"href": f"/people/imports/{operation_id}"})


@handler("people.import.confirm")
def confirm_import(job: Job) -> Iterator[Step]:
    """Write what was staged; goes on from the last row of the last chunk."""
    operation_id, after, done = job.payload["operation_id"], job.cursor.get("after", 0), job.done
    total = job.payload["total"]
    while True:
        after, count = imports.write_chunk(operation_id, after, clock.now())
        if not count:
            break
        done += count
        yield Step(done, total, {"after": after})
    imports.operations.recount(operation_id)
    imports.finish(operation_id, "confirmed", clock.now())
    yield Step(done, total, {"after": after}, {"href": f"/people/imports/{operation_id}"})


@handler("people.import.reverse")
def reverse_import(job: Job) -> Iterator[Step]:
    """Take back what was written, the last row first."""
    operation_id, before, done = job.payload["operation_id"], job.cursor.get("before"), job.done
    kept, total = job.cursor.get("kept", 0), job.payload["total"]
    while True:
        before, count, stayed = imports.reverse_chunk(operation_id, before, clock.now())
        if not count:
            break
        done, kept = done + count, kept + stayed
        yield Step(done, total, {"before": before, "kept": kept})
    imports.finish(operation_id, "reversed", clock.now(), kept=kept)
    yield Step(done, total, {"before": before, "kept": kept}, {"href": f"/people/imports/{operation_id}"})

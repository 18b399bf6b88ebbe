"""Work of tracking for the queue and the calendar."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import func, select

from lms import clock, storage
from lms.audit.services import record
from lms.competence.rules import changed
from lms.db import db, release
from lms.jobs.models import Job
from lms.jobs.services import Step, enqueue, handler, periodic
from lms.tracking import services
from lms.tracking.models import Calibration, Evidence
from lms.tracking.queries import preview
from lms.tracking.queries.ledger import entries
from lms.tracking.queries.parameters import Law, Laws, law
from lms.tracking.sheet import MIMES

AT_ONCE = 100  # officers compared between two looks at the database
KEPT = timedelta(days=30)  # how long a preview is kept

CHUNK = 200  # officers a transaction


@periodic(minute="*/5")
def read_new_results() -> None:
    """What officers achieved becomes evidence and awards, a chunk of officers a transaction."""
    for _ in services.refresh_all(clock.now()):
        db.session.commit()


@periodic(minute="20", hour="17")
def watch_awards() -> None:
    """Each night at 00:20 in Đồng Tháp (the calendar counts in UTC): levels about to end, and those whose legal basis was replaced."""
    for work in (services.warn_of_ends, services.mark_stale):
        last = 0
        while last := work(clock.now(), after=last, limit=CHUNK):
            db.session.commit()


@periodic(minute="15", hour="17")
def count_the_province() -> None:
    """A quarter past midnight in Đồng Tháp: the day that has ended is counted; snapshots nobody needs any more are forgotten."""
    at = clock.now()
    day = clock.today() - timedelta(days=1)
    payload = {"as_of": day.isoformat(), "reason": services.reason_for(day)}
    enqueue("tracking.snapshot", "Tính số liệu năng lực toàn tỉnh", payload, None, at)
    db.session.commit()
    for _ in services.forget_snapshots(at):
        db.session.commit()


@handler("tracking.snapshot")
def count_snapshot(job: Job) -> Iterator[Step]:
    """Count the province at the end of a day; one that was broken off begins anew, and what it left is forgotten."""
    asked, by_id, at = dict(job.payload), job.owner_id, clock.now()
    snapshot_id = services.begin_snapshot(date.fromisoformat(asked["as_of"]), at, asked["reason"], by_id)
    yield Step(0, 0)
    for done, total in services.count_snapshot(snapshot_id, at):
        yield Step(done, total, result={"href": f"/tracking/province?snapshot={snapshot_id}"})


@handler("tracking.export")
def export_names(job: Job) -> Iterator[Step]:
    """Write a long list of officers, and keep the file for the one who asked."""
    asked, by_id, at = dict(job.payload), job.owner_id, clock.now()
    wanted, kind = services.NamesWanted.of(asked["wanted"]), asked["kind"]
    sheet = services.names_sheet(wanted, clock.today())
    release()
    folder = current_app.config["DATA_DIR"] / "files"
    folder.mkdir(exist_ok=True)
    file = services.write_file(sheet, kind, folder)
    size, digest = file.stat().st_size, storage.put_file(file)
    services.note_export(len(sheet.rows), kind, wanted.said(), digest, by_id, at)
    result = {"file": digest, "name": f"nang-luc.{kind}", "mime": MIMES[kind], "size": size}
    yield Step(len(sheet.rows), len(sheet.rows), result=result)


@periodic(minute="50", hour="17")
def age_standings() -> None:
    """Each night at 00:50 in Đồng Tháp: standings that have grown old are computed again; old previews are forgotten."""
    at = clock.now()
    for _ in services.age_standings(at):
        db.session.commit()
    services.forget_previews(at - KEPT)


@periodic(minute="30", hour="18", day="1")
def propose_calibration() -> None:
    """Each month, at night: the parameters of the questions are estimated again where there are new answers. Somebody decides whether to use them."""
    made = db.session.scalar(select(func.max(Calibration.made_at)))
    new = select(Evidence.id).where(Evidence.answers.is_not(None)).limit(1)
    if db.session.scalar(new.where(Evidence.recorded_at > made) if made else new) is not None:
        enqueue("tracking.calibrate", "Ước lượng tham số câu hỏi hằng tháng", {}, None, clock.now())


@handler("tracking.calibrate")
def calibrate(job: Job) -> Iterator[Step]:
    """Read the answers, estimate outside any transaction, write the proposal."""
    if number := job.cursor.get("number"):  # written already: a worker died after its last step
        yield Step(job.done, job.total, {"number": number})
        return
    owner_id, found, read = job.owner_id, services.Answers(), 0
    total = db.session.scalar(select(func.count()).where(Evidence.answers.is_not(None))) or 0
    for read in services.collect(found):
        yield Step(read, total)
    parameters = services.parameters_of(found)
    at = clock.now()
    number = services.propose_calibration(parameters, at).number
    services.tell_deciders(number, owner_id, at)
    record(owner_id, "tracking.calibrate", "calibration", number, at, count=parameters.answers, officers=parameters.officers)
    yield Step(read, read, {"number": number}, {"href": f"/tracking/calibrations/{number}"})


@handler("people.merged")
def renew_merged(job: Job) -> Iterator[Step]:
    """Two records of a person were joined: where the person left stands is computed from both."""
    services.renew([job.payload["into_id"]], clock.now())
    yield Step(1, 1)


@handler("tracking.preview")
def compare(job: Job) -> Iterator[Step]:
    """Judge every officer's answers under what holds and under what is proposed; goes on from the last officer."""
    job_id, on = job.id, clock.local(job.created_at).date()
    last, done = job.cursor.get("last", 0), job.done
    before, after = _held_against(job)
    total = preview.how_many_people()
    while people := preview.people_after(last, AT_ONCE):
        known = entries(people)
        release()  # comparing is slow: nobody waits for the lock meanwhile
        found = preview.compare(known, before, after, on)
        services.stage(job_id, found)
        last, done = people[-1], done + len(people)
        yield Step(done, max(done, total), {"last": last})
    yield Step(done, done, {"last": last}, {"href": f"/tracking/previews/{job_id}"})


def _held_against(job: Job) -> tuple[Law, Law]:
    """The law that holds and the law proposed."""
    asked = job.payload
    before = Laws().numbered(asked["rules"], asked["calibration"])
    if asked["what"] == "rules":
        return before, law(changed(before.rules, asked["rules"] + 1, asked["settings"]), asked["calibration"])
    return before, law(before.rules, asked["number"])

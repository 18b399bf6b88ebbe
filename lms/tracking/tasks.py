"""Work of tracking for the queue and the calendar."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import current_app

from lms import clock, storage
from lms.db import db, release
from lms.jobs.models import Job
from lms.jobs.services import Step, enqueue, handler, periodic
from lms.tracking import services
from lms.tracking.sheet import MIMES

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

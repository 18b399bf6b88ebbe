"""Work of rosters for the queue."""

from collections.abc import Iterator
from datetime import date

from flask import current_app

from lms import clock
from lms.db import release
from lms.jobs.models import Job
from lms.jobs.services import Step, handler
from lms.people.queries import Scope
from lms.rosters import services
from lms.rosters.sheet import MIMES


@handler("rosters.export")
def export(job: Job) -> Iterator[Step]:
    """Write a large roster, holding no lock between chunks, and keep the file for the one who asked."""
    asked, by_id = dict(job.payload), job.owner_id
    filters, as_of, kind = services.from_json(asked["filters"]), date.fromisoformat(asked["as_of"]), asked["kind"]
    scope = Scope(everywhere=asked["scope"]["everywhere"], unit_ids=frozenset(asked["scope"]["unit_ids"]))
    folder = current_app.config["DATA_DIR"] / "files"
    folder.mkdir(exist_ok=True)
    file, lines = services.write(filters, scope, as_of, kind, folder, let_others_write=True)
    size = file.stat().st_size
    digest = services.keep(file)
    release()
    services.note(filters, as_of, kind, lines, digest, by_id, clock.now())
    name = f"danh-sach-hoan-thanh-{as_of.isoformat()}.{kind}"
    yield Step(lines, lines, result={"file": digest, "name": name, "mime": MIMES[kind], "size": size})

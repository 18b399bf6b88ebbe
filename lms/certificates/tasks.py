"""Work of certificates for the queue."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app
from sqlalchemy import func, select

from lms import clock, storage
from lms.certificates import queries, services
from lms.certificates.models import Certificate
from lms.db import db, release
from lms.jobs.models import Job
from lms.jobs.services import Step, handler
from lms.people.queries import Scope

BATCH = 20


@handler("certificates.pdf")
def make_pdfs(job: Job) -> Iterator[Step]:
    """Draw and keep the PDFs of a decision outside any transaction, and note them, a batch a commit."""
    decision_id = job.payload["decision_id"]
    total = db.session.scalar(select(func.count()).select_from(Certificate).where(Certificate.decision_id == decision_id)) or 0
    while batch := [(row.id, row.frozen) for row in queries.without_pdf(decision_id, BATCH)]:
        release()
        kept = [(certificate_id, storage.put(queries.draw(frozen))) for certificate_id, frozen in batch]
        for certificate_id, digest in kept:
            services.keep_pdf(certificate_id, digest)
        left = db.session.scalar(
            select(func.count()).select_from(Certificate).where(
                Certificate.decision_id == decision_id, Certificate.pdf_digest.is_(None)
            )
        ) or 0  # fmt: skip
        yield Step(total - left, total)
    yield Step(total, total, result={"href": "/certificates/register"})


@handler("certificates.register")
def export_register(job: Job) -> Iterator[Step]:
    """Write a large register into a file, holding no lock between chunks, and keep it for the one who asked."""
    reach, search, by_id, lines = job.payload["scope"], job.payload["search"], job.owner_id, 0
    scope = Scope(everywhere=reach["everywhere"], unit_ids=frozenset(reach["unit_ids"]))
    release()
    folder = current_app.config["DATA_DIR"] / "files"
    folder.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as out:
        for piece in queries.register_csv(queries.whole_register(scope, search, let_others_write=True)):
            out.write(piece)
            lines += piece.count(b"\r\n")
    size = Path(out.name).stat().st_size
    digest = storage.put_file(Path(out.name))
    release()
    services.note_export(by_id, search, lines - 1, digest, clock.now())
    result = {"file": digest, "name": services.REGISTER_FILE, "mime": services.CSV, "size": size}
    yield Step(lines - 1, lines - 1, result=result)

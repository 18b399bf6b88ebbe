"""Work of certificates for the queue."""

from collections.abc import Iterator

from sqlalchemy import func, select

from lms import storage
from lms.certificates import queries, services
from lms.certificates.models import Certificate
from lms.db import db, release
from lms.jobs.models import Job
from lms.jobs.services import Step, handler

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

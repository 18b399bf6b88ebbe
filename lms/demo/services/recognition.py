"""Certificates for the demo: most completions recognised under a decision that says itself that it is only for trying."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from lms import clock
from lms.certificates import services as certificates
from lms.certificates.models import Certificate
from lms.certificates.services import AT_ONCE, Paper
from lms.courses.models import Enrolment
from lms.db import db
from lms.people.models import Identifier

EVERY_NTH_WAITS = 5


def recognise(public_url: str, at: datetime) -> Iterator[int]:
    """Recognise four of five completions; the rest wait, so that the admin's page has something to do. The caller commits at each yield."""
    admin_id = db.session.scalars(select(Identifier.person_id).where(Identifier.value == "quantri@vidu.example")).one()
    paper = Paper(
        number="(dữ liệu thử)", day=clock.local(at).date(), signer_title="GIÁM ĐỐC", signer_name="(dữ liệu thử)", issuer="SNV",
        issuer_name="SỞ NỘI VỤ", issuer_parent="UBND TỈNH ĐỒNG THÁP", place="Đồng Tháp",
    )  # fmt: skip
    decision = certificates.decide(paper, admin_id, at)
    waiting = select(Enrolment.id).outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
    query = waiting.where(Enrolment.completed_at.is_not(None), Certificate.id.is_(None)).order_by(
        Enrolment.completed_at, Enrolment.id
    )
    ids = [enrolment_id for n, enrolment_id in enumerate(db.session.scalars(query)) if n % EVERY_NTH_WAITS]
    for begin in range(0, len(ids), AT_ONCE):
        yield len(certificates.approve(decision, ids[begin : begin + AT_ONCE], public_url, admin_id, at))

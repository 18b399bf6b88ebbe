"""Tara writes, Rita reviews, Pia publishes; all in one course."""

from types import SimpleNamespace

import pytest

from lms import clock
from lms.authoring.services import questions as services
from lms.content import services as content
from lms.courses.models import Course
from lms.db import db
from lms.library.services import put_instrument
from lms.questions.models import Bank
from lms.tracking.models import Competence
from tests import factories
from tests.authoring.films import pack

ENTRY = {
    "kind": "single", "competence": "C1.1", "level": 1, "cognitive": "remember", "stem": "CCHC gồm mấy nội dung?",
    "explanation": "Sáu nội dung theo Nghị quyết 76.", "citations": [{"instrument": "nq-76-2021", "article": "Mục I"}],
    "options": [{"text": "Sáu nội dung", "correct": True}, {"text": "Bảy nội dung"}, {"text": "Năm nội dung"}],
}  # fmt: skip


@pytest.fixture
def desk(session):
    """A course with its bank, and who works on it."""
    course = factories.quiz()
    people = {name: factories.person(name) for name in ("Trần Tara", "Lê Rita", "Võ Pia")}
    tara, rita, pia = people.values()
    for person, role in ((tara, "author"), (rita, "reviewer"), (pia, "publisher")):
        factories.grant(person, role, "course", course.course_id)
    put_instrument(
        {"key": "nq-76-2021", "kind": "Nghị quyết", "number": "76/NQ-CP", "issuer": "CP", "title": "x", "verified": True}
    )
    if not session.query(Competence).filter_by(code="C1.1").first():
        session.add(Competence(code="C1.1", area_code="N1", area_name="N", name="Xây dựng kế hoạch", levels=["a"] * 5, rank=1))
    bank = session.get(Bank, session.query(Bank.id).order_by(Bank.id.desc()).first()[0])
    session.commit()

    def written(entry=None) -> int:
        """A draft that may go to review."""
        question_id = services.create(bank.id, (entry or ENTRY)["kind"], tara.id, clock.now())
        services.write(question_id, entry or ENTRY, 1, tara.id, clock.now())
        db.session.commit()
        return question_id

    return SimpleNamespace(course=course, bank=bank, tara=tara, rita=rita, pia=pia, written=written)


@pytest.fixture
def published(session, tmp_path):
    put_instrument({"key": "nq-76", "kind": "Nghị quyết", "number": "76", "issuer": "CP", "title": "x", "verified": True})
    read, sources = pack(tmp_path)
    assert [str(p) for source in sources for p in source.problems] == []
    content.publish_course(read, "1" * 64, clock.now(), None)
    session.commit()
    return session.query(Course).filter_by(code="K95").one()

"""Completions that wait, and a decision."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest

from lms.certificates import services
from lms.db import db
from tests import factories

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PAPER = services.Paper(
    "125/QĐ-SNV", date(2026, 11, 20), "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "Trần Văn Bình", "SNV", "SỞ NỘI VỤ", "UBND TỈNH ĐỒNG THÁP", "Đồng Tháp"
)  # fmt: skip


def make_completion():
    """make_completion(name, unit, course): an officer who completed the course with 85 per cent."""
    names = count(1)

    def completed(name="", unit=None, course=None, at=AT, **more):
        officer = factories.person(name or f"Lê Thị Hoa {next(names)}", **more)
        unit = unit or factories.unit()
        factories.assignment(officer, unit)
        cycle = factories.enrolment(officer, course or factories.course(f"K{next(names)}"))
        cycle.completed_at, cycle.completion_origin, cycle.percent, cycle.unit_id = at, "here", Decimal(85), unit.id
        db.session.flush()
        return cycle

    return completed


@pytest.fixture
def completed(session):
    return make_completion()


@pytest.fixture
def decision(session):
    return services.decide(PAPER, 1, AT)


@pytest.fixture
def issue(decision):
    """issue(cycle): the certificate of a completed cycle."""

    def issue(cycle):
        (certificate_id,) = services.approve(decision, [cycle.id], "http://localhost", 1, AT)
        return db.session.get(services.Certificate, certificate_id)

    return issue

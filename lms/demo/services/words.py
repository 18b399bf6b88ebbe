"""Issued papers of experienced officers, confirmed by a head: what gives the province levels 2 to 4 to look at."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from lms.assignments.models import Confirmation, Product
from lms.assignments.queries import HIGHEST
from lms.clock import LOCAL
from lms.db import db
from lms.demo.province import Officer
from lms.demo.services.rows import Rows
from lms.people.models import Position
from lms.tracking.models import Competence, Requirement

EXPERIENCED = 0.4  # of the officers who came
SHOWN = 0.85  # of what the position asks of an experienced one


def required_core() -> dict[str, list[tuple[str, int]]]:
    """Position code -> its core competences with the level required now."""
    query = (
        select(Position.code, Competence.code, Requirement.level)
        .join(Position, Position.id == Requirement.position_id)
        .join(Competence, Competence.id == Requirement.competence_id)
        .where(Requirement.core.is_(True), Requirement.until.is_(None))
        .order_by(Position.code, Competence.rank)
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for position, competence, level in db.session.execute(query):
        found.setdefault(position, []).append((competence, level))
    return found


def put_words(
    rows: Rows, officer: Officer, person_id: int, n: int, core: Mapping[str, list[tuple[str, int]]], head_id: int, now: datetime
) -> int:
    """Note papers and the head's word on each, from the officer's number `n` on; the last number of the record."""
    picks = officer.picks
    if officer.stage == "absent" or picks.random() > EXPERIENCED:
        return n
    thorough = picks.random() < 0.6
    for competence, level in core.get(officer.position, ()):
        if level > HIGHEST or not (thorough or picks.random() < SHOWN):
            continue
        issued = _day(officer, picks.random(), now)
        if issued >= now.date():
            continue
        n += 1
        _put(rows, officer, person_id, n, competence, level, issued, head_id)
    return n


def _day(officer: Officer, part: float, now: datetime) -> date:
    """A day between the officer's first and today."""
    return officer.since + timedelta(days=int(part * (now.date() - officer.since).days))


def _put(rows: Rows, officer: Officer, person_id: int, n: int, competence: str, level: int, issued: date, head_id: int) -> None:
    at = datetime.combine(issued, time(9), LOCAL)
    product_id = rows.add(
        Product, officer_id=person_id, kind="paper", number="…", symbol="BC-UBND", issued_on=issued, issuer="(dữ liệu thử)",
        summary=f"Văn bản thể hiện năng lực {competence} (dữ liệu thử)", part="Trực tiếp soạn.", files=[], competence=competence,
        level=level, by_id=person_id, at=at,
    )  # fmt: skip
    rows.add(
        Confirmation, product_id=product_id, officer_id=person_id, n=n, revision=1, confirmed=True, level=level,
        reason="Tự soạn, dùng được ngay. (dữ liệu thử)", by_id=head_id, unit_id=officer.unit_id, at=at,
    )  # fmt: skip

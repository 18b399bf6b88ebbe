"""What officers of a position make of a course in the editor: how it comes to them, and what it gives them of what they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, and_, bindparam, or_, select

from lms.authoring.queries.drafts import Draft
from lms.courses.models import Course, CourseVersion, EnrolmentRule
from lms.courses.queries import meant_for
from lms.db import db
from lms.library.models import Instrument
from lms.library.queries import in_force_on
from lms.people.models import Position
from lms.tracking.models import Competence, Requirement


@dataclass(frozen=True)
class Seen:
    """A course as one position has it: `word` is mandatory, newcomers (mandatory for who is newly assigned), meant or other; then in
    sentences how it comes to them, and what it gives of what the position requires."""

    word: str
    ways: list[str]
    gains: list[str]


@dataclass(frozen=True)
class Cited:
    """What a lesson of the draft rests on, as lms.library.queries.citations gives it for a published one."""

    key: str
    kind: str
    number: str
    title: str
    article: str
    note: str
    verified: bool
    ended: date | None
    in_force: bool


def positions() -> Sequence[Row]:
    """Job positions: id, code, name, unit_kinds."""
    return db.session.execute(
        select(Position.id, Position.code, Position.name, Position.unit_kinds).order_by(Position.code)
    ).all()


def seen_by(draft: Draft, position: Row, today: date) -> Seen:
    """What the draft, once published, is to officers of that position."""
    held = [(position.code, kind) for kind in position.unit_kinds or [""]]
    audience = draft.entry["audience"]
    meant = meant_for(audience, held)
    days = draft.entry.get("onboarding", {}).get("days")
    whom = [rule for rule in _rules(draft.course_id, today) if meant_for(rule.audience, held)]
    newcomers = days is not None and meant
    ways = [_enrolled("Người đang giữ và người mới nhận vị trí này", rule.days) for rule in whom]
    if newcomers:
        ways.append(_enrolled("Người mới được phân công vào vị trí này", days, " tính từ ngày phân công"))
    if not ways:
        ways.append("Học viên tự ghi danh, không có hạn.")
    listed = "Khóa đứng ở nhóm khóa dành cho mình trong danh mục." if meant else "Khóa đứng ở nhóm khóa khác trong danh mục."
    if before := _titles(draft.entry["prerequisites"]):
        ways.append(f"Khóa mở sau khi hoàn thành {before}.")
    word = "mandatory" if whom else "newcomers" if newcomers else "meant" if meant else "other"
    return Seen(word, [listed, *ways], _gains(draft, position.id, today))


def _enrolled(who: str, days: int, since: str = "") -> str:
    return f"{who} được ghi danh ngay, hạn {days} ngày{since}." if days else f"{who} được ghi danh ngay, không có hạn."


def _rules(course_id: int, today: date) -> Sequence[Any]:
    open_ = or_(EnrolmentRule.until.is_(None), EnrolmentRule.until >= today)
    where = and_(EnrolmentRule.course_id == course_id, EnrolmentRule.kind == "audience", open_)
    return db.session.execute(select(EnrolmentRule.audience, EnrolmentRule.days).where(where)).all()


def _titles(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    query = select(Course.code, CourseVersion.title).join(CourseVersion, CourseVersion.id == Course.current_id)
    return ", ".join(
        f"{code} {title}" for code, title in db.session.execute(query.where(Course.code.in_(codes)).order_by(Course.code))
    )


def _gains(draft: Draft, position_id: int, today: date) -> list[str]:
    given = {e["competence"]: e["level"] for e in draft.entry["evidences"]}
    query = (
        select(Competence.code, Competence.name, Requirement.level, Requirement.core)
        .outerjoin(
            Requirement,
            and_(
                Requirement.competence_id == Competence.id, Requirement.position_id == position_id, Requirement.since <= today,
                or_(Requirement.until.is_(None), Requirement.until >= today),
            ),
        )
        .where(Competence.code.in_(given))
        .order_by(Competence.rank)
    )  # fmt: skip
    return [_gain(row, given[row.code]) for row in db.session.execute(query)]


def _gain(row: Row, level: int) -> str:
    name = f"{row.code} {row.name}"
    if row.level is None:
        return f"{name}: vị trí này không yêu cầu; kết quả vẫn được ghi nhận đến cấp {level}."
    core = ", năng lực cốt lõi" if row.core else ""
    return f"{name}: vị trí này cần cấp {row.level}{core}; khóa ghi nhận đến cấp {level}."


def cited(citations: Sequence[dict[str, Any]], today: date) -> list[Cited]:
    """What the citations of a lesson's head name, with whether it is in force today."""
    force = in_force_on(bindparam("day", type_=Date)).label("in_force")
    query = select(
        Instrument.key, Instrument.kind, Instrument.number, Instrument.title, Instrument.verified, Instrument.ended, force
    ).where(Instrument.key.in_({c["instrument"] for c in citations}))
    known = {row.key: row for row in db.session.execute(query, {"day": today})}
    return [
        Cited(article=c["article"], note=c.get("note", ""), **known[c["instrument"]]._mapping)
        for c in citations
        if c["instrument"] in known
    ]

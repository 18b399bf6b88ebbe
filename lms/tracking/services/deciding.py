"""What happens to an award after it was given: notice before it ends, a legal basis that was replaced, a decision. Nothing falls silently."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from lms.clock import local
from lms.competence.rules import months_later
from lms.courses import services as courses
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.library.models import Citation, Instrument
from lms.notices.services import Message, send_all
from lms.people.models import PersonAlias
from lms.questions.models import QuestionVersion
from lms.tracking.models import Award, AwardNote, Competence, Evidence
from lms.tracking.queries.holding import counting
from lms.tracking.queries.ledger import Entry, entries, in_use
from lms.tracking.queries.parameters import Laws

NOTICE_DAYS = 60  # before the end of validity
RESTS_ON = 0.5  # of the answers: from this share on a level rests on the instrument
WATCHED = timedelta(days=200)  # how long after its end an instrument is looked for


def warn_of_ends(at: datetime, after: int, limit: int) -> int:
    """Tell officers of levels whose validity ends within 60 days, and of those that count by their grace only; each once. Awards with an id
    above `after`, `limit` of them; returns the last id, 0 when there are no more."""
    today = local(at).date()
    longer = aliased(Award)
    renewed = (
        select(longer.id)
        .where(
            longer.officer_id == Award.officer_id,
            longer.competence_id == Award.competence_id,
            longer.level >= Award.level,
            or_(longer.valid_until.is_(None), longer.valid_until > Award.valid_until),
        )
        .exists()
    )
    person = func.coalesce(PersonAlias.into_id, Award.officer_id)
    query = (
        select(
            Award.id,
            person.label("person_id"),
            Award.level,
            Award.valid_until,
            Award.counts_until,
            Competence.code,
            Competence.name,
        )
        .join(Competence, Competence.id == Award.competence_id)
        .outerjoin(PersonAlias, PersonAlias.person_id == Award.officer_id)
        .where(Award.id > after, Award.valid_until <= today + timedelta(days=NOTICE_DAYS), counting(today), ~renewed)
        .order_by(Award.id)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    send_all([_warning(row, today) for row in rows], at)
    return rows[-1].id if rows else 0


def _warning(row: Any, today: date) -> Message:
    level = f"Cấp {row.level} của năng lực {row.code} {row.name}"
    href = f"/tracking/why/{row.code}"
    if row.valid_until < today:
        until = f"{row.counts_until:%d/%m/%Y}"
        return Message(
            row.person_id,
            "award_grace",
            str(row.id),
            f"{level} đã hết hạn, còn được tính đến {until}. Làm vài câu để gia hạn.",
            href,
        )
    until = f"{row.valid_until:%d/%m/%Y}"
    return Message(row.person_id, "award_soon", str(row.id), f"{level} có giá trị đến {until}. Làm vài câu để gia hạn.", href)


def mark_stale(at: datetime, after: int, limit: int) -> int:
    """Note on awards that rest on an instrument no longer in force that they ask for an update, until when they count, and tell the officer.

    An award rests on it when at least half of the answers it was given on are to questions that cite it. Officers with an id above
    `after`, `limit` of them; returns the last id, 0 when there are no more.
    """
    today = local(at).date()
    ended = _ended(today)
    if not ended:
        return 0
    query = select(Award.officer_id).where(Award.officer_id > after, Award.p.is_not(None), counting(today), Award.awarded_at < at)
    officer_ids = list(db.session.scalars(query.distinct().order_by(Award.officer_id).limit(limit)))
    if not officer_ids:
        return 0
    citing = {row.id: _citing(row.id) for row in ended}
    known = entries(officer_ids)
    laws = Laws()
    for award in _unnoted(officer_ids, today):
        for instrument in ended:
            if local(award.awarded_at).date() <= instrument.ended and _rests(award, known, citing[instrument.id]):
                _note_stale(award, instrument, laws, at)
                break
    return officer_ids[-1]


def _ended(today: date) -> Sequence[Any]:
    query = select(Instrument.id, Instrument.kind, Instrument.number, Instrument.ended)
    return db.session.execute(query.where(Instrument.ended < today, Instrument.ended > today - WATCHED)).all()


def _citing(instrument_id: int) -> set[int]:
    """Questions of which a wording cites the instrument."""
    query = (
        select(QuestionVersion.question_id)
        .join(Citation, (Citation.object_id == QuestionVersion.id) & (Citation.object_kind == "question_version"))
        .where(Citation.instrument_id == instrument_id)
    )
    return set(db.session.scalars(query))


def _unnoted(officer_ids: Collection[int], today: date) -> Sequence[Any]:
    """Awards on answers that count and of which nothing has been noted yet."""
    noted = select(AwardNote.id).where(AwardNote.award_id == Award.id).exists()
    query = (
        select(Award.__table__, Competence.code, Competence.name, Evidence.result_n)
        .join(Competence, Competence.id == Award.competence_id)
        .join(Evidence, Evidence.id == Award.evidence_id)
        .where(Award.officer_id.in_(officer_ids), Award.p.is_not(None), counting(today), ~noted)
        .order_by(Award.id)
    )
    return db.session.execute(query).all()


def _rests(award: Any, known: Mapping[int, Sequence[Entry]], questions: Collection[int]) -> bool:
    rows = [
        row[0]
        for entry in in_use([e for e in known.get(award.officer_id, ()) if e.code == award.code and e.n <= award.result_n])
        for row in entry.answers
    ]
    return bool(rows) and sum(question_id in questions for question_id in rows) >= RESTS_ON * len(rows)


def _note_stale(award: Any, instrument: Any, laws: Laws, at: datetime) -> None:
    ends_on = months_later(instrument.ended, laws.at(at).rules.update_months)
    reason = f"{instrument.kind} {instrument.number} hết hiệu lực sau ngày {instrument.ended:%d/%m/%Y}"
    _note(award.id, award.officer_id, "stale", local(at).date(), ends_on, reason, None, at)
    text = (
        f"Cấp {award.level} của năng lực {award.code} {award.name} cần cập nhật: {reason}. "
        f"Mức này còn được tính đến {ends_on:%d/%m/%Y}; làm vài câu về quy định mới để giữ."
    )
    send_all([Message(award.officer_id, "award_stale", str(award.id), text, f"/tracking/why/{award.code}")], at)


def keep_award(award_id: int, reason: str, by_id: int, at: datetime) -> Award:
    """Decide that a level whose legal basis was replaced counts on all the same. Raises NotFound, Conflict when it asks for no update."""
    award = _award(award_id)
    if _newest_note(award_id) != "stale":
        raise Conflict("Mức này không ở trạng thái cần cập nhật.")
    _note(award.id, award.officer_id, "kept", local(at).date(), None, reason, by_id, at)
    return award


def end_award(award_id: int, reason: str, by_id: int, at: datetime) -> Award:
    """End a level by a decision, with its reason; the officer is told. Raises NotFound, Conflict when it has ended already."""
    award = _award(award_id)
    if _newest_note(award_id) == "ended":
        raise Conflict("Mức này đã được kết thúc trước đó.")
    _note(award.id, award.officer_id, "ended", local(at).date(), None, reason, by_id, at)
    competence = db.session.get_one(Competence, award.competence_id)
    text = f"Cấp {award.level} của năng lực {competence.code} {competence.name} đã được kết thúc theo quyết định. Lý do: {reason}"
    send_all([Message(award.officer_id, "award_ended", str(award.id), text, f"/tracking/why/{competence.code}")], at)
    return award


def end_awards_on(source_kind: str, source_ids: Collection[int], reason: str, by_id: int, at: datetime) -> list[Award]:
    """End every award that stands on these sources (of evidence), by officer; those that have ended already are left. Nobody is told."""
    query = (
        select(Award)
        .join(Evidence, Evidence.id == Award.evidence_id)
        .where(Evidence.source_kind == source_kind, Evidence.source_id.in_(source_ids))
        .order_by(Award.officer_id, Award.id)
    )
    ended = [award for award in db.session.scalars(query) if _newest_note(award.id) != "ended"]
    for award in ended:
        _note(award.id, award.officer_id, "ended", local(at).date(), None, reason, by_id, at)
    return ended


def _newest_note(award_id: int) -> str | None:
    """What was last decided of an award."""
    return db.session.scalar(select(AwardNote.kind).where(AwardNote.award_id == award_id).order_by(AwardNote.n.desc()).limit(1))


def _award(award_id: int) -> Award:
    award = db.session.get(Award, award_id)
    if award is None:
        raise NotFound
    return award


def _note(
    award_id: int, officer_id: int, kind: str, day: date, ends_on: date | None, reason: str, by_id: int | None, at: datetime
) -> None:
    n = courses.next_number(officer_id)
    db.session.add(
        AwardNote(award_id=award_id, n=n, kind=kind, day=day, ends_on=ends_on, reason=reason, by_id=by_id, recorded_at=at)
    )
    db.session.flush()

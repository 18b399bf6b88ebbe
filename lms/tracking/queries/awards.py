"""One award with what was decided of it."""

from collections.abc import Sequence

from sqlalchemy import Row, func, select

from lms.assignments.queries import decisions_of
from lms.db import db
from lms.errors import NotFound
from lms.people.models import Person, PersonAlias
from lms.tracking.models import Award, AwardNote, Competence, Evidence


def award(award_id: int) -> tuple[Row, Sequence[Row], Row | None]:
    """An award beside person and competence; what was decided of it, oldest first; the recognition it stands on, if one. Raises NotFound."""
    person = func.coalesce(PersonAlias.into_id, Award.officer_id)
    query = (
        select(
            Award.__table__,
            person.label("person_id"),
            Person.full_name,
            Competence.code,
            Competence.name,
            Evidence.source_kind,
            Evidence.source_id,
        )
        .outerjoin(PersonAlias, PersonAlias.person_id == Award.officer_id)
        .join(Person, Person.id == person)
        .join(Evidence, Evidence.id == Award.evidence_id)
        .join(Competence, Competence.id == Award.competence_id)
        .where(Award.id == award_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    notes = (
        select(AwardNote.__table__, Person.full_name.label("by_name"))
        .outerjoin(Person, Person.id == AwardNote.by_id)
        .where(AwardNote.award_id == award_id)
        .order_by(AwardNote.n)
    )
    decision = decisions_of([row.source_id]).get(row.source_id) if row.source_kind == "recognition" else None
    return row, db.session.execute(notes).all(), decision

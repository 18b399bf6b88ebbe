"""The shortest plan that closes the gaps: what to do, in which order, how long it takes and how much it weighs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.competence.engine import NOT_ENOUGH
from lms.tracking.queries.needs import Offer
from lms.tracking.queries.parameters import ON_ANSWERS
from lms.tracking.queries.picking import how_long, how_many
from lms.tracking.queries.profile import Line

STEPS = 3  # shown; a longer list is nobody's plan


@dataclass
class Step:
    """One thing to do. `kind`: practice (questions on one competence), course, product (a marked or confirmed piece of work).
    `raises`: (competence code, level it may lead to)."""

    kind: str
    minutes: int
    bytes: int = 0
    code: str = ""
    name: str = ""
    questions: int = 0
    course: Offer | None = None
    raises: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """The first steps, and what all steps together ask."""

    steps: Sequence[Step]
    more: int
    minutes: int
    bytes: int


def plan(lines: Sequence[Line]) -> Plan:
    """Core competences first; where only proof is missing, practice comes before a course, as it is shorter."""
    steps: list[Step] = []
    courses: dict[int, Step] = {}
    products: list[Line] = []
    for line in lines:
        if not line.gap:
            continue
        if line.held >= ON_ANSWERS[-1] and not line.offers:
            products.append(line)
        elif line.held < ON_ANSWERS[-1] and line.next is not None and line.next.status == NOT_ENOUGH:
            steps.append(
                Step("practice", how_long(line), 0, line.need.code, line.need.name, how_many(line),
                     raises=[(line.need.code, line.held + 1)])
            )  # fmt: skip
        elif line.offers:
            _add_course(courses, steps, line)
    for line in products:
        steps.append(Step("product", 0, 0, line.need.code, line.need.name, raises=[(line.need.code, line.held + 1)]))
    steps.sort(key=lambda step: {"practice": 0, "course": 1, "product": 2}[step.kind])
    return Plan(steps[:STEPS], max(0, len(steps) - STEPS), sum(s.minutes for s in steps), sum(s.bytes for s in steps))


def _add_course(courses: dict[int, Step], steps: list[Step], line: Line) -> None:
    """A course that closes several gaps is one step; the first offer is the shortest, unless one is begun already."""
    known = next((offer for offer in line.offers if offer.course_id in courses), None)
    offer = known or next((offer for offer in line.offers if offer.enrolled), line.offers[0])
    if known is None:
        courses[offer.course_id] = Step("course", offer.minutes, offer.size, offer.code, offer.title, course=offer)
        steps.append(courses[offer.course_id])
    courses[offer.course_id].raises.append((line.need.code, min(offer.level, line.need.level)))

"""The shortest plan that closes the gaps: what to do, in which order, how long it takes and how much it weighs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.assignments.queries import HIGHEST
from lms.competence.engine import NOT_ENOUGH
from lms.tracking.queries.needs import Offer
from lms.tracking.queries.picking import how_long, how_many
from lms.tracking.queries.profile import Line, Profile

ORDER = ("practice", "course", "task", "again", "refresh", "product")


@dataclass
class Step:
    """One thing to do. `kind`: practice (questions that are likely to prove a level), course, task (an assignment of a course), again
    (questions after learning anew), refresh (questions to keep a level), product (issued papers for a head to confirm).
    `raises`: (line, level it may lead to)."""

    kind: str
    minutes: int = 0
    bytes: int = 0
    questions: int = 0
    course: Offer | None = None
    raises: list[tuple[Line, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """All steps, and what they ask together. `beyond`: lines that only a recognition raises."""

    steps: Sequence[Step]
    minutes: int
    bytes: int
    beyond: Sequence[Line]


def plan(profile: Profile) -> Plan:
    """Where only proof is missing, practice comes before a course, as it is shorter; one course, and one step of products, may close many
    gaps. Core competences stand first among their like."""
    ways = [(line, _way(line)) for line in profile.missing]
    ways += [
        (line, (("refresh", line.need.code), _questions("refresh", line), line.held)) for line in profile.fading if line.practice
    ]
    steps: dict[object, Step] = {}
    for line, way in ways:
        if way is not None:
            key, step, level = way
            steps.setdefault(key, step).raises.append((line, level))
    ordered = sorted(steps.values(), key=lambda step: ORDER.index(step.kind))
    return Plan(
        ordered, sum(s.minutes for s in ordered), sum(s.bytes for s in ordered), [line for line, way in ways if way is None]
    )


def _way(line: Line) -> tuple[object, Step, int] | None:
    """The shortest way up from what is held: (what makes it one step with others, the step, the level it leads to); None beyond products."""
    code, need = line.need.code, line.need.level
    open_ = [offer for offer in line.offers if not offer.done]
    course = next((offer for offer in open_ if offer.enrolled), open_[0] if open_ else None)
    done = next((offer for offer in line.offers if offer.done and offer.task), None)
    close = line.next is not None and line.next.status == NOT_ENOUGH and line.next.proves
    if line.practice and (close or (line.next is None and course is None)):
        return ("practice", code), _questions("practice", line), line.practice
    if course is not None:
        return ("course", course.course_id), Step("course", course.minutes, course.size, course=course), min(course.level, need)
    if done is not None and done.task is not None:
        return ("task", done.task.id), Step("task", done.task.entry["minutes"], course=done), min(done.level, need)
    if line.practice:
        return ("again", code), _questions("again", line), line.practice
    level = max(line.held + 1, min(need, HIGHEST))
    return ("product", Step("product"), level) if level <= HIGHEST else None


def _questions(kind: str, line: Line) -> Step:
    return Step(kind, how_long(line), questions=how_many(line))

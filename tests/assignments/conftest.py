"""A course with one assignment, an officer in it, and people who may mark."""

from dataclasses import dataclass

import pytest

from lms import clock
from lms.assignments import services
from lms.assignments.services import Content, Sheet
from lms.courses.queries import study
from lms.people.models import Person, Unit
from lms.people.queries import Scope
from tests import factories

ALL = Scope(everywhere=True)
BEST, GOOD, POOR = ({"the-thuc": a, "nhiem-vu": b} for a, b in (("m4", "m4"), ("m3", "m3"), ("m2", "m1")))


@dataclass
class Class:
    """The course's assignment, Olga who writes, three markers, the unit they work in."""

    olga: Person
    markers: list[Person]
    activity_id: int
    course_id: int
    unit: Unit

    def study(self):
        """The assignment as Olga has it."""
        return study(self.olga.id, self.activity_id)

    def hand_in(self, text: str = "Kế hoạch của xã", at=None):
        """Olga writes and hands in; the submission."""
        at, found = at or clock.now(), self.study()
        services.save(found, services.load(found), Content(text, {}, []), 0, at)
        return services.submit(found, services.load(found), self.olga.id, at)

    def mark(self, submission_id: int, levels: dict, marker: int = 0, reason: str = "", at=None):
        """One of the markers marks."""
        sheet = Sheet(levels, {"the-thuc": "Rõ"}, "Nhận xét", reason)
        return services.mark(submission_id, ALL, self.markers[marker].id, sheet, at or clock.now())


def make_class(**entry) -> Class:
    """The course with an assignment whose entry says that."""
    version = factories.task(**entry)
    unit = factories.unit("Xã Thử")
    olga = factories.person("Lê Thị Olga")
    factories.assignment(olga, unit)
    factories.enrolment(olga, version)
    markers = [factories.person(f"Trần Thị Chấm {n}") for n in range(4)]
    return Class(olga, markers, version.outline[0]["activities"][0]["id"], version.course_id, unit)


@pytest.fixture
def group(session) -> Class:
    return make_class()

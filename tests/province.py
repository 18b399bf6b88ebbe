"""A small province worked out by hand, on which snapshots are taken."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from lms import clock
from lms.db import db
from lms.tracking import services
from lms.tracking.models import Award, Bookmark, Evidence, SnapshotGroup
from lms.tracking.queries import competence_ids
from tests import factories
from tests.factories import _add

NOW = clock.now()
TODAY = clock.today()
CORE = ("C1.1", "C1.2")


class World:
    """A province with two communes where V3 asks for level 2 of C1.1 and C1.2 (core, and all that CT3 asks) and level 1 of C5.4."""

    def __init__(self):
        for rank, code in enumerate((*CORE, "C5.4")):
            services.put_competence(code, "N1", "Tham mưu", f"Năng lực {code}", list("abcde"), rank)
        self.ids = competence_ids()
        self.v3, self.v4 = factories.position("V3"), factories.position("V4")
        services.put_requirements("V3", {"C1.1": 2, "C1.2": 2, "C5.4": 1}, list(CORE), date(2025, 1, 1))
        services.put_requirements("V4", {"C5.4": 1}, ["C5.4"], date(2025, 1, 1))
        services.put_indicators(
            [{"code": "CT3", "name": "CT3", "positions": ["V3"], "competences": CORE, "target": 90, "since": date(2021, 1, 1)}]
        )
        root = factories.unit("Tỉnh Thử", kind="province")
        self.a, self.b = factories.unit("Xã A", root), factories.unit("Xã B", root)

    @staticmethod
    def day(n: int) -> date:
        """n days before today."""
        return TODAY - timedelta(days=n)

    @staticmethod
    def noon(on: date) -> datetime:
        return clock.midnight(on) + timedelta(hours=12)

    def officer(self, name, unit=None, position=None, since=date(2025, 7, 1), **more):
        person = factories.person(name)
        factories.assignment(person, unit or self.a, position or self.v3, since=since, **more)
        return person

    def award(self, person, code, level=2, on=None, until=None, recorded_at=None):
        """The next number of the officer's record is evidence of a level, read by tracking."""
        mark = db.session.get(Bookmark, person.id) or _add(Bookmark(officer_id=person.id, n=0, read_at=NOW))
        mark.n += 1
        at, recorded = self.noon(on or self.day(100)), recorded_at or self.noon(on or self.day(100))
        evidence = _add(
            Evidence(
                officer_id=person.id, competence_id=self.ids[code], result_n=mark.n, source_kind="rubric", source_id=0, level=level, policy=2,
                occurred_at=at, recorded_at=recorded,
            )
        )  # fmt: skip
        return _add(
            Award(
                officer_id=person.id, competence_id=self.ids[code], level=level, evidence_id=evidence.id, policy=2, calibration=0, awarded_at=at,
                recorded_at=recorded, valid_until=until, counts_until=until,
            )
        )  # fmt: skip

    def meets(self, person, **more):
        for code in CORE:
            self.award(person, code, **more)

    def take(self, as_of=TODAY, at=None, reason="asked"):
        at = at or clock.now()
        snapshot_id = services.begin_snapshot(as_of, at, reason, None)
        db.session.commit()
        for _ in services.count_snapshot(snapshot_id, at):
            db.session.commit()
        return snapshot_id

    def figures(self, snapshot_id):
        """(people, CT3 asked, CT3 met) by unit."""
        rows = db.session.scalars(select(SnapshotGroup).where(SnapshotGroup.snapshot_id == snapshot_id))
        found = {}
        for row in rows:
            old = found.get(row.unit_id, (0, 0, 0))
            found[row.unit_id] = (old[0] + row.people, old[1] + row.ct3_asked, old[2] + row.ct3_met)
        return found

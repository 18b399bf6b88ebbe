"""Tables of competence. Evidence and awards are the record, appended; the bookmark says how far results have been read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Instant, Key, Mark, db


class Competence(db.Model):
    """One competence of the framework; `levels`: five descriptors, of levels 1 to 5."""

    __tablename__ = "competence"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Key, unique=True)
    area_code: Mapped[str] = mapped_column(Key)
    area_name: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[str]] = mapped_column(JSON)
    rank: Mapped[int]


class Requirement(db.Model):
    """The level a position requires, between two dates; without the core ones a position is not met."""

    __tablename__ = "requirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    level: Mapped[int]
    core: Mapped[bool]
    since: Mapped[date]
    until: Mapped[date | None]


class Evidence(db.Model):
    """What one entry of the officer's record says about one competence.

    `level` is what it shows by itself: of a marked product, a confirmation or a decision the level recognised; 0 for lessons and, from
    policy 2 on, for answers, which prove a level only together. `answers`: [[question id, level, share 0..1, guess rate]], the answers of
    an attempt or practice on this competence; null where the record does not hold them (policy 1).
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("officer_id", "result_n", "competence_id"),
        Index("ix_evidence_officer", "officer_id", "competence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    result_n: Mapped[int]  # the officer's number of the entry: a result, a practised answer, a confirmation
    source_kind: Mapped[str] = mapped_column(Key)  # competence policy's source kinds
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    source_id: Mapped[int]
    level: Mapped[int]
    percent: Mapped[Any | None] = mapped_column(Mark)  # of the points on this competence
    answers: Mapped[list[list[Any]] | None] = mapped_column(JSON(none_as_null=True))
    policy: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Award(db.Model):
    """A level given on evidence under a policy version: appended, and standing whatever later policies say.

    It ends after `counts_until` or by a recorded decision (AwardNote). `calibration` says by which parameters of the
    questions; `p` and `effective`, the chance and the effective answers it was given on, are null for levels not given on answers.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("officer_id", "competence_id", "level", "evidence_id"),
        Index("ix_award_competence", "competence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"))
    level: Mapped[int]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))  # the last that it took
    policy: Mapped[int]
    calibration: Mapped[int] = mapped_column(default=0)  # Calibration.number; 0: the starting values
    p: Mapped[float | None] = mapped_column(Double)
    effective: Mapped[float | None] = mapped_column(Double)
    awarded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[date | None]
    counts_until: Mapped[date | None]  # with the grace


class AwardNote(db.Model):
    """What was decided of an award afterwards, appended. `stale`: its legal basis was replaced, it counts until `ends_on`; `kept`: it
    counts on all the same; `ended`: it ends with `day`. The newest of an award holds. `n`: the officer's number of the entry."""

    __tablename__ = "award_note"
    __table_args__ = (UniqueConstraint("award_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(Key)
    day: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Bookmark(db.Model):
    """The last number of an officer's record that tracking has read."""

    __tablename__ = "tracking_bookmark"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime] = mapped_column(Instant)


class Standing(db.Model):
    """A cache: what the engine says of one officer and competence on the day `at`, from the record up to number `through`.

    `own`: chance of level 1 and of level 2 on the officer's own answers; `best`: the same with what the other competences lend. `effective`:
    effective answers for each of the two. `digest`: of everything it was computed from.
    """

    __tablename__ = "standing"

    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), primary_key=True)
    mean: Mapped[float] = mapped_column(Double)
    sd: Mapped[float] = mapped_column(Double)
    own_1: Mapped[float] = mapped_column(Double)
    own_2: Mapped[float] = mapped_column(Double)
    best_1: Mapped[float] = mapped_column(Double)
    best_2: Mapped[float] = mapped_column(Double)
    effective_1: Mapped[float] = mapped_column(Double)
    effective_2: Mapped[float] = mapped_column(Double)
    rows: Mapped[int]
    at: Mapped[date]
    through: Mapped[int]
    policy: Mapped[int]
    calibration: Mapped[int]
    digest: Mapped[str] = mapped_column(Key)


class PolicyVersion(db.Model):
    """A version of the rules that was put in force from an instant on; `settings` are those of lms.competence.rules."""

    __tablename__ = "policy_version"

    number: Mapped[int] = mapped_column(primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    since: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int]


class Calibration(db.Model):
    """Parameters of the questions estimated from everybody's answers; they count from `in_force_at` on, null: not (yet) in use."""

    __tablename__ = "calibration"

    number: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    answers: Mapped[int]
    officers: Mapped[int]
    loglik: Mapped[float] = mapped_column(Double)
    digest: Mapped[str] = mapped_column(Key)
    in_force_at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was put in force


class ItemParameter(db.Model):
    """One question in a calibration (see lms.competence.engine.Item). `in_bank`: it belongs to the reference bank of its competence and
    level; `flag`: what screening says of it, empty when nothing; `better`: the competence it seems to measure instead (flag check_tag);
    `suspended`: it counts for nobody."""

    __tablename__ = "item_parameter"

    calibration: Mapped[int] = mapped_column(ForeignKey("calibration.number"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    competence: Mapped[str] = mapped_column(Key)
    level: Mapped[int]
    a: Mapped[float] = mapped_column(Double)
    d: Mapped[float] = mapped_column(Double)
    c: Mapped[float] = mapped_column(Double)
    answers: Mapped[int]
    right: Mapped[float] = mapped_column(Double)  # share of the points earned
    discrimination: Mapped[float | None] = mapped_column(Double)  # corrected point-biserial
    flag: Mapped[str] = mapped_column(Key, default="")
    better: Mapped[str] = mapped_column(Key, default="")
    in_bank: Mapped[bool]
    suspended: Mapped[bool] = mapped_column(default=False)


class Indicator(db.Model):
    """An indicator of the scheme between two dates: who of the roster counts, and what must be held, all of it at the level the position
    requires. `target`: the share, in per cent, that must be exceeded. Positions and competences by code."""

    __tablename__ = "indicator"
    __table_args__ = (UniqueConstraint("code", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Key)
    name: Mapped[str] = mapped_column(Text)
    positions: Mapped[list[str]] = mapped_column(JSON)
    competences: Mapped[list[str]] = mapped_column(JSON)
    target: Mapped[int]
    since: Mapped[date]
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")


class ReportingCalendar(db.Model):
    """The last days of reporting periods from a day on, as "MM-DD" in the order of the year; the last closes the year."""

    __tablename__ = "reporting_calendar"

    since: Mapped[date] = mapped_column(primary_key=True)
    closes: Mapped[list[str]] = mapped_column(JSON)


class Snapshot(db.Model):
    """The province's competence at the end of a local day, as the record knew it at an instant; readable once it is published.

    `reason`: nightly (forgotten when the next comes), closing (of a reporting period), asked (by a person).
    """

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[date] = mapped_column(index=True)
    known_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    policy: Mapped[int]
    calibration: Mapped[int]
    reason: Mapped[str] = mapped_column(Key)
    by_id: Mapped[int | None]


class SnapshotMark(db.Model):
    """How far an officer's record had been read: number `n` of the record under `officer_id`, which counts for `person_id`."""

    __tablename__ = "snapshot_mark"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


class SnapshotOfficer(db.Model):
    """One person on the roster that day: the main unit and position, all positions held, and what the snapshot says.

    `fit`: all core competences of the positions are held at the level required; `ct3`: counts as CT3 says; null: nothing is asked.
    `lacking`: ids of required competences held below the level, as ",3,12,".
    """

    __tablename__ = "snapshot_officer"
    __table_args__ = (Index("ix_snapshot_officer_unit", "snapshot_id", "unit_id"),)

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)  # no foreign key: the import that made the person may be undone
    unit_id: Mapped[int]
    position_id: Mapped[int | None]
    position_ids: Mapped[list[int]] = mapped_column(JSON)
    fit: Mapped[bool | None]
    ct3: Mapped[bool | None]
    lacking: Mapped[str] = mapped_column(Text)


class SnapshotGroup(db.Model):
    """The officers of one unit in one position (0: none), counted."""

    __tablename__ = "snapshot_group"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]
    fit_asked: Mapped[int]
    fit_met: Mapped[int]
    ct3_asked: Mapped[int]
    ct3_met: Mapped[int]


class SnapshotCell(db.Model):
    """The same officers against one competence: of how many it is asked, how many hold it at the level.

    Planning information, of those asked for level 1 or 2 only, which answers can show: `modelled` officers have answers (or hold the
    level), `expected` of them are expected to meet it, with `variance`; `unknown` have given no answer.
    """

    __tablename__ = "snapshot_cell"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(primary_key=True)
    competence_id: Mapped[int] = mapped_column(primary_key=True)
    asked: Mapped[int]
    met: Mapped[int]
    modelled: Mapped[int]
    expected: Mapped[float] = mapped_column(Double)
    variance: Mapped[float] = mapped_column(Double)
    unknown: Mapped[int]


class LevelPreview(db.Model):
    """Staged, never in force: on the day of the job an officer's answers would newly prove a level under what is proposed (`gained`), or
    prove it no longer. Forgotten after some weeks."""

    __tablename__ = "level_preview"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competence.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    gained: Mapped[bool]

"""The demo's sign-ins: one person for each role, made through the services like anybody else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from lms.clock import local
from lms.courses import services as courses
from lms.courses.models import Course
from lms.courses.queries import version
from lms.db import db
from lms.people import services as people
from lms.people.models import Person, Position, Unit
from lms.vietnamese import PartialDate

PASSWORD = "hoasen-2026-dongthap"  # noqa: S105  printed by `make run`; a demo has nothing to hide
SINCE = date(2025, 7, 1)


@dataclass(frozen=True)
class DemoAccount:
    """Who one role is in the demo: where they work, and over what the role reaches."""

    role: str
    label: str
    name: str
    full_name: str
    gender: str
    unit: str
    position: str
    title: str
    scope: str


ROLES = (
    DemoAccount("officer", "Học viên", "hocvien@vidu.example", "Lê Thị Mỹ Hường", "F", "xa-30178", "V3", "Công chức Văn phòng - Thống kê", ""),
    DemoAccount("trainer", "Giảng viên", "giangvien@vidu.example", "Trần Quốc Điền", "M", "truong-chinh-tri", "V9", "Giảng viên chính", "all"),
    DemoAccount("focal_point", "Đầu mối đơn vị", "daumoi@vidu.example", "Phạm Thị Kim Ỷ", "F", "xa-30178", "V3", "Chuyên viên", "unit"),
    DemoAccount("head", "Thủ trưởng đơn vị", "thutruong@vidu.example", "Huỳnh Văn Đạt", "M", "xa-30178", "V8", "Phó Chủ tịch UBND xã", "unit"),
    DemoAccount("admin", "Quản trị", "quantri@vidu.example", "Nguyễn Thanh Bình", "M", "so-noi-vu", "V1", "Chuyên viên chính", "all"),
)  # fmt: skip


def is_empty() -> bool:
    """Whether nobody is in the record yet."""
    return not db.session.scalar(select(func.count()).select_from(Person))


def put_accounts(password_hash: str, at: datetime) -> None:
    """Make the five demo people with their roles; all share one password hash, made by the caller outside the transaction."""
    for number, demo in enumerate(ROLES, 1):
        unit = db.session.scalars(select(Unit).where(Unit.key == demo.unit)).one()
        position = db.session.scalars(select(Position).where(Position.code == demo.position)).one()
        kind = "vien_chuc" if demo.position == "V9" else "cong_chuc"
        identifiers = [("email", demo.name), ("code", f"DEMO{number}")]
        person = people.create_person(
            demo.full_name, demo.gender, PartialDate(1971 + number, 5, number), kind, at, None, identifiers
        )
        people.assign(person.id, unit.id, position.id, demo.title, SINCE, True, at, None)
        people.set_password(people.create_account(person.id, at).id, password_hash, at)
        if demo.role == "officer":
            _begin_course(person.id, at)
        if demo.scope:
            people.give_role(person.id, demo.role, demo.scope, unit.id if demo.scope == "unit" else None, SINCE, None, None, at)


def _begin_course(person_id: int, at: datetime) -> None:
    """The demo's officer has read the first lessons of K01, so that there is something to go on with."""
    course = db.session.scalars(select(Course).where(Course.code == "K01")).one()
    begun = at - timedelta(days=3)
    cycle = courses.enrol(person_id, course.id, "onboarding", begun, due=local(begun).date() + timedelta(days=30))
    lessons = [a["id"] for a in version(cycle.version_id).activities if a["kind"] == "lesson"]
    for n, lesson_id in enumerate(lessons[:2]):
        courses.finish_lesson(cycle.id, lesson_id, begun + timedelta(minutes=9 * (n + 1)))


def demo_accounts() -> dict[str, dict[str, str]]:
    """Role -> how to sign in."""
    return {demo.role: {"name": demo.name, "password": PASSWORD, "label": demo.label} for demo in ROLES}

"""Persons, assignments, roles and units as services write them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.errors import Conflict, NotFound
from lms.people import services
from lms.people.models import Assignment, Identifier, Unit, UnitVersion
from lms.people.queries import main_assignment
from lms.vietnamese import PartialDate
from tests import factories

NOW = clock.now()
TODAY = clock.today()
DAY = timedelta(days=1)


def unit(key: str, name: str, since: date = date(2025, 7, 1), parent: str = "", **more) -> Unit:
    entry = {"kind": "commune", "short": "", "code": "", "place": name, "order": 1, "note": "", "at": NOW} | more
    return services.put_unit(key=key, name=name, parent_key=parent, since=since, **entry)


def versions(session, unit_id: int) -> list[tuple]:
    rows = select(UnitVersion.name, UnitVersion.since, UnitVersion.until).where(UnitVersion.unit_id == unit_id)
    return [tuple(row) for row in session.execute(rows.order_by(UnitVersion.since))]


def test_putting_a_unit_twice_changes_nothing(session):
    first = unit("tinh", "Tỉnh Thử")
    child = unit("xa", "Xã Thử", parent="tinh")
    again = unit("xa", "Xã Thử", parent="tinh")
    assert again.id == child.id
    assert child.path == f"/{first.id}/{child.id}/"
    assert versions(session, child.id) == [("Xã Thử", date(2025, 7, 1), None)]


def test_a_correction_keeps_the_version_and_a_later_date_opens_one(session):
    row = unit("xa", "Xã Thư")
    unit("xa", "Xã Thử")
    assert versions(session, row.id) == [("Xã Thử", date(2025, 7, 1), None)]
    unit("xa", "Phường Thử", since=date(2026, 1, 1))
    unit("xa", "Xã Thử", since=date(2025, 7, 1))
    assert versions(session, row.id) == [("Xã Thử", date(2025, 7, 1), date(2025, 12, 31)), ("Phường Thử", date(2026, 1, 1), None)]


def test_moving_a_unit_moves_all_below_it(session):
    unit("a", "A")
    b = unit("b", "B")
    unit("c", "C", parent="a")
    d = unit("d", "D", parent="c")
    c = unit("c", "C", parent="b")
    session.refresh(d)
    assert d.path == f"/{b.id}/{c.id}/{d.id}/"
    with pytest.raises(Conflict):
        unit("b", "B", parent="d")


def test_a_unit_with_an_unknown_parent_is_refused(session):
    with pytest.raises(Conflict, match="chưa có đơn vị"):
        unit("x", "X", parent="khong-co")


def test_a_person_may_have_only_a_birth_year(session):
    person = services.create_person(
        "  Lê  Thị Mỹ Hường ",
        "F",
        PartialDate(1971),
        "cong_chuc",
        NOW,
        None,
        [("phone", "0912 345 678"), ("email", "Huong@X.vn")],
    )
    assert (person.full_name, person.family, person.middle, person.given) == ("Lê Thị Mỹ Hường", "Lê", "Thị Mỹ", "Hường")
    assert (person.birth_year, person.birth_month, person.birth_day) == (1971, None, None)
    values = set(session.scalars(select(Identifier.value).where(Identifier.person_id == person.id)))
    assert values == {"+84912345678", "huong@x.vn"}


def test_an_identifier_belongs_to_one_person_at_a_time(session):
    first = services.create_person("Nguyễn Văn An", "M", None, "cong_chuc", NOW, None, [("phone", "0912345678")])
    with pytest.raises(Conflict, match="đang thuộc một người khác"):
        services.create_person("Nguyễn Văn An", "M", None, "cong_chuc", NOW, None, [("phone", "+84 912 345 678")])
    services.persons.end_identifiers(first.id, "phone", NOW)
    second = services.create_person("Trần Văn Bê", "M", None, "cong_chuc", NOW, None, [("phone", "0912345678")])
    assert second.id


@pytest.mark.parametrize(("kind", "text"), [("email", "không phải thư"), ("phone", "12"), ("code", "a b;c"), ("code", "=1+1")])
def test_what_is_no_identifier_is_refused_in_words(session, kind, text):
    with pytest.raises(Conflict, match="chưa đúng dạng"):
        services.create_person("A", None, None, "cong_chuc", NOW, None, [(kind, text)])


def test_a_transfer_ends_what_was_and_begins_anew(session):
    person, old, new = factories.person(), factories.unit(), factories.unit("Phường Mới")
    factories.assignment(person, old)
    services.transfer(person.id, new.id, None, "Chuyên viên chính", TODAY, NOW, None)
    assert main_assignment(person.id, TODAY - DAY).unit_id == old.id
    assert main_assignment(person.id, TODAY).unit_name == "Phường Mới"
    with pytest.raises(Conflict):
        services.transfer(person.id, new.id, None, "", TODAY + DAY, NOW, None)


def test_two_assignments_at_once_have_one_main(session):
    person, first, second = factories.person(), factories.unit(), factories.unit()
    factories.assignment(person, first)
    services.assign(person.id, second.id, None, "", TODAY, True, NOW, None)
    mains = select(func.count()).select_from(Assignment).where(Assignment.person_id == person.id, Assignment.main)
    assert session.scalar(mains) == 1
    assert main_assignment(person.id, TODAY).unit_id == second.id
    with pytest.raises(Conflict, match="rồi"):
        services.assign(person.id, second.id, None, "", TODAY, False, NOW, None)


def test_an_assignment_ends_once_and_not_before_it_began(session):
    person = factories.person()
    row = factories.assignment(person)
    with pytest.raises(Conflict, match="sớm hơn"):
        services.end_assignment(row.id, row.since - DAY, NOW, None)
    services.end_assignment(row.id, TODAY, NOW, None)
    with pytest.raises(Conflict, match="đã kết thúc"):
        services.end_assignment(row.id, TODAY, NOW, None)
    with pytest.raises(NotFound):
        services.end_assignment(row.id, TODAY, NOW, None, person_id=factories.person().id)


def test_a_role_is_given_once_and_ended(session):
    person = factories.person()
    grant = services.give_role(person.id, "focal_point", "unit", 3, TODAY - DAY, None, None, NOW)
    with pytest.raises(Conflict, match="đang giữ"):
        services.give_role(person.id, "focal_point", "unit", 3, TODAY, None, None, NOW)
    services.give_role(person.id, "focal_point", "unit", 4, TODAY, None, None, NOW)
    services.end_role(grant.id, TODAY, None, NOW)
    services.give_role(person.id, "focal_point", "unit", 3, TODAY + DAY, None, None, NOW)


def test_an_account_is_made_once_and_a_new_password_signs_out(session):
    person = factories.person()
    account = services.create_account(person.id, NOW)
    assert services.create_account(person.id, NOW).id == account.id
    assert account.activated_at is None
    epoch = services.set_password(account.id, services.hash_password("mùa nước nổi"), NOW)
    assert epoch == 1
    assert account.activated_at is not None
    assert services.accounts.password_matches(account.password_hash, "mùa nước nổi")
    assert not services.accounts.password_matches(account.password_hash, "mùa nước nối")
    assert not services.accounts.password_matches(None, "")


def test_passwords_are_hashed_as_decided(session):
    """OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, t=2, p=1."""
    assert services.hash_password("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")

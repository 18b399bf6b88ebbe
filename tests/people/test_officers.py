"""The list of officers and one officer's pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.errors import Conflict
from lms.people import services
from lms.people.models import Account, Grant, Identifier, Person
from lms.people.queries import Filter, Scope, canonical, main_assignment, officers, same_person_ids
from tests import factories

NOW = clock.now()
TODAY = clock.today()
ALL = Scope(everywhere=True)


@pytest.fixture
def commune(session):
    return factories.unit("Xã Mỹ An Hưng")


def at(unit, name, **more):
    person = factories.person(name, **more)
    factories.assignment(person, unit)
    return person


def names(session, unit, **wanted) -> list[str]:
    return [row.full_name for row in officers(ALL, TODAY, Filter(unit_id=unit.id, **wanted))[0]]


def test_officers_stand_by_given_name(session, commune):
    for name in ("Nguyễn Văn Đạt", "Đặng Minh Ân", "Lê Thị An", "Trần Dũng"):
        at(commune, name)
    assert names(session, commune) == ["Lê Thị An", "Đặng Minh Ân", "Trần Dũng", "Nguyễn Văn Đạt"]


@pytest.mark.parametrize("search", ["dat", "ĐẠT", "nguyen dat", "dat nguyen", "0912345678", "dat@x.vn", "dt-01"])
def test_search_needs_no_marks_and_takes_identifiers(session, commune, search):
    person = at(commune, "Nguyễn Văn Đạt")
    at(commune, "Lê Thị An")
    for kind, value in (("phone", "+84912345678"), ("email", "dat@x.vn"), ("code", "DT-01")):
        factories.identifier(person, value, kind)
    assert names(session, commune, search=search) == ["Nguyễn Văn Đạt"]


@pytest.mark.parametrize("search", ["100%", "_", "\\", "' OR 1=1 --", "<script>"])
def test_search_takes_no_wildcards(session, commune, search):
    at(commune, "Nguyễn Văn Đạt")
    assert names(session, commune, search=search) == []


def test_pages_follow_each_other_without_gap(session, commune):
    people = [at(commune, f"Nguyễn Văn {chr(65 + n // 26)}{chr(97 + n % 26)}") for n in range(25)]
    people += [at(commune, "Trùng Tên Nhau") for _ in range(5)]
    seen, after, more = [], None, True
    while more:
        rows, more = officers(ALL, TODAY, Filter(unit_id=commune.id), after, limit=7)
        seen += [row.id for row in rows]
        after = rows[-1].id
    assert sorted(seen) == sorted(p.id for p in people)
    assert len(seen) == len(set(seen))


def test_the_list_reads_little_and_shows_markup_as_text(client, login, commune, queries):
    at(commune, "<script>alert(1)</script> Bê")
    for _ in range(60):
        at(commune, "Lê Thị An")
    login(role="focal_point", scope="unit", scope_id=commune.id)
    with queries() as count:
        page = client.get("/people/officers").text
    assert len(count) <= 5
    assert "Trang sau" in page
    found = client.get("/people/officers?q=script").text
    assert "&lt;script&gt;alert(1)" in found
    assert "<script>alert" not in found


def test_a_focal_point_sees_the_own_unit_only(client, login, commune):
    mine, other = at(commune, "Lê Thị An"), at(factories.unit(), "Trần Dũng")
    factories.identifier(mine, "+84912345678", "phone")
    login(role="focal_point", scope="unit", scope_id=commune.id)
    listed = client.get("/people/officers").text
    assert "Lê Thị An" in listed
    assert "Trần Dũng" not in listed
    page = client.get(f"/people/officers/{mine.id}").text
    assert "•••678" in page
    assert "0912" not in page
    assert client.get(f"/people/officers/{other.id}").status_code == 404
    assert client.get(f"/people/officers/{mine.id}/edit").status_code == 403


def test_officers_are_not_for_learners(client, login):
    login()
    assert client.get("/people/officers").status_code == 403


DATA = {
    "full_name": "Lê Thị Mỹ Hường",
    "birth": "1971",
    "gender": "F",
    "kind": "cong_chuc",
    "email": "huong@x.vn",
    "phone": "",
    "code": "",
}


def test_an_officer_is_taken_in_and_assigned(client, login, session, commune):
    login(role="admin")
    reply = client.post("/people/officers/new", data=DATA)
    person = session.scalars(select(Person).where(Person.full_name == "Lê Thị Mỹ Hường")).one()
    assert reply.location == f"/people/officers/{person.id}/assign"
    form = {"unit_id": commune.id, "position_id": "", "title": "Chuyên viên", "since": "01/08/2025", "how": "transfer"}
    assert client.post(reply.location, data=form).status_code == 302
    assert main_assignment(person.id, TODAY).unit_id == commune.id
    assert client.post(reply.location, data=form).status_code == 409
    assert session.scalar(select(Account.id).where(Account.person_id == person.id))
    assert "Xã Mỹ An Hưng" in client.get(f"/people/officers/{person.id}").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("full_name", "  ", "Chưa điền họ và tên"),
        ("full_name", "123", "cần có chữ cái"),
        ("birth", "32/13/1980", "Không có ngày 32/13/1980"),
        ("birth", "mùa xuân", "Chưa đọc được ngày sinh"),
        ("birth", "2020", "quá gần hiện tại"),
        ("email", "huong", "chưa đúng dạng"),
        ("phone", "12", "Chưa đọc được số điện thoại"),
        ("code", "=1+1", "chữ không dấu"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(client, login, field, value, said):
    login(role="admin")
    reply = client.post("/people/officers/new", data=DATA | {field: value})
    assert reply.status_code == 422
    assert said in reply.text
    assert "huong" in reply.text


def test_an_identifier_of_somebody_else_is_refused_with_the_form(client, login):
    factories.identifier(factories.person(), "huong@x.vn")
    login(role="admin")
    reply = client.post("/people/officers/new", data=DATA)
    assert reply.status_code == 409
    assert "đang thuộc một người khác" in reply.text
    assert "Lê Thị Mỹ Hường" in reply.text


def test_two_admins_editing_one_officer_lose_nothing(client, login, session, commune):
    person = at(commune, "Lê Thị Hường")
    login(role="admin")
    seen = person.updated_at.isoformat()
    assert client.post(f"/people/officers/{person.id}/edit", data=DATA | {"seen": seen}).status_code == 302
    second = client.post(f"/people/officers/{person.id}/edit", data=DATA | {"seen": seen, "full_name": "Lê Thị Hồng Hường"})
    assert second.status_code == 409
    assert "Lê Thị Mỹ Hường" in second.text
    assert "Lê Thị Hồng Hường" in second.text
    session.expire_all()
    assert session.get(Person, person.id).full_name == "Lê Thị Mỹ Hường"
    fresh = session.get(Person, person.id).updated_at.isoformat()
    assert fresh in second.text.replace("&#43;", "+")
    third = client.post(f"/people/officers/{person.id}/edit", data=DATA | {"seen": fresh, "full_name": "Lê Thị Hồng Hường"})
    assert third.status_code == 302


@pytest.mark.parametrize("seen", ["", "rác", "2026-01-01"])
def test_a_form_without_its_moment_is_no_edit(client, login, commune, seen):
    person = at(commune, "Lê Thị Hường")
    login(role="admin")
    assert client.post(f"/people/officers/{person.id}/edit", data=DATA | {"seen": seen}).status_code == 409


def test_an_assignment_ends_by_its_page(client, login, session, commune):
    person = at(commune, "Lê Thị An")
    other = factories.assignment(factories.person())
    row = factories.assignment(person, factories.unit(), main=False)
    login(role="admin")
    address = f"/people/officers/{person.id}/assignments/{row.id}/end"
    assert client.post(address, data={"until": "hôm qua"}).status_code == 409
    assert client.post(address, data={"until": "30/11/2025"}).status_code == 302
    assert (
        client.post(f"/people/officers/{person.id}/assignments/{other.id}/end", data={"until": "30/11/2025"}).status_code == 404
    )


def test_a_duplicate_is_merged_and_its_address_leads_on(client, login, session, commune):
    keep, double = at(commune, "Lê Thị An", birth_year=1980), at(commune, "Lê Thị An", birth_year=None)
    factories.identifier(double, "+84912345678", "phone")
    factories.account(double)
    factories.grant(double, "head", "unit", commune.id)
    login(role="admin")
    assert "chưa rõ năm sinh" in client.get(f"/people/officers/{keep.id}/merge").text
    assert client.post(f"/people/officers/{double.id}/merge", data={}).status_code == 422
    assert client.post(f"/people/officers/{double.id}/merge", data={"into_id": keep.id}).status_code == 302
    assert client.get(f"/people/officers/{double.id}").location == f"/people/officers/{keep.id}"
    assert canonical(double.id) == keep.id
    assert same_person_ids(keep.id) == [keep.id, double.id]
    live = select(Identifier.person_id).where(Identifier.value == "+84912345678", Identifier.until.is_(None))
    assert session.scalar(live) == keep.id
    assert session.scalar(select(Account.closed_at).where(Account.person_id == double.id)) is not None
    assert session.scalar(select(Grant.until).where(Grant.person_id == double.id)) == TODAY - timedelta(days=1)
    assert names(session, commune) == ["Lê Thị An"]
    with pytest.raises(Conflict, match="gộp từ trước"):
        services.merge(double.id, keep.id, NOW, None)


def test_a_duplicate_is_no_officer_of_its_own_and_its_name_and_code_lead_to_the_person(client, login, session, commune):
    keep, double = at(commune, "Lê Thị Hồng An"), at(commune, "Lê Thị An (trùng)")
    factories.identifier(double, "CB77", "code")
    login(role="admin")
    services.merge(double.id, keep.id, NOW, None)
    services.set_identifier(keep.id, "code", "CB78", NOW)  # the record goes on under one code only
    session.commit()
    everyone = client.get("/people/officers").text
    assert f"/people/officers/{keep.id}" in everyone
    assert f"/people/officers/{double.id}" not in everyone
    for search in ("trung", "Lê Thị An (trùng)", "cb77", "CB78", "hồng an"):
        page = client.get("/people/officers", query_string={"q": search}).text
        assert f"/people/officers/{keep.id}" in page, search
        assert f"/people/officers/{double.id}" not in page, search
    assert f"/people/officers/{keep.id}" not in client.get("/people/officers?q=Trần").text
    listed = client.get(f"/people/units/{commune.id}").text
    assert listed.count("Lê Thị") == 1


def test_somebody_of_another_name_is_no_duplicate(client, login, commune):
    person, other = at(commune, "Lê Thị An"), at(commune, "Trần Dũng")
    login(role="admin")
    assert client.post(f"/people/officers/{person.id}/merge", data={"into_id": other.id}).status_code == 422


# ---- roles


def test_roles_are_given_and_ended_by_their_page(client, login, session, commune):
    person = at(commune, "Lê Thị An")
    login(role="admin")
    form = {"role": "focal_point", "unit_id": commune.id, "since": "01/08/2025", "until": ""}
    assert client.post(f"/people/officers/{person.id}/roles", data=form).status_code == 302
    assert client.post(f"/people/officers/{person.id}/roles", data=form).status_code == 409
    page = client.get(f"/people/officers/{person.id}/roles").text
    assert "Đầu mối đơn vị" in page
    grant = session.scalars(select(Grant).where(Grant.person_id == person.id)).one()
    assert client.post(f"/people/officers/{person.id}/roles/{grant.id}/end").status_code == 302
    assert client.post(f"/people/officers/{person.id}/roles/{grant.id}/end").status_code == 409


def test_an_admin_of_a_unit_gives_roles_inside_it_only(client, login, commune):
    person, outside = at(commune, "Lê Thị An"), at(factories.unit(), "Trần Dũng")
    elsewhere = factories.unit()
    login(role="admin", scope="unit", scope_id=commune.id)
    form = {"role": "admin", "since": "01/08/2025", "until": ""}
    assert client.post(f"/people/officers/{person.id}/roles", data=form | {"unit_id": ""}).status_code == 422
    assert client.post(f"/people/officers/{person.id}/roles", data=form | {"unit_id": elsewhere.id}).status_code == 422
    assert client.get(f"/people/officers/{outside.id}/roles").status_code == 404


def test_a_trainer_is_given_one_course(client, login, session, commune):
    person = at(commune, "Lê Thị An")
    login(role="admin")
    address = f"/people/officers/{person.id}/roles"
    assert "Khóa học số 7" in client.get(f"{address}?course=7").text
    form = {"unit_id": "", "course_id": "7", "since": "01/08/2025", "until": ""}
    assert client.post(address, data=form | {"role": "admin"}).status_code == 422
    assert client.post(address, data=form | {"role": "trainer"}).status_code == 302
    grant = session.scalars(select(Grant).where(Grant.person_id == person.id)).one()
    assert (grant.role, grant.scope, grant.scope_id) == ("trainer", "course", 7)


# ---- slips


def test_a_focal_point_prints_slips_of_the_own_unit(client, login, session, commune):
    people = [at(commune, "Lê Thị An"), at(commune, "Trần Dũng")]
    factories.account(at(commune, "Đã Kích Hoạt"))
    other = at(factories.unit(), "Võ Giang")
    login(role="focal_point", scope="unit", scope_id=commune.id)
    assert "2 người" in client.get(f"/people/slips?unit={commune.id}").text
    page = client.post("/people/slips", data={"unit_id": commune.id}).text
    assert page.count("Mã kích hoạt") == 2
    assert all(p.full_name in page for p in people)
    assert client.post("/people/slips", data={"person_id": other.id}).status_code == 409
    assert client.post("/people/slips", data={}).status_code == 404


def test_a_focal_point_cannot_open_the_account_of_somebody_with_a_role(client, login, commune):
    """A slip opens the account: it must not lend anybody a higher right."""
    head = at(commune, "Thủ Trưởng")
    factories.grant(head, "head", "unit", commune.id)
    login(role="focal_point", scope="unit", scope_id=commune.id)
    assert client.post("/people/slips", data={"person_id": head.id}).status_code == 409
    login(role="admin")
    assert "Mã kích hoạt" in client.post("/people/slips", data={"person_id": head.id}).text

"""An admin of one unit cannot take over the account of somebody whose role reaches further: whoever sets an e-mail, prints a slip or
merges two records could sign in as that person."""

import io
from datetime import timedelta

import pytest

from lms import clock
from lms.jobs.services import run, take_next
from lms.people.models import Grant, Identifier, ImportRow, PersonAlias
from tests import factories

FORM = {"full_name": "Võ Thị Ada", "birth": "1980", "gender": "F", "kind": "cong_chuc", "email": "ke-gian@vidu.example"}


@pytest.fixture
def department(session):
    return factories.unit("Sở Thử", kind="department", code="S01")


@pytest.fixture
def ada(session, department):
    """Administers the whole province and works in the department."""
    ada = factories.person("Võ Thị Ada")
    factories.assignment(ada, department, factories.position(), main=True)
    factories.identifier(ada, "ada@vidu.example")
    factories.identifier(ada, "SNV001", "code")
    factories.grant(ada, "admin")
    return ada


@pytest.fixture
def local_admin(login, department):
    """Administers the department only."""
    return login(role="admin", scope="unit", scope_id=department.id)


def emails(session, person) -> list[str]:
    return [row.value for row in session.query(Identifier).filter_by(person_id=person.id, kind="email", until=None)]


def test_the_e_mail_of_a_higher_admin_is_not_changed(client, session, ada, local_admin, login):
    place = f"/people/officers/{ada.id}/edit"
    assert client.get(place).status_code == 409
    reply = client.post(place, data=FORM | {"seen": ada.updated_at.isoformat()})
    assert reply.status_code == 409
    assert "rộng hơn" in reply.text
    assert emails(session, ada) == ["ada@vidu.example"]
    login(role="admin")
    assert client.post(place, data=FORM | {"seen": ada.updated_at.isoformat()}).status_code == 302


def test_no_slip_is_printed_for_a_higher_admin(client, ada, local_admin, department):
    assert client.post("/people/slips", data={"person_id": ada.id}).status_code == 409
    below = factories.person("Lê Thấp")
    factories.assignment(below, department, main=True)
    factories.grant(below, "head", "unit", department.id)
    assert "Mã kích hoạt" in client.post("/people/slips", data={"person_id": below.id}).text


def test_the_role_of_a_higher_admin_is_not_ended(client, session, ada, local_admin):
    grant = session.query(Grant).filter_by(person_id=ada.id).one()
    assert client.post(f"/people/officers/{ada.id}/roles/{grant.id}/end").status_code == 409
    session.refresh(grant)
    assert grant.until is None


def test_no_record_is_merged_into_a_higher_admins(client, session, ada, local_admin, department):
    """A namesake with an e-mail of one's own, merged, would hand that e-mail over."""
    twin = factories.person("Võ Thị Ada")
    factories.assignment(twin, department, main=True)
    factories.identifier(twin, "ke-gian@vidu.example")
    for one, other in ((twin, ada), (ada, twin)):
        assert client.post(f"/people/officers/{one.id}/merge", data={"into_id": other.id}).status_code == 409
    assert session.query(PersonAlias).count() == 0
    assert emails(session, ada) == ["ada@vidu.example"]


def staged(client, session, *lines: str) -> list[ImportRow]:
    text = "\n".join(["Họ và tên,Năm sinh,Mã cán bộ,Thư điện tử,Đơn vị", *lines])
    client.post("/people/imports", data={"file": (io.BytesIO(text.encode()), "ds.csv")}, content_type="multipart/form-data")
    while (job := take_next(clock.now() + timedelta(seconds=5))) is not None:
        run(job)
    return session.query(ImportRow).order_by(ImportRow.line).all()


def test_an_import_does_not_change_a_higher_admin(client, session, ada, local_admin):
    (row,) = staged(client, session, "Võ Thị Ada,1980,SNV001,ke-gian@vidu.example,Sở Thử")
    assert row.action == "error"
    assert "rộng hơn" in row.problems[0]["message"]


def test_an_import_offers_nobody_outside_the_scope_as_a_namesake(client, session, local_admin):
    """Chosen, a namesake of another unit would be moved here, with an e-mail of the importer's choice."""
    other = factories.person("Trần Văn Ngoài")
    factories.assignment(other, factories.unit("Xã Ngoài"), main=True)
    (row,) = staged(client, session, "Trần Văn Ngoài,,,ke-gian@vidu.example,Sở Thử")
    place = f"/people/imports/{row.operation_id}"
    assert "Xã Ngoài" not in client.get(place).text
    assert client.post(f"{place}/rows/{row.id}", data={"person_id": other.id}).status_code == 404

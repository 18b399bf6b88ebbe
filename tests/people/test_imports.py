"""Lists of officers as offices keep them (domain analysis 5.4): preview, confirm, take back."""

import datetime as dt
import io

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from lms import clock
from lms.jobs.models import Job
from lms.jobs.services import HANDLERS, run, take_next
from lms.people import sheet
from lms.people.models import Account, Assignment, Identifier, ImportOperation, ImportRow, Person
from lms.people.queries import main_assignment
from tests import factories

NOW = clock.now()
TODAY = clock.today()
HEAD = ["STT", "Họ và tên", "Ngày sinh", "Nữ", "Đơn vị công tác", "Chức vụ", "Vị trí việc làm", "Điện thoại", "Email", "Mã CBCC"]


def xlsx(lines: list[list]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet("Danh sách")
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if value != "":
                    page.write(number, column, value)
    return target.getvalue()


def line(name, birth="", female="", unit="", title="", position="", phone="", email="", code=""):
    return ["1", name, birth, female, unit, title, position, phone, email, code]


def work_off():
    while (job := take_next(clock.now())) is not None:
        run(job)


@pytest.fixture
def commune(session):
    return factories.unit("Xã Mỹ An Hưng", code="30001")


@pytest.fixture
def admin(login):
    return login(role="admin")


def upload(client, content, name="danh sách.xlsx"):
    reply = client.post("/people/imports", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    work_off()
    return reply.location


def staged(session) -> dict[str, ImportRow]:
    session.expire_all()
    return {row.data["full_name"]: row for row in session.scalars(select(ImportRow).order_by(ImportRow.id))}


def one(session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.full_name == name)).one()


def test_a_list_as_offices_keep_it(client, session, admin, commune):
    factories.unit("Sở Thử nghiệm", kind="department")
    position = factories.position(name="Đầu mối CCHC cấp xã")
    before = session.scalar(select(func.count()).select_from(Person))
    content = xlsx(
        [
            ["ỦY BAN NHÂN DÂN"], [], ["DANH SÁCH CÁN BỘ"], [], HEAD, [f"({n})" for n in range(1, 11)],
            ["I. KHỐI XÃ"],
            line("  Lê Thị  Mỹ Hường ", "1/5/1971", "x", "UBND xã Mỹ An Hưng", "Chuyên viên", "Đầu mối CCHC cấp xã", 912345678.0, "Huong@X.vn"),
            line("Nguyễn Văn Đạt", dt.date(1980, 5, 1), "", "Xã Mỹ An Hưng", "", position.code),
            line("Trần Thị Bê", "1985", "x", "Sở Thử nghiệm"),
            ["Danh sách có 3 (ba) người"],
            ["", "NGƯỜI LẬP"],
        ]
    )  # fmt: skip
    address = upload(client, content)
    rows = staged(session)
    assert {name: row.action for name, row in rows.items()} == {
        "Lê Thị Mỹ Hường": "new",
        "Nguyễn Văn Đạt": "new",
        "Trần Thị Bê": "new",
    }
    assert session.scalar(select(func.count()).select_from(Person)) == before  # nothing is in the record yet
    assert "Ghi 3 người" in client.get(address).text
    assert client.post(f"{address}/confirm").status_code == 302
    assert client.post(f"{address}/confirm").status_code == 409
    work_off()
    huong, dat = one(session, "Lê Thị Mỹ Hường"), one(session, "Nguyễn Văn Đạt")
    assert (huong.birth_year, huong.birth_month, huong.birth_day, huong.gender) == (1971, 5, 1, "F")
    assert (dat.birth_year, dat.gender) == (1980, "M")
    known = session.scalars(select(Identifier.value).where(Identifier.person_id == huong.id))
    assert set(known) == {"+84912345678", "huong@x.vn"}
    work = main_assignment(huong.id, TODAY)
    assert (work.unit_id, work.position_id, work.title) == (commune.id, position.id, "Chuyên viên")
    account = session.scalars(select(Account).where(Account.person_id == huong.id)).one()
    assert account.password_hash is None
    assert "Đã ghi" in client.get(address).text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line("", unit="Xã Mỹ An Hưng", code="X1"), "Chưa có họ và tên"),
        (line("Lê An", birth="31/02/1980", unit="Xã Mỹ An Hưng"), "Chưa đọc được “31/02/1980”"),
        (line("Lê An", unit="Xã Không Có"), "Không có đơn vị “Xã Không Có”"),
        (line("Lê An"), "Chưa ghi đơn vị"),
        (line("Lê An", unit="Xã Mỹ An Hưng", phone="0123"), "Chưa đọc được “0123”"),
        (line("Lê An", unit="Xã Mỹ An Hưng", email="an@"), "Chưa đọc được “an@”"),
        (line("Lê An", unit="Xã Mỹ An Hưng", position="Phi công"), "Không có vị trí việc làm “Phi công”"),
        (line("Lê An", unit="Xã Trùng Tên"), "Có 2 đơn vị tên “Xã Trùng Tên”"),
    ],
)
def test_rows_with_errors_say_why_and_are_not_written(client, session, admin, commune, row, said):
    factories.unit("Xã Trùng Tên")
    factories.unit("Xã Trùng Tên")
    address = upload(client, xlsx([HEAD, row]))
    page = client.get(address).text
    assert said in page
    assert client.post(f"{address}/confirm").status_code == 409


def test_error_rows_come_back_as_a_file_that_can_be_sent_again(client, session, admin, commune):
    address = upload(client, xlsx([HEAD, line('=HYPERLINK("http://x")Lê An', "1980", "x", "Xã Lạ", phone="0912345678")]))
    reply = client.get(f"{address}/errors.xlsx")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(reply.data)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["Họ và tên", "Ngày sinh"]
    assert rows[1][0] == '=HYPERLINK("http://x")Lê An'
    assert "Không có đơn vị “Xã Lạ”" in rows[1][-2]
    assert b"<f>" not in reply.data
    again = sheet.read_officers(reply.data, "x.xlsx").rows[0]
    assert (again.data["phone"], again.data["gender"], again.data["birth"]) == ("+84912345678", "F", "1980")


def test_rows_said_twice_are_errors_but_the_first_stays(client, session, admin, commune):
    unit = "Xã Mỹ An Hưng"
    rows = [line("Lê An", "1980", "", unit, phone="0912345678"), line("Lê Bê", "1981", "", unit, phone="0912 345 678"),
            line("Võ Cúc", "1982", "", unit), line("Võ Cúc", "1982", "", unit)]  # fmt: skip
    upload(client, xlsx([HEAD, *rows]))
    found = session.execute(select(ImportRow.action, ImportRow.problems).order_by(ImportRow.id)).all()
    assert [row.action for row in found] == ["new", "error", "new", "error"]
    assert "Trùng với dòng 2" in found[1].problems[0]["message"]
    assert "Trùng với dòng 4" in found[3].problems[0]["message"]


def known_person(unit, name="Lê Thị An", code="DT01", **more):
    person = factories.person(name, **more)
    factories.assignment(person, unit)
    if code:
        factories.identifier(person, code, "code")
    return person


def test_a_known_person_is_found_by_code_and_changed(client, session, admin, commune):
    new_unit = factories.unit("Phường Mới")
    person = known_person(commune, birth_year=1980)
    address = upload(
        client, xlsx([HEAD, line("Lê Thị Hồng An", "01/05/1980", "x", "Phường Mới", code="dt01", phone="0912345678")])
    )
    row = staged(session)["Lê Thị Hồng An"]
    assert (row.action, row.person_id) == ("changed", person.id)
    assert row.data["changes"] == [
        "Họ và tên: Lê Thị An → Lê Thị Hồng An", "Điện thoại: (trống) → 0912345678", "Ngày sinh: 1980 → 01/05/1980",
        "Đơn vị: Xã Mỹ An Hưng → Phường Mới",
    ]  # fmt: skip
    client.post(f"{address}/confirm")
    work_off()
    session.expire_all()
    assert session.get(Person, person.id).full_name == "Lê Thị Hồng An"
    assert main_assignment(person.id, TODAY).unit_id == new_unit.id
    assert main_assignment(person.id, TODAY - dt.timedelta(days=1)).unit_id == commune.id


def test_an_empty_cell_and_a_bare_year_change_nothing(client, session, admin, commune):
    known_person(commune, birth_year=1980, birth_month=5, birth_day=1)
    address = upload(client, xlsx([HEAD, line("Lê Thị An", "1980", "x", "Xã Mỹ An Hưng", code="DT01")]))
    assert staged(session)["Lê Thị An"].action == "same"
    assert client.post(f"{address}/confirm").status_code == 409


def test_name_birth_year_and_unit_together_are_enough(client, session, admin, commune):
    person = known_person(commune, code="", birth_year=1980)
    upload(client, xlsx([HEAD, line("Lê Thị An", "01/05/1980", "x", "Xã Mỹ An Hưng")]))
    row = staged(session)["Lê Thị An"]
    assert (row.action, row.person_id) == ("changed", person.id)


def test_a_doubtful_match_is_asked_and_answered(client, session, admin, commune):
    person = known_person(factories.unit("Phường Khác"), code="", birth_year=1980)
    stranger = factories.person()
    address = upload(client, xlsx([HEAD, line("Lê Thị An", "1980", "x", "Xã Mỹ An Hưng")]))
    row = staged(session)["Lê Thị An"]
    assert row.action == "ask"
    assert "Lê Thị An, 1980, Phường Khác" in client.get(address).text
    assert client.post(f"{address}/confirm").status_code == 409
    choice = f"{address}/rows/{row.id}"
    assert client.post(choice, data={"person_id": stranger.id}).status_code == 404
    assert client.post(choice, data={"person_id": person.id}).status_code == 302
    client.post(f"{address}/confirm")
    work_off()
    assert main_assignment(person.id, TODAY).unit_id == commune.id
    assert session.scalar(select(func.count()).select_from(Person).where(Person.full_name == "Lê Thị An")) == 1
    assert client.post(choice, data={"person_id": ""}).status_code == 409


def test_identifiers_of_two_persons_in_one_row_are_an_error(client, session, admin, commune):
    known_person(commune)
    factories.identifier(known_person(commune, "Trần Bê", code=""), "+84912345678", "phone")
    upload(client, xlsx([HEAD, line("Lê Thị An", "", "", "Xã Mỹ An Hưng", code="DT01", phone="0912345678")]))
    assert "thuộc nhiều người" in staged(session)["Lê Thị An"].problems[0]["message"]


def test_an_identifier_taken_after_the_preview_is_not_overwritten(client, session, admin, commune):
    address = upload(
        client,
        xlsx([HEAD, line("Lê An", "1980", "", "Xã Mỹ An Hưng", phone="0912345678"), line("Võ Bê", "1981", "", "Xã Mỹ An Hưng")]),
    )
    owner = factories.person()
    factories.identifier(owner, "+84912345678", "phone")
    session.commit()
    client.post(f"{address}/confirm")
    work_off()
    rows = staged(session)
    assert rows["Lê An"].action == "error"
    assert "sau lúc xem trước" in rows["Lê An"].problems[0]["message"]
    assert one(session, "Võ Bê").id
    assert session.scalars(select(ImportOperation)).one().counts["new"] == 1


def test_an_import_is_taken_back(client, session, admin, commune):
    person = known_person(commune, birth_year=1980)
    before = session.scalar(select(func.count()).select_from(Person))
    other = factories.unit("Phường Mới")
    address = upload(client, xlsx([HEAD, line("Võ Cúc", "1982", "x", "Xã Mỹ An Hưng", phone="0912345678"),
                                   line("Lê Thị Hồng An", "1981", "x", "Phường Mới", code="DT01")]))  # fmt: skip
    client.post(f"{address}/confirm")
    work_off()
    assert main_assignment(person.id, TODAY).unit_id == other.id
    assert client.post(f"{address}/reverse").status_code == 302
    assert client.post(f"{address}/reverse").status_code == 409
    work_off()
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Person)) == before
    back = session.get(Person, person.id)
    assert (back.full_name, back.birth_year) == ("Lê Thị An", 1980)
    works = session.scalars(select(Assignment).where(Assignment.person_id == person.id)).all()
    assert [(w.unit_id, w.until) for w in works] == [(commune.id, None)]
    assert "Mọi thay đổi của lần nhập này đã được gỡ" in client.get(address).text


def test_what_was_used_since_stays_and_is_said(client, session, admin, commune):
    names = ("Đã Sửa", "Đã Kích Hoạt", "Đã Chuyển", "Có Vai Trò", "Còn Nguyên")
    address = upload(client, xlsx([HEAD, *(line(name, "1980", "", "Xã Mỹ An Hưng") for name in names)]))
    client.post(f"{address}/confirm")
    work_off()
    people = {name: one(session, name) for name in names}
    people["Đã Sửa"].updated_at = clock.now()
    session.scalars(select(Account).where(Account.person_id == people["Đã Kích Hoạt"].id)).one().activated_at = NOW
    factories.assignment(people["Đã Chuyển"])
    factories.grant(people["Có Vai Trò"], "head", "unit", commune.id)
    session.commit()
    client.post(f"{address}/reverse")
    work_off()
    page = client.get(address).text
    assert "4 người không hoàn tác được" in page
    assert all(f"{name}: " in page for name in names[:4])
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Person).where(Person.full_name == "Còn Nguyên")) == 0


def test_confirming_goes_on_after_an_interruption(client, session, admin, commune):
    address = upload(
        client,
        xlsx(
            [
                HEAD,
                *(line(f"Lê {chr(65 + n // 26)}{chr(97 + n % 26)}", str(1950 + n % 40), "", "Xã Mỹ An Hưng") for n in range(230)),
            ]
        ),
    )
    client.post(f"{address}/confirm")
    job = session.scalars(select(Job).where(Job.kind == "people.import.confirm")).one()
    steps = HANDLERS["people.import.confirm"](job)
    first = next(steps)
    job.state, job.cursor, job.done = "queued", first.cursor, first.done
    steps.close()
    session.commit()
    work_off()
    made = select(func.count()).select_from(Person).where(Person.operation_id.is_not(None))
    assert session.scalar(made) == 230


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4 x", "Tệp này là PDF"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "trang web"),
        (xlsx([["a", "b"], ["c", "d"]]), "Không tìm thấy cột “Họ và tên”"),
        (b"PK\x03\x04 not a real archive", ""),
    ],
)
def test_files_that_are_no_list_are_refused_in_words(client, session, admin, content, said):
    address = upload(client, content, "x.xls")
    page = client.get(address).text
    assert "Không đọc được tệp" in page
    assert said in page


def test_an_empty_upload_is_refused(client, admin):
    assert client.post("/people/imports", data={}).status_code == 422


def test_old_fonts_are_turned_into_unicode(client, session, admin, commune):
    """TCVN3: "Lª ThÞ Mü H­êng" is Lê Thị Mỹ Hường."""
    content = xlsx(
        [HEAD, line("Lª ThÞ Mü H­êng", "1971", "x", "X· Mü An H­ng"), line("NguyÔn V¨n §¹t", "1980", "", "X· Mü An H­ng")]
    )
    address = upload(client, content)
    assert set(staged(session)) == {"Lê Thị Mỹ Hường", "Nguyễn Văn Đạt"}
    assert {row.action for row in staged(session).values()} == {"new"}
    assert "phông chữ cũ (TCVN3)" in client.get(address).text


def test_an_admin_of_one_unit_imports_into_it_only(client, session, login, commune):
    factories.unit("Phường Khác")
    login(role="admin", scope="unit", scope_id=commune.id)
    upload(client, xlsx([HEAD, line("Lê An", "1980", "", "Xã Mỹ An Hưng"), line("Võ Bê", "1980", "", "Phường Khác")]))
    rows = staged(session)
    assert rows["Lê An"].action == "new"
    assert "ngoài phạm vi" in rows["Võ Bê"].problems[0]["message"]


def test_imports_of_another_are_not_seen(client, session, login, commune):
    login(role="admin")
    address = upload(client, xlsx([HEAD, line("Lê An", "1980", "", "Xã Mỹ An Hưng")]))
    login(role="admin", scope="unit", scope_id=commune.id)
    for reply in (client.get(address), client.post(f"{address}/confirm"), client.get(f"{address}/errors.xlsx")):
        assert reply.status_code == 404
    login(role="focal_point", scope="unit", scope_id=commune.id)
    assert client.get("/people/imports").status_code == 403


def test_the_template_reads_back(client, admin, commune):
    reply = client.get("/people/imports/template.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(reply.data))
    assert book.sheet_names == ["Danh sách", "Hướng dẫn", "Danh mục"]
    assert book.get_sheet_by_index(0).to_python()[0] == list(sheet.LABELS.values())
    assert "Xã Mỹ An Hưng" in {row[0] for row in book.get_sheet_by_name("Danh mục").to_python()}


def test_the_command_reads_and_with_dry_run_writes_nothing(app, session, commune, tmp_path):
    file = tmp_path / "ds.xlsx"
    file.write_bytes(xlsx([HEAD, line("Lê An", "1980", "", "Xã Mỹ An Hưng"), line("Võ Bê", "1980", "", "Xã Lạ")]))
    admin = factories.person()
    session.commit()
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["people", "import", str(file), "--by", str(admin.id), "--dry-run"])
    assert "Mới 1" in dry.output
    assert "dòng 3, Võ Bê" in dry.output
    assert session.scalar(select(func.count()).select_from(Person).where(Person.full_name == "Lê An")) == 0
    wet = runner.invoke(args=["people", "import", str(file), "--by", str(admin.id)])
    assert "Đã ghi" in wet.output
    assert one(session, "Lê An").id


def test_an_old_appointment_date_leaves_one_main_assignment(client, session, admin, commune):
    person = known_person(commune)
    head = [*HEAD, "Từ ngày"]
    row = [*line("Lê Thị An", unit="Xã Mỹ An Hưng", title="Phó Chủ tịch", code="DT01"), "01/01/2024"]
    address = upload(client, xlsx([head, row]))
    client.post(f"{address}/confirm")
    work_off()
    session.expire_all()
    open_ones = session.scalars(select(Assignment).where(Assignment.person_id == person.id, Assignment.until.is_(None))).all()
    assert [(work.title, work.main) for work in open_ones] == [("Phó Chủ tịch", True)]
    assert open_ones[0].since >= factories.SINCE  # never before what it replaces


def test_a_row_whose_person_was_taken_back_is_refused_and_writes_into_nobody(client, session, admin, commune):
    first = upload(client, xlsx([HEAD, line("Lê Thị Bình", "1985", unit="Xã Mỹ An Hưng", code="DT77")]))
    client.post(f"{first}/confirm")
    work_off()
    second = upload(
        client, xlsx([HEAD, line("Lê Thị Bình", "1985", unit="Xã Mỹ An Hưng", code="DT77", phone="0912345678")]), "2.xlsx"
    )
    client.post(f"{first}/reverse")
    work_off()
    third = upload(client, xlsx([HEAD, line("Phạm Văn Cường", "1990", unit="Xã Mỹ An Hưng", code="DT88")]), "3.xlsx")
    client.post(f"{third}/confirm")
    work_off()
    client.post(f"{second}/confirm")
    work_off()
    session.expire_all()
    assert one(session, "Phạm Văn Cường").birth_year == 1990
    assert session.scalars(select(Person).where(Person.full_name == "Lê Thị Bình")).all() == []
    refused = session.scalars(select(ImportRow).where(ImportRow.action == "error")).one()
    assert "hoàn tác sau lúc xem trước" in refused.problems[-1]["message"]


def test_reading_again_leaves_a_confirmed_import_as_it_is(client, session, admin, commune):
    address = upload(client, xlsx([HEAD, line("Lê Thị Bình", "1985", unit="Xã Mỹ An Hưng", code="DT77")]))
    client.post(f"{address}/confirm")
    work_off()
    read = session.scalars(select(Job).where(Job.kind == "people.import.read")).one()
    read.state = "queued"
    session.commit()
    work_off()
    session.expire_all()
    assert session.scalars(select(ImportOperation.state)).one() == "confirmed"
    client.post(f"{address}/reverse")
    work_off()
    assert session.scalars(select(Person).where(Person.full_name == "Lê Thị Bình")).all() == []

"""Pages: what each person sees and may not see, files in and out, drafts kept, forms refused with words."""

import io
import re
import zipfile

import pytest

from lms import clock
from lms.assignments import services
from lms.assignments.models import Marking, Product, Submission, SubmissionDraft
from lms.assignments.services.files import keep, kind_of
from lms.errors import Conflict
from lms.tracking.services import put_competence
from tests import factories
from tests.assignments.conftest import BEST, GOOD, POOR

PDF = b"%PDF-1.7\n%abc"


def package(*names: str, mimetype: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"), (b"\x89PNG\r\n\x1a\nxxxx", "png"), (b"\xff\xd8\xff\xe0xxxx", "jpg"), (b"RIFF0000WEBPVP8 ", "webp"),
        (package("[Content_Types].xml", "word/document.xml"), "docx"), (package("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (package("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        (package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None), (package("a.exe"), None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None), (b"<html><script>1</script>", None), (b"MZ\x90\x00", None), (b"GIF89a", None),
        (b"PK\x03\x04broken", None), (package("content.xml", mimetype="application/x-evil"), None), (b"", None),
    ],
)  # fmt: skip
def test_files_are_known_by_their_bytes(data, kind):
    assert kind_of(data) == kind


def test_a_file_is_named_after_what_it_is(app, session):
    assert keep("Kế hoạch.exe", PDF)["name"] == "Kế hoạch.pdf"
    assert keep("../../etc/Kế hoạch.PDF", PDF)["name"] == "Kế hoạch.PDF"
    with pytest.raises(Conflict, match="không quá 10 MB"):
        keep("lớn.pdf", PDF + bytes(10 * 2**20))


def upload(**fields):
    files = [(io.BytesIO(data), name) for name, data in fields.pop("files")]
    return {"data": {**fields, "files": files}, "content_type": "multipart/form-data"}


def fetched(client, address):
    """The reply to a download, read and closed."""
    with client.get(address) as reply:
        return reply.status_code, reply.data


def page(client, group, *more):
    return client.get("/".join([f"/assignments/{group.activity_id}", *more]))


def test_the_rubric_stands_before_anything_is_written_and_samples_after_a_pass(group, client, login, session):
    login(group.olga)
    text = page(client, group).text
    assert all(words in text for words in ("Phiếu chấm", "Thể thức: khá", "Hạn nộp", "còn 2/2 lần"))
    assert "Bài mẫu đã chấm" not in text
    group.mark(group.hand_in().id, GOOD)
    session.commit()
    assert "Bài mẫu đã chấm" in page(client, group).text


def test_a_draft_with_files_is_kept_handed_in_and_downloaded(group, client, login, session):
    login(group.olga)
    address = f"/assignments/{group.activity_id}"
    sent = upload(
        text="Bài làm của tôi",
        based_on="0",
        number="05",
        symbol="KH-UBND",
        issued_on="5/1/2026",
        go="save",
        files=[("Kế hoạch.pdf", PDF)],
    )
    assert client.post(address, **sent).status_code == 302
    draft = session.query(SubmissionDraft).one()
    digest = draft.files[0]["digest"]
    assert (draft.text, draft.paper["issued_on"]) == ("Bài làm của tôi", "2026-01-05")
    shown = page(client, group).text
    assert 'value="05/01/2026"' in shown or 'value="2026-01-05"' in shown
    with page(client, group, "files", digest) as reply:
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert (reply.mimetype, reply.headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
        assert "sandbox" in reply.headers["Content-Security-Policy"]
    again = {
        "text": "Bài làm của tôi",
        "based_on": "1",
        "number": "05",
        "symbol": "KH-UBND",
        "issued_on": "2026-01-05",
        "go": "submit",
    }
    reply = client.post(address, data=again)
    row = session.query(Submission).one()
    assert reply.headers["Location"].endswith(f"/assignments/submissions/{row.id}")
    assert [f["digest"] for f in row.files] == [digest]
    assert fetched(client, f"/assignments/submissions/{row.id}/files/{digest}") == (200, PDF)
    login(role="trainer", scope="course", scope_id=group.course_id)
    assert fetched(client, f"/assignments/marking/{row.id}/files/{digest}") == (200, PDF)
    assert fetched(client, f"/assignments/submissions/{row.id}/files/{digest}")[0] == 404


def test_a_draft_keeps_a_half_typed_paper_which_is_checked_when_handed_in(group, client, login, session):
    login(group.olga)
    address, typed = f"/assignments/{group.activity_id}", {"text": "Bài", "based_on": "0", "number": "1", "symbol": "K"}
    assert client.post(address, data=typed | {"go": "save"}).status_code == 302
    reply = client.post(address, data=typed | {"based_on": "1", "go": "submit"})
    assert reply.status_code == 422
    assert "Ký hiệu gồm chữ viết tắt" in reply.text
    assert session.query(Submission).count() == 0
    assert client.post(address, data=typed | {"based_on": "1", "symbol": "1/KH-UBND", "go": "submit"}).status_code == 302
    assert session.query(Submission).one().paper["symbol"] == "KH-UBND"


def test_what_is_no_paper_is_refused_with_words_and_the_text_stays(group, client, login, session):
    login(group.olga)
    sent = upload(text="Đã viết nhiều", based_on="0", go="save", files=[("a.svg", b"<svg/>")])
    reply = client.post(f"/assignments/{group.activity_id}", **sent)
    assert reply.status_code == 422
    assert "không thuộc loại được nhận" in reply.text
    assert "Đã viết nhiều" in reply.text
    assert session.query(SubmissionDraft).count() == 0


def test_the_pages_program_saves_and_hears_of_another_window(group, client, login, session):
    login(group.olga)
    address, json = f"/assignments/{group.activity_id}", {"Accept": "application/json"}
    assert client.post(address, data={"text": "Một", "based_on": "0"}, headers=json).json["revision"] == 1
    assert client.post(address, data={"text": "Hai", "based_on": "1"}, headers=json).json["revision"] == 2
    assert client.post(address, data={"text": "Ba", "based_on": "1"}, headers=json).status_code == 409
    reply = client.post(address, data={"text": "Ba", "based_on": "1", "go": "save"})
    assert reply.status_code == 409
    assert "Ba" in reply.text
    assert "Xem nội dung đã lưu ở nơi khác" in reply.text
    assert client.post(address, data={"text": "Ba", "based_on": "2", "go": "save"}).status_code == 302
    assert session.query(SubmissionDraft).one().text == "Ba"


def test_a_draft_is_nobody_elses(group, client, login, session):
    login(group.olga)
    client.post(f"/assignments/{group.activity_id}", data={"text": "Riêng tôi", "based_on": "0"})
    otto = factories.person("Đỗ Văn Otto")
    login(otto)
    assert page(client, group).status_code == 404
    login(role="trainer", scope="course", scope_id=group.course_id)
    assert "Riêng tôi" not in client.get("/assignments/marking").text


def sheet(levels, **more):
    return {f"level-{key}": level for key, level in levels.items()} | more


def test_a_second_marker_sees_neither_the_first_mark_nor_the_name(group, client, login, session):
    row = group.hand_in()
    first = login(role="trainer", scope="course", scope_id=group.course_id)
    words = sheet(BEST, comment="Lời của người thứ nhất")
    assert client.post(f"/assignments/marking/{row.id}", data=words).status_code == 302
    login(role="trainer", scope="course", scope_id=group.course_id, person=factories.person("Phạm Thị Hai"))
    for address in ("/assignments/marking", f"/assignments/marking/{row.id}"):
        text = client.get(address).text
        assert "Olga" not in text
        assert "Lời của người thứ nhất" not in text
        assert "người chấm thứ hai" in text
    assert client.post(f"/assignments/marking/{row.id}", data=sheet(BEST)).status_code == 302
    assert "Lời của người thứ nhất" in client.get(f"/assignments/marking/{row.id}").text
    assert {m.marker_id for m in session.query(Marking)} > {first.id}


def test_a_sheet_that_is_not_whole_is_shown_again_with_what_was_chosen(group, client, login, session):
    row = group.hand_in()
    login(role="trainer", scope="course", scope_id=group.course_id)
    reply = client.post(f"/assignments/marking/{row.id}", data={"level-the-thuc": "m3", "comment-the-thuc": "Thiếu nơi nhận"})
    assert reply.status_code == 422
    assert '<a href="#tc-nhiem-vu">Nhiệm vụ' in reply.text
    assert "Thiếu nơi nhận" in reply.text
    assert 'name="level-the-thuc" value="m3" checked' in reply.text
    assert session.query(Marking).count() == 0


def test_the_officer_sees_levels_and_comments_only_once_settled(group, client, login, session):
    row = group.hand_in()
    group.mark(row.id, BEST)
    login(group.olga)
    address = f"/assignments/submissions/{row.id}"
    assert "Nhận xét" not in client.get(address).text
    group.mark(row.id, BEST, marker=1)
    session.commit()
    text = client.get(address).text
    assert all(words in text for words in ("100,0% số điểm", "Rõ", "trung bình của 2 người chấm", "Gửi kiến nghị"))


def test_an_appeal_goes_from_the_officer_to_somebody_else_and_back(group, client, login, session):
    row = group.hand_in()
    group.mark(row.id, POOR)
    login(group.olga)
    address = f"/assignments/submissions/{row.id}"
    assert client.post(f"{address}/appeal", data={"reason": ""}).status_code == 422
    sent = upload(reason="Bài có đủ nhiệm vụ", files=[("bang-chung.pdf", PDF)])
    assert client.post(f"{address}/appeal", **sent).status_code == 302
    assert "Chờ trả lời, còn 10 ngày" in client.get(address).text
    login(group.markers[0], role="trainer", scope="course", scope_id=group.course_id)
    assert "người khác trả lời" in client.get("/assignments/appeals").text
    login(role="admin")
    listed = client.get("/assignments/appeals").text
    appeal = listed.split("/assignments/appeals/")[1].split('"')[0]
    where = f"/assignments/appeals/{appeal}"
    refused = client.post(where, data={"verdict": "upheld", "text": "Đúng"})
    assert refused.status_code == 422
    assert "Chưa chọn mức" in refused.text
    assert client.post(where, data=sheet(GOOD, verdict="upheld", text="Đúng, đủ nhiệm vụ")).status_code == 302
    login(group.olga)
    text = client.get(address).text
    assert all(words in text for words in ("Được chấp nhận", "Đúng, đủ nhiệm vụ", "chấm lại theo kiến nghị"))


def test_a_product_goes_to_the_head_and_back(group, client, login, session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)
    login(group.olga)
    values = {"number": "05", "symbol": "KH-UBND", "issued_on": "05/01/2026", "issuer": "UBND xã", "summary": "Kế hoạch CCHC"}
    reply = client.post("/assignments/products/new", data=values | {"competence": "C1.1", "level": "4"})
    assert reply.status_code == 422
    assert "Chưa ghi phần việc" in reply.text
    whole = values | {"part": "Soạn toàn văn", "competence": "C1.1", "level": "4"}
    assert client.post("/assignments/products/new", data=whole | {"issued_on": "05/01/2099"}).status_code == 422
    assert client.post("/assignments/products/new", **upload(**whole, files=[("kh.pdf", PDF)])).status_code == 302
    product = session.query(Product).one()
    login(factories.person("Huỳnh Văn Trưởng"), role="head", scope="unit", scope_id=group.unit.id)
    where = f"/assignments/confirmations/{product.id}"
    assert "05/KH-UBND" in client.get("/assignments/confirmations").text
    assert fetched(client, f"{where}/files/{product.files[0]['digest']}") == (200, PDF)
    assert client.post(where, data={"level": "3", "reason": ""}).status_code == 422
    assert client.post(where, data={"level": "5", "reason": "Vượt đề nghị"}).status_code == 422
    assert client.post(where, data={"level": "3", "reason": "Còn phải sửa phần kinh phí"}).status_code == 302
    login(group.olga)
    text = client.get(f"/assignments/products/{product.id}").text
    assert "Xác nhận ở cấp 3" in text
    assert "Còn phải sửa phần kinh phí" in text
    assert "Gửi kiến nghị" in text  # confirmed below what was asked for


def test_a_head_takes_back_an_ability_on_its_page(group, client, login, session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)
    login(factories.person("Huỳnh Văn Trưởng"), role="head", scope="unit", scope_id=group.unit.id)
    given = {"person_id": group.olga.id, "competence": "C1.1", "level": "3", "reason": "Chủ trì kế hoạch"}
    assert client.post("/assignments/confirmations/new", data=given).status_code == 302
    where = f"/assignments/confirmations/{session.query(Product).one().id}"
    assert "Rút lại xác nhận" in client.get(where).text
    assert "Chưa ghi lý do" in client.post(where, data={"level": "0", "reason": ""}).text
    assert client.post(where, data={"level": "0", "reason": "Ghi nhầm người"}).status_code == 302
    text = client.get(where).text
    assert "Ghi nhầm người" in text
    assert "Rút lại xác nhận" not in text


def test_self_rating_is_saved_and_shown_again(group, client, login, session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)
    login(group.olga)
    assert client.post("/assignments/ratings", data={"level-C1.1": "3", "note-C1.1": "Đã làm"}).status_code == 302
    text = client.get("/assignments/ratings").text
    assert "Không tính vào mức năng lực" in text
    assert '<option value="3" selected>' in text
    assert client.post("/assignments/ratings", data={"level-C1.1": "9", "level-X": "1"}).status_code == 302


def test_the_overview_counts_states_and_agreement(group, client, login, session):
    row = group.hand_in()
    group.mark(row.id, BEST)
    group.mark(row.id, {"the-thuc": "m3", "nhiem-vu": "m4"}, marker=1)
    session.commit()
    login(role="trainer", scope="course", scope_id=group.course_id)
    text = client.get(f"/assignments/overview/{group.activity_id}").text
    assert "Lê Thị Olga" in text
    assert "<b>50%</b>" in text
    assert "<b>100%</b>" in text


@pytest.mark.parametrize(
    "address", ["/assignments/marking", "/assignments/confirmations", "/assignments/appeals", "/assignments/products"]
)
def test_lists_ask_little_of_the_database(group, client, login, session, queries, address):
    for n in range(6):
        person = factories.person(f"Nguyễn Văn {n}")
        factories.assignment(person, group.unit)
        services.enter(
            person.id, {"number": "1", "symbol": "KH", "issued_on": None, "issuer": "", "files": []}, "C1.1", 2, clock.now()
        )
    login(role="admin")
    with queries() as count:
        assert client.get(address).status_code == 200
    assert len(count) <= 8


def choices(client) -> list[str]:
    """Whom a head may confirm, as the form offers them."""
    form = client.get("/assignments/confirmations/new").text
    listed = form.split('name="person_id"')[1].split("</select>")[0]
    return re.findall(r'<option value="[1-9]\d*">([^<]+)</option>', listed)


def test_persons_of_one_name_in_one_unit_are_told_apart(group, client, login, session):
    twin = factories.person("Lê Thị Olga")
    factories.assignment(twin, group.unit, title="Văn thư")
    factories.identifier(twin, "DT0042", "code")
    far = factories.person("Nguyễn Văn Xa")
    factories.assignment(far, group.unit)
    login(factories.person("Huỳnh Văn Trưởng"), role="head", scope="unit", scope_id=group.unit.id)
    offered = choices(client)
    assert "Nguyễn Văn Xa" in offered  # one unit: it is not said under every name
    assert "Lê Thị Olga (Văn thư, mã DT0042)" in offered
    assert len(set(offered)) == len(offered) == 3
    paper = {"number": "1", "symbol": "KH-UBND", "issued_on": None, "issuer": "", "files": []}
    product = services.enter(twin.id, paper, "C1.1", 2, clock.now())
    session.commit()
    for address in ("/assignments/confirmations", f"/assignments/confirmations/{product.id}"):
        assert "DT0042" in client.get(address).text


def test_units_are_said_where_there_are_several(group, client, login):
    below = factories.unit("Trạm Y tế", group.unit)
    factories.assignment(factories.person("Nguyễn Văn Xa"), below)
    login(factories.person("Huỳnh Văn Trưởng"), role="head", scope="unit", scope_id=group.unit.id)
    assert set(choices(client)) == {"Nguyễn Văn Xa (Trạm Y tế)", "Lê Thị Olga (Xã Thử)"}

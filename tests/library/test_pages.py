"""library.index and library.show, and what lessons are told about the law."""

from datetime import date

import pytest

from lms.library import queries, services

OLD = {
    "key": "nd-61-2018", "kind": "Nghị định", "number": "61/2018/NĐ-CP", "issuer": "Chính phủ", "title": "Cơ chế một cửa, một cửa liên thông",
    "issued": date(2018, 4, 23), "in_force": date(2018, 6, 21), "ended": date(2025, 6, 30), "verified": True,
}  # fmt: skip
NEW = {
    "key": "nd-118-2025", "kind": "Nghị định", "number": "118/2025/NĐ-CP", "issuer": "Chính phủ", "title": "Một cửa, một cửa liên thông",
    "issued": date(2025, 6, 9), "in_force": date(2025, 7, 1), "verified": True, "replaces": ["nd-61-2018"],
}  # fmt: skip
UNSURE = {
    "key": "x-1",
    "kind": "Công văn",
    "number": "1/X",
    "issuer": "Cơ quan",
    "title": "Đường dây",
    "verified": False,
    "note": "cần kiểm tra: số",
}


@pytest.fixture
def shelf(session):
    rows = [services.put_instrument(entry) for entry in (OLD, NEW, UNSURE)]
    services.put_relations([OLD, NEW, UNSURE])
    session.commit()
    return rows


@pytest.mark.parametrize("typed", ["mot cua", "MỘT CỬA", "một cửa"])
def test_search_ignores_diacritics(client, login, shelf, typed):
    login()
    page = client.get("/library/", query_string={"q": typed}).text
    assert "118/2025/NĐ-CP" in page
    assert "61/2018/NĐ-CP" in page
    assert "Đường dây" not in page


def test_search_folds_dj_and_offers_a_way_on(client, login, shelf):
    login()
    assert "Đường dây" in client.get("/library/?q=duong").text
    assert "Không có văn bản nào khớp" in client.get("/library/?q=zzz").text


def test_an_ended_instrument_warns_and_names_its_successor(client, login, shelf):
    login()
    page = client.get("/library/nd-61-2018").text
    assert "Văn bản đã hết hiệu lực." in page
    assert "Được thay thế bởi" in page
    assert "/library/nd-118-2025" in page
    assert "Thay thế" in client.get("/library/nd-118-2025").text


def test_unknown_instrument_and_strangers(client, login, shelf):
    assert client.get("/library/nd-118-2025").status_code == 302
    login()
    assert client.get("/library/khong-co").status_code == 404


def test_citations_say_whether_the_law_is_in_force_on_the_day(session, shelf):
    services.cite(
        "lesson_version", 7, [{"instrument": "nd-61-2018", "article": "Điều 3"}, {"instrument": "nd-118-2025", "article": ""}]
    )
    found = queries.citations("lesson_version", [7, 8], date(2025, 6, 30))
    assert [(c.number, c.article, bool(c.in_force)) for c in found[7]] == [
        ("61/2018/NĐ-CP", "Điều 3", True),
        ("118/2025/NĐ-CP", "", False),
    ]
    after = queries.citations("lesson_version", [7], date(2025, 7, 1))
    assert [bool(c.in_force) for c in after[7]] == [False, True]


def test_noting_citations_twice_keeps_one_set(session, shelf):
    for _ in range(2):
        services.cite("lesson_version", 9, [{"instrument": "x-1", "article": ""}])
    assert len(queries.citations("lesson_version", [9], date(2026, 1, 1))[9]) == 1


def test_a_script_in_the_search_box_is_text(client, login, shelf):
    login()
    page = client.get("/library/", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page

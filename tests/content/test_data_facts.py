"""The data packs say what their sources say: counts and sampled cells, so that a slip of the hand is noticed."""

import re
import tomllib
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

CONTENT = Path(__file__).parents[2] / "content"
PACKS = {
    "units": "units/units.toml",
    "framework": "competence/framework.toml",
    "positions": "competence/positions.toml",
    "indicators": "competence/indicators.toml",
    "instruments": "library/instruments.toml",
}


@pytest.fixture(scope="module")
def packs():
    return {name: tomllib.loads((CONTENT / path).read_text("utf-8")) for name, path in PACKS.items()}


@pytest.mark.parametrize("path", PACKS.values())
def test_text_is_nfc(path):
    assert unicodedata.is_normalized("NFC", (CONTENT / path).read_text("utf-8"))


# The province: Nghị quyết 1663/NQ-UBTVQH15 (20 phường, 82 xã), codes of QĐ 19/2025/QĐ-TTg.


def test_province_has_102_communes(packs):
    communes = [u for u in packs["units"]["unit"] if u["kind"] == "commune"]
    assert Counter(u["name"].split()[0] for u in communes) == {"Phường": 20, "Xã": 82}
    assert len({u["code"] for u in communes}) == 102
    assert all(re.fullmatch(r"\d{5}", u["code"]) for u in communes)


def test_communes_of_both_former_provinces(packs):
    """Codes below 29000 lie in the former Tiền Giang (57 units), the others in the former Đồng Tháp (45)."""
    codes = [int(u["code"]) for u in packs["units"]["unit"] if u["kind"] == "commune"]
    assert (sum(c < 29000 for c in codes), sum(c > 29000 for c in codes)) == (57, 45)


@pytest.mark.parametrize(
    ("key", "name", "place"),
    [
        ("phuong-28249", "Phường Đạo Thạnh", "Đạo Thạnh"),
        ("phuong-29869", "Phường Cao Lãnh", "Cao Lãnh"),
        ("xa-28321", "Xã Tân Phước 1", "Xã Tân Phước 1"),
        ("xa-30259", "Xã Tân Phú Trung", "Tân Phú Trung"),
    ],
)
def test_commune_and_its_place_name(packs, key, name, place):
    unit = next(u for u in packs["units"]["unit"] if u["key"] == key)
    assert (unit["name"], unit["place"], unit["parent"]) == (name, place, "dong-thap")


def test_units_hang_on_the_province_of_1_july_2025(packs):
    units = packs["units"]["unit"]
    assert len({u["key"] for u in units}) == len(units)
    assert len({u["order"] for u in units}) == len(units)
    province = next(u for u in units if not u["parent"])
    assert (province["key"], province["kind"], province["code"]) == ("dong-thap", "province", "82")
    assert {u["parent"] for u in units} == {"", "dong-thap"}
    assert {u["since"] for u in units} == {date(2025, 7, 1)}


def test_bodies_of_the_province_are_marked_for_checking(packs):
    bodies = [u for u in packs["units"]["unit"] if u["kind"] not in ("province", "commune")]
    assert "so-noi-vu" in {u["key"] for u in bodies}
    assert all("cần kiểm tra" in u["note"] for u in bodies)


# Framework and positions: the proposed framework, 8 areas, 32 competences, 9 positions.


def test_framework_is_complete(packs):
    framework = packs["framework"]
    areas = [a["code"] for a in framework["area"]]
    competences = framework["competence"]
    assert areas == [f"N{i}" for i in range(1, 9)]
    assert Counter(c["area"] for c in competences) == dict(zip(areas, (4, 3, 5, 4, 5, 4, 4, 3), strict=True))
    assert len({c["code"] for c in competences}) == 32
    assert all(len(c["levels"]) == 5 and all(c["levels"]) for c in competences)
    assert all(c["code"][1] == c["area"][1] for c in competences)


def test_five_levels_are_named(packs):
    levels = packs["framework"]["level"]
    assert [(level["level"], level["name"]) for level in levels] == [
        (1, "Biết"),
        (2, "Làm được"),
        (3, "Thành thạo"),
        (4, "Hướng dẫn, chủ trì"),
        (5, "Dẫn dắt, đổi mới"),
    ]
    assert all(level["description"] for level in levels)


@pytest.mark.parametrize(
    ("position", "competence", "level"),
    [
        ("V1", "C1.1", 4),
        ("V1", "C7.4", 4),
        ("V3", "C5.3", 3),
        ("V4", "C6.1", 4),
        ("V4", "C2.2", None),
        ("V5", "C3.1", 4),
        ("V6", "C5.4", 4),
        ("V7", "C3.1", None),
        ("V8", "C8.3", 3),
        ("V1", "C8.1", None),
        ("V9", "C7.4", 5),
    ],
)
def test_required_level(packs, position, competence, level):
    found = next(p for p in packs["positions"]["position"] if p["code"] == position)
    assert found["required"].get(competence) == level


def test_core_of_the_commune_focal_point(packs):
    found = next(p for p in packs["positions"]["position"] if p["code"] == "V3")
    assert found["core"] == ["C1.1", "C1.2", "C1.3", "C1.4", "C6.1", "C6.4", "C7.1"]
    assert [found["required"][c] for c in found["core"]] == [3, 3, 3, 2, 3, 3, 3]


def test_positions_refer_to_what_exists(packs):
    known = {c["code"] for c in packs["framework"]["competence"]}
    positions = packs["positions"]["position"]
    assert [p["code"] for p in positions] == [f"V{i}" for i in range(1, 10)]
    for position in positions:
        assert set(position["core"]) <= set(position["required"]) <= known
        assert set(position["required"].values()) <= {1, 2, 3, 4, 5}
        assert set(position["units"]) <= {"province", "department", "commune", "service", "other"}


# Library.


def test_instruments_have_unique_keys_and_known_relations(packs):
    instruments = packs["instruments"]["instrument"]
    keys = {i["key"] for i in instruments}
    assert len(keys) == len(instruments)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key) for key in keys)
    for instrument in instruments:
        assert {*instrument.get("replaces", ()), *instrument.get("amends", ())} <= keys - {instrument["key"]}


def test_unverified_instruments_say_what_to_check(packs):
    instruments = packs["instruments"]["instrument"]
    assert all(i["note"].startswith("cần kiểm tra: ") for i in instruments if not i["verified"])
    assert all(i["source"] for i in instruments if i["verified"])


def test_days_of_an_instrument_are_in_order(packs):
    for i in packs["instruments"]["instrument"]:
        days = [i[name] for name in ("issued", "in_force", "ended") if name in i]
        assert days == sorted(days)


@pytest.mark.parametrize(
    ("old", "new", "last_day"),
    [
        ("nd-61-2018", "nd-118-2025", date(2025, 6, 30)),
        ("nd-107-2021", "nd-118-2025", date(2025, 6, 30)),
        ("nd-13-2023", "nd-356-2025", date(2025, 12, 31)),
        ("nd-59-2022", "nd-69-2024", date(2024, 6, 30)),
    ],
)
def test_a_replaced_instrument_ends_the_day_before(packs, old, new, last_day):
    by_key = {i["key"]: i for i in packs["instruments"]["instrument"]}
    assert old in by_key[new]["replaces"]
    assert by_key[old]["ended"] == last_day
    assert (by_key[new]["in_force"] - last_day).days == 1


# CT3: competence framework 3.4; reporting periods: 5.6 (Công văn 581/BNV-CCHC), to be checked with Sở Nội vụ.


def test_ct3_counts_four_drafting_competences_of_four_positions(packs):
    (ct3,) = packs["indicators"]["indicator"]
    assert (ct3["code"], ct3["target"], ct3["since"]) == ("CT3", 90, date(2021, 10, 21))
    assert ct3["positions"] == ["V1", "V2", "V3", "V7"]
    assert ct3["competences"] == ["C1.1", "C1.2", "C1.3", "C7.1"]
    assert "cần kiểm tra" in ct3["note"]


def test_reporting_periods_close_on_the_fourteenth_and_the_year_in_december(packs):
    (calendar,) = packs["indicators"]["calendar"]
    assert calendar["closes"] == ["03-14", "06-14", "09-14", "12-14"]

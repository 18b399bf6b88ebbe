"""The roster's one query: order, filter, scope, and to which unit a completion belongs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.people import services as people
from lms.people.queries import Scope
from lms.rosters import queries
from lms.rosters.queries import Filters
from tests import factories
from tests.rosters.conftest import AT, EVERYWHERE, TODAY


def names(filters=Filters(), scope=EVERYWHERE, as_of=TODAY):  # noqa: B008  frozen
    rows = list(queries.roster(filters, scope, as_of))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert queries.page(filters, scope, as_of) == rows[: queries.PAGE]
    assert queries.count(filters, scope, as_of) == len(rows)
    return [row.name for row in rows]


def units_of(filters, scope=EVERYWHERE, as_of=TODAY):
    return {row.name: row.unit for row in queries.roster(filters, scope, as_of)}


def test_a_line_says_what_the_columns_ask(completed):
    cycle = completed("Lê Thị Mỹ Hường", factories.unit("Xã Tháp Mười"), birth_year=1971, birth_month=3, birth_day=5)
    (row,) = queries.roster(Filters(), EVERYWHERE, TODAY)
    assert row == (
        1, "Lê Thị Mỹ Hường", date(1971, 3, 5), "Nữ", "Chuyên viên", "Xã Tháp Mười", "", "K01 Khóa thử K01", "Hoàn thành", TODAY,
        Decimal("8.5"), "Đạt", "",
    )  # fmt: skip
    assert cycle.percent == 85


def test_order_by_given_name_as_the_domain_analysis_tests_it(completed):
    """Domain analysis, 5.3 [T]."""
    unit = factories.unit()
    ordered = [
        "Lê Thị An",
        "Nguyễn Văn An",
        "Đặng Minh Anh",
        "Trần Thị Ánh",
        "Nguyễn Văn Ân",
        "Hồ Văn Ấn",
        "Võ Dũng",
        "Phạm Văn Đức",
    ]
    for name in reversed(ordered):
        completed(name, unit)
    assert names() == ordered


def test_order_by_unit_is_the_rank_that_is_set(completed):
    first, second = factories.unit("Xã Y"), factories.unit("Xã A")
    completed("Nguyễn Văn An", second)
    completed("Nguyễn Văn Bình", first)
    completed("Nguyễn Văn Cường", first)
    assert names(Filters(order="unit")) == ["Nguyễn Văn Bình", "Nguyễn Văn Cường", "Nguyễn Văn An"]


def test_filters(completed, k01):
    root = factories.unit("Tỉnh", kind="province")
    commune, other = factories.unit("Xã A", root), factories.unit("Xã B", root)
    completed("Trần Thị Hoà", commune, at=AT - timedelta(days=30))
    completed("Lê Văn Đạt", other)
    completed("Võ Thị Muộn", other, due=TODAY - timedelta(days=3))
    completed("Phan Văn Học", other, percent=None, due=TODAY - timedelta(days=3))
    assert names(Filters(unit_id=commune.id)) == ["Trần Thị Hoà"]
    assert len(names(Filters(unit_id=root.id))) == 3
    assert names(Filters(search="tran thi hoa")) == ["Trần Thị Hoà"]
    assert names(Filters(since=TODAY, until=TODAY)) == ["Lê Văn Đạt", "Võ Thị Muộn"]
    assert names(Filters(until=TODAY - timedelta(days=1))) == ["Trần Thị Hoà"]
    assert names(Filters(status="overdue")) == ["Phan Văn Học"]
    assert len(names(Filters(status="all"))) == 4
    assert names(Filters(course_id=k01.course_id + 1)) == []
    statuses = {row.name: row.status for row in queries.roster(Filters(status="all"), EVERYWHERE, TODAY)}
    assert statuses["Phan Văn Học"] == "Quá hạn 3 ngày"
    assert statuses["Võ Thị Muộn"] == "Trễ hạn"


def test_as_of_an_earlier_day_later_completions_are_not_there(completed):
    unit = factories.unit()
    completed("Trần Thị Hoà", unit, at=AT - timedelta(days=30))
    completed("Lê Văn Đạt", unit)
    assert names(as_of=TODAY - timedelta(days=1)) == ["Trần Thị Hoà"]
    assert names(Filters(status="all"), as_of=TODAY - timedelta(days=31)) == []


def test_then_and_now_after_a_merger(completed, merge):
    root = factories.unit("Tỉnh", kind="province")
    a, b, new, far = (factories.unit(name, root) for name in ("Xã A", "Xã B", "Xã Mới", "Xã Xa"))
    completed("Nguyễn Văn An", a, at=AT - timedelta(days=30))
    completed("Nguyễn Văn Bình", b, at=AT - timedelta(days=30))
    moved = completed("Nguyễn Văn Cường", a, at=AT - timedelta(days=30))
    session = factories.db.session
    session.query(factories.Assignment).filter_by(person_id=moved.officer_id).update({"until": TODAY - timedelta(days=2)})
    factories.assignment(session.get(factories.Person, moved.officer_id), far, since=TODAY - timedelta(days=1))
    merge([a, b], new, TODAY)
    assert units_of(Filters()) == {"Nguyễn Văn An": "Xã A", "Nguyễn Văn Bình": "Xã B", "Nguyễn Văn Cường": "Xã A"}
    now = Filters(units="now")
    assert units_of(now) == {"Nguyễn Văn An": "Xã Mới", "Nguyễn Văn Bình": "Xã Mới", "Nguyễn Văn Cường": "Xã Xa"}
    assert names(Filters(units="now", unit_id=new.id)) == ["Nguyễn Văn An", "Nguyễn Văn Bình"]
    assert names(Filters(units="now", unit_id=far.id)) == ["Nguyễn Văn Cường"]
    before = TODAY - timedelta(days=10)
    assert units_of(now, as_of=before)["Nguyễn Văn An"] == "Xã A"
    head_of_new = Scope(unit_ids=frozenset({new.id}))
    assert names(scope=head_of_new) == ["Nguyễn Văn An", "Nguyễn Văn Bình", "Nguyễn Văn Cường"]  # the predecessors' history
    assert names(now, scope=head_of_new) == ["Nguyễn Văn An", "Nguyễn Văn Bình"]
    assert names(scope=Scope(unit_ids=frozenset({far.id}))) == []


def test_two_mergers_in_a_row_are_followed_for_one_who_has_left(completed, merge):
    a, b, c = factories.unit("Xã A"), factories.unit("Xã B"), factories.unit("Xã C")
    gone = completed("Nguyễn Văn An", a, at=AT - timedelta(days=30))
    factories.db.session.query(factories.Assignment).filter_by(person_id=gone.officer_id).update({"until": date(2026, 11, 1)})
    merge([a], b, TODAY - timedelta(days=5))
    merge([b], c, TODAY - timedelta(days=1))
    assert units_of(Filters(units="now")) == {"Nguyễn Văn An": "Xã C"}


def test_name_of_the_unit_is_the_one_of_the_day(session, completed):
    unit = factories.unit("Xã Cũ")
    completed("Nguyễn Văn An", unit, at=AT - timedelta(days=30))
    session.query(factories.UnitVersion).filter_by(unit_id=unit.id).update({"until": TODAY - timedelta(days=1)})
    factories._add(
        factories.UnitVersion(
            unit_id=unit.id, name="Xã Đổi Tên", name_fold="xa doi ten", name_key="x", place="", since=TODAY, recorded_at=AT
        )
    )  # fmt: skip
    assert units_of(Filters()) == {"Nguyễn Văn An": "Xã Cũ"}
    assert units_of(Filters(units="now")) == {"Nguyễn Văn An": "Xã Đổi Tên"}


@pytest.mark.parametrize("units", ["then", "now"])
@pytest.mark.parametrize("order", ["name", "unit"])
def test_scope_holds_in_every_face(completed, units, order):
    mine, theirs = factories.unit("Xã A"), factories.unit("Xã B")
    completed("Nguyễn Văn An", mine)
    completed("Nguyễn Văn Bình", theirs)
    scope = Scope(unit_ids=frozenset({mine.id}))
    assert names(Filters(units=units, order=order), scope) == ["Nguyễn Văn An"]
    assert names(Filters(units=units, order=order, unit_id=theirs.id), scope) == []
    assert names(Filters(units=units, order=order), Scope()) == []


@pytest.mark.parametrize("units", ["then", "now"])
@pytest.mark.parametrize("order", ["name", "unit"])
def test_a_merged_duplicate_is_shown_as_the_person_who_is_left(completed, units, order):
    commune, other = factories.unit("Xã A"), factories.unit("Xã B")
    double = completed("Lê Thị Hoà", commune, at=AT - timedelta(days=30))
    person = factories.person("Lê Thị Mỹ Hoà")
    factories.assignment(person, other, since=TODAY - timedelta(days=9))
    people.merge(double.officer_id, person.id, AT, None)
    asked = Filters(units=units, order=order)
    assert names(asked) == ["Lê Thị Mỹ Hoà"]
    assert units_of(asked) == {"Lê Thị Mỹ Hoà": "Xã A" if units == "then" else "Xã B"}
    assert names(Filters(units=units, order=order, search="my hoa")) == ["Lê Thị Mỹ Hoà"]


@pytest.mark.parametrize("status", ["completed", "all"])
def test_one_cycle_held_under_two_ids_is_one_line(completed, status):
    unit = factories.unit()
    own, double = completed("Lê Thị Hoà", unit, percent=None), completed("Lê Thị Hoà", unit)
    completed("Nguyễn Văn An", unit)
    people.merge(double.officer_id, own.officer_id, AT, None)
    assert names(Filters(status=status)) == ["Nguyễn Văn An", "Lê Thị Hoà"]
    assert names(Filters(status="learning")) == []

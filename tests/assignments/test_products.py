"""Work products, the head's word, appeals, self-rating; and what tracking makes of them."""

from datetime import date, timedelta

import pytest

from lms import clock
from lms.assignments import queries, services
from lms.assignments.models import Confirmation, SelfRating
from lms.assignments.queries import Reach
from lms.assignments.services import Sheet
from lms.audit.models import AuditEntry
from lms.courses.models import Result, ResultHead
from lms.courses.services import finish_lesson
from lms.errors import Conflict, NotFound
from lms.notices.models import Notice
from lms.people.queries import Scope
from lms.tracking.models import Award, Evidence
from lms.tracking.queries import profile, why
from lms.tracking.services import put_competence, rebuild, refresh
from tests import factories
from tests.assignments.conftest import ALL, BEST, GOOD, POOR

PAPER = {
    "number": "05", "symbol": "KH-UBND", "issued_on": date(2026, 1, 5), "issuer": "UBND xã Thử", "summary": "Kế hoạch CCHC năm 2026",
    "part": "Soạn toàn văn", "files": [],
}  # fmt: skip


@pytest.fixture
def head(group):
    person = factories.person("Huỳnh Văn Trưởng")
    factories.assignment(person, group.unit)
    return person


@pytest.fixture(autouse=True)
def framework(session):
    put_competence("C1.1", "N1", "Tham mưu", "Xây dựng kế hoạch CCHC", ["a", "b", "c", "d", "e"], 1)
    put_competence("C7.1", "N7", "Nền tảng", "Soạn thảo văn bản hành chính", ["a", "b", "c", "d", "e"], 2)


def enter(group, level=4, **more):
    return services.enter(group.olga.id, PAPER | more, "C1.1", level, clock.now())


def unit_scope(group):
    return Scope(unit_ids=frozenset({group.unit.id}))


def decide(group, head, product, level, at=None, reason="Đúng thực tế"):
    return services.decide(product.id, unit_scope(group), level, reason, head.id, at or clock.now())


def levels(session, group):
    return sorted((e.source_kind, e.level) for e in session.query(Evidence).filter_by(officer_id=group.olga.id))


def test_a_confirmed_product_becomes_evidence_at_the_level_confirmed(group, head, session):
    product = enter(group, 5)
    decide(group, head, product, 5)
    refresh(group.olga.id, clock.now())
    assert levels(session, group) == [("product", 4)]
    assert session.query(Award).filter_by(officer_id=group.olga.id).one().level == 4
    assert [line.held for line in profile(group.olga.id, clock.now()).lines] == [4]  # under the ceiling of products


def test_a_profile_reads_a_word_that_is_not_stored_yet(group, head, session):
    decide(group, head, enter(group, 3), 3)
    found = why(group.olga.id, "C1.1", clock.now())
    assert (found.line.held, found.pieces[0].kind) == (3, "product")


def test_results_and_words_share_one_counter_without_gaps(group, head, session):
    decide(group, head, enter(group), 3)
    row = group.hand_in()
    group.mark(row.id, GOOD)
    decide(group, head, enter(group, number="06"), 0)
    numbers = [c.n for c in session.query(Confirmation)] + [
        r.n for r in session.query(Result).filter_by(officer_id=group.olga.id)
    ]
    assert sorted(numbers) == [1, 2, 3]
    assert session.get(ResultHead, group.olga.id).n == 3
    assert refresh(group.olga.id, clock.now()) > 0
    assert refresh(group.olga.id, clock.now()) == 0
    assert [d for step in rebuild(clock.now(), check=True) for d in step] == []


def test_declined_awards_nothing_and_a_head_may_correct_with_reason(group, head, session):
    product = enter(group)
    decide(group, head, product, 0, reason="Chưa tự làm")
    refresh(group.olga.id, clock.now())
    assert levels(session, group) == [("product", 0)]
    decide(group, head, product, 3, reason="Đã xem lại")
    assert [(c.revision, c.confirmed, c.level, c.reason) for c in queries.history(product.id)] == [
        (1, False, 0, "Chưa tự làm"), (2, True, 3, "Đã xem lại"),
    ]  # fmt: skip
    assert queries.own_product(product.id, group.olga.id).state == "confirmed"


def test_a_head_decides_for_their_unit_only_and_never_for_themselves(group, head, session):
    product = enter(group)
    elsewhere = Scope(unit_ids=frozenset({factories.unit("Xã Khác").id}))
    with pytest.raises(NotFound):
        services.decide(product.id, elsewhere, 3, "x", head.id, clock.now())
    with pytest.raises(Conflict, match="tự xác nhận"):
        services.decide(product.id, unit_scope(group), 3, "x", group.olga.id, clock.now())


def test_a_head_confirms_an_ability_which_alone_gives_no_level(group, head, session):
    services.confirm_ability(group.olga.id, unit_scope(group), "C1.1", 4, "Chủ trì kế hoạch năm 2026", head.id, clock.now())
    refresh(group.olga.id, clock.now())
    assert levels(session, group) == [("confirmation", 0)]
    assert session.query(Award).count() == 0
    with pytest.raises(NotFound):
        services.confirm_ability(head.id, unit_scope(group), "C1.1", 4, "x", head.id, clock.now())


def test_a_head_takes_back_a_confirmed_ability_with_the_reason(group, head, session):
    product = services.confirm_ability(group.olga.id, unit_scope(group), "C1.1", 4, "Chủ trì kế hoạch", head.id, clock.now())
    decide(group, head, product, 0, reason="Ghi nhầm người")
    assert [(c.revision, c.confirmed, c.reason) for c in queries.history(product.id)] == [
        (1, True, "Chủ trì kế hoạch"), (2, False, "Ghi nhầm người"),
    ]  # fmt: skip
    words = [n.text for n in session.query(Notice).filter_by(person_id=group.olga.id).order_by(Notice.id)]
    assert words[-1] == "Xác nhận năng lực C1.1 Xây dựng kế hoạch CCHC trong công việc đã được rút lại: Ghi nhầm người"
    for level in (0, 3):
        with pytest.raises(Conflict, match="đã được rút lại"):
            decide(group, head, product, level)
    assert [d for step in rebuild(clock.now(), check=True) for d in step] == []


def test_an_appeal_is_answered_by_another_and_supersedes(group, head, session):
    product = enter(group)
    decide(group, head, product, 0)
    appeal = services.appeal_confirmation(product.id, group.olga.id, "Tôi là người soạn", [], clock.now())
    assert (appeal.due - clock.today()).days == queries.POLICY.days_to_answer
    with pytest.raises(Conflict, match="đã gửi kiến nghị"):
        services.appeal_confirmation(product.id, group.olga.id, "Lần nữa", [], clock.now())
    with pytest.raises(Conflict, match="người khác giải quyết"):
        services.answer(appeal.id, Reach(ALL, ALL), True, "Đồng ý", head.id, clock.now(), level=3)
    with pytest.raises(Conflict, match="kiến nghị"):
        decide(group, head, product, 3)
    other = group.markers[0]
    services.answer(appeal.id, Reach(ALL, ALL), True, "Có phiếu trình kèm theo", other.id, clock.now(), level=3)
    with pytest.raises(Conflict, match="vừa được người khác"):
        services.answer(appeal.id, Reach(ALL, ALL), False, "Không", group.markers[1].id, clock.now())
    assert [(c.confirmed, c.level) for c in queries.history(product.id)] == [(False, 0), (True, 3)]
    acts = {e.act for e in session.query(AuditEntry)}
    assert acts >= {
        "assignments.product",
        "assignments.decline",
        "assignments.confirm",
        "assignments.appeal",
        "assignments.answer_appeal",
    }


def test_a_mark_is_appealed_within_the_days_and_marked_anew(group, session):
    row = group.hand_in()
    group.mark(row.id, POOR)
    with pytest.raises(Conflict, match="Đã quá 15 ngày"):
        services.appeal_mark(row.id, group.olga.id, "Muộn", [], clock.now() + timedelta(days=16))
    appeal = services.appeal_mark(row.id, group.olga.id, "Bài có đủ nhiệm vụ", [], clock.now())
    with pytest.raises(Conflict, match="người khác giải quyết"):
        services.answer(appeal.id, Reach(ALL, ALL), True, "x", group.markers[0].id, clock.now(), Sheet(BEST, {}, ""))
    services.answer(
        appeal.id, Reach(ALL, ALL), True, "Đủ nhiệm vụ ở phụ lục", group.markers[1].id, clock.now(), Sheet(BEST, {}, "")
    )
    assert services.load(group.study()).state == "passed"
    results = session.query(Result).filter_by(source_id=row.id).order_by(Result.n).all()
    assert [(r.revision, r.passed) for r in results] == [(1, False), (2, True)]
    with pytest.raises(Conflict, match="theo kiến nghị"):
        group.mark(row.id, POOR, reason="Sửa lại")


def test_a_dismissed_appeal_leaves_the_mark(group, session):
    row = group.hand_in()
    group.mark(row.id, POOR)
    appeal = services.appeal_mark(row.id, group.olga.id, "Xin xem lại", [], clock.now())
    services.answer(appeal.id, Reach(ALL, ALL), False, "Bài thiếu thời hạn", group.markers[1].id, clock.now())
    assert session.query(Result).filter_by(source_id=row.id).count() == 1
    assert services.load(group.study()).state == "revise"


def test_self_rating_is_kept_apart_and_counts_nothing(group, session):
    assert services.rate_oneself(group.olga.id, {"C1.1": (5, "Làm nhiều năm")}, clock.now()) == 1
    assert services.rate_oneself(group.olga.id, {"C1.1": (5, "Làm nhiều năm")}, clock.now()) == 0
    assert services.rate_oneself(group.olga.id, {"C1.1": (3, "")}, clock.now()) == 1
    assert session.query(SelfRating).count() == 2
    assert queries.self_ratings(group.olga.id)["C1.1"].level == 3
    refresh(group.olga.id, clock.now())
    assert levels(session, group) == []
    assert profile(group.olga.id, clock.now()).lines == []


def test_a_lesson_after_a_word_is_read_too(group, head, session):
    decide(group, head, enter(group), 3)
    refresh(group.olga.id, clock.now())
    version = factories.course()
    cycle = factories.enrolment(group.olga, version)
    finish_lesson(cycle.id, version.outline[0]["activities"][0]["id"], clock.now())
    assert refresh(group.olga.id, clock.now()) == 1

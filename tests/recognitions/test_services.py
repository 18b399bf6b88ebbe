"""A decision gives levels 4 and 5, is entered once, and ends what it gave when it is withdrawn."""

from datetime import timedelta

import pytest

from lms import clock
from lms.assignments import queries as assignments
from lms.assignments import services as products
from lms.assignments.models import Confirmation, Product, Recognition
from lms.competence.rules import RULES_2
from lms.errors import Conflict, NotFound
from lms.notices.models import Notice
from lms.people import services as people
from lms.people.queries import Scope
from lms.recognitions import queries, services
from lms.tracking.models import Award, AwardNote, Evidence
from lms.tracking.queries import held_levels, profile, why
from lms.tracking.queries.framework import competence_ids
from lms.tracking.services import rebuild, refresh
from tests import factories
from tests.recognitions.conftest import ALL, SIGNED


def held(officer, on=None):
    """Competence -> level, as the province's pages count it."""
    names = {number: code for code, number in competence_ids().items()}
    return {names[number]: level for (_, number), level in held_levels([officer.id], on or clock.today()).items()}


def shown(officer):
    """Competence -> level, as the officer's profile shows it."""
    return {line.need.code: line.held for line in profile(officer.id, clock.now()).lines}


def as_rebuilt():
    """What a rebuild would say otherwise: nothing."""
    return [difference for step in rebuild(clock.now(), check=True) for difference in step]


def lines(decision):
    return {(row.full_name, row.competence): row for row in queries.lines(decision.id, ALL, clock.today())}


def told(session, officer):
    return [n.text for n in session.query(Notice).filter_by(person_id=officer.id).order_by(Notice.id)]


def test_a_decision_gives_levels_four_and_five_from_the_day_it_was_signed(office, session):
    office.enter((office.olga.id, "C1.1", 5), (office.binh.id, "C7.4", 4))
    assert (held(office.olga), held(office.binh)) == ({"C1.1": 5}, {"C7.4": 4})
    assert shown(office.olga) == {"C1.1": 5}
    award = session.query(Award).filter_by(officer_id=office.olga.id).one()
    assert clock.local(award.awarded_at).date() == SIGNED
    assert award.valid_until == RULES_2.valid_until(SIGNED)
    assert held(office.olga, SIGNED) == {"C1.1": 5}
    assert held(office.olga, SIGNED - timedelta(days=1)) == {}
    assert as_rebuilt() == []


def test_officers_are_told_and_the_why_page_names_the_decision(office, session):
    decision = office.enter((office.olga.id, "C1.1", 5))
    words = f"Quyết định số 12/QĐ-SNV, ngày {SIGNED:%d/%m/%Y}, của Sở Nội vụ"
    assert told(session, office.olga) == [
        f"Anh/Chị được công nhận cấp 5 năng lực C1.1 Xây dựng kế hoạch CCHC theo {words[0].lower()}{words[1:]}."
    ]
    found = why(office.olga.id, "C1.1", clock.now())
    assert queries.named(found.pieces[0].decision) == words
    assert [row.id for row in found.bases.values()] == [decision.id]


def test_a_decision_is_no_work_product_and_no_head_decides_on_it(office, session):
    office.enter((office.olga.id, "C1.1", 5))
    product = session.query(Product).one()
    assert assignments.products_of(office.olga.id) == []
    with pytest.raises(NotFound):
        products.decide(product.id, ALL, 0, "Không", office.binh.id, clock.now())
    with pytest.raises(NotFound):
        products.appeal_confirmation(product.id, office.olga.id, "Xin xem lại", [], clock.now())


@pytest.mark.parametrize(
    ("number", "issuer"), [("12", "Sở Nội vụ"), ("012", "SỞ NỘI VỤ"), ("12", "So Noi vu")], ids=["same", "zeros", "no marks"]
)
def test_one_decision_is_entered_once_however_it_is_typed(office, session, number, issuer):
    office.enter((office.olga.id, "C1.1", 5))
    with pytest.raises(Conflict, match="đã có trong hệ thống"):
        office.enter((office.binh.id, "C1.1", 5), number=number, issuer=issuer)
    assert queries.same(number, issuer, SIGNED).number == "12"
    office.enter((office.binh.id, "C1.1", 5), number=number, issuer=issuer, signed_on=SIGNED - timedelta(days=1))
    assert session.query(Recognition).count() == 2


def merged(office):
    twin = factories.person("Lê Thị Olga")
    people.merge(office.olga.id, twin.id, clock.now(), office.admin.id)
    return office.olga


def left(office):
    person = factories.person("Phạm Văn Nghỉ")
    factories.assignment(person, office.unit, since=clock.today() - timedelta(days=900), until=clock.today() - timedelta(days=1))
    return person


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (lambda o: (o.admin.id, "C1.1", 5), "không tự công nhận"),
        (lambda o: (left(o).id, "C1.1", 5), "không công tác"),
        (lambda o: (merged(o).id, "C1.1", 5), "đã gộp"),
        (lambda o: (10**6, "C1.1", 5), "Không tìm thấy"),
        (lambda o: (o.olga.id, "C9.9", 5), "Khung năng lực"),
        (lambda o: (o.olga.id, "C1.1", 3), "cấp 4 hoặc cấp 5"),
        (lambda o: (o.olga.id, "C1.1", 6), "cấp 4 hoặc cấp 5"),
        (lambda o: (o.binh.id, "C7.4", 5), "Trùng"),
    ],
    ids=["oneself", "left", "merged", "nobody", "unknown competence", "too low", "too high", "twice"],
)
def test_a_line_that_may_not_be_written_stops_all_of_it(office, session, claim, said):
    with pytest.raises(Conflict, match=said):
        office.enter((office.binh.id, "C7.4", 4), claim(office))
    assert session.query(Confirmation).count() == 0
    assert held(office.binh) == {}


def test_a_decision_of_tomorrow_or_without_its_scan_is_refused(office, session):
    with pytest.raises(Conflict, match="tương lai"):
        office.enter((office.olga.id, "C1.1", 5), signed_on=clock.today() + timedelta(days=1))
    with pytest.raises(Conflict, match="kèm theo"):
        office.enter((office.olga.id, "C1.1", 5), files=[])
    with pytest.raises(Conflict, match="Chưa có người"):
        office.enter()


def test_a_unit_admin_recognises_and_sees_their_own_unit_only(office, session):
    elsewhere = Scope(unit_ids=frozenset({factories.unit("Xã Khác").id}))
    with pytest.raises(Conflict, match="ngoài phạm vi"):
        services.enter(office.paper(), [(office.olga.id, "C1.1", 5)], elsewhere, office.admin.id, clock.now())
    decision = office.enter((office.olga.id, "C1.1", 5), number="13")
    assert queries.count(elsewhere, clock.today()) == 0
    with pytest.raises(NotFound):
        queries.recognition(decision.id, elsewhere, clock.today())
    with pytest.raises(NotFound):
        services.withdraw(decision.id, [1], "x", "y", elsewhere, office.admin.id, clock.now())


def test_withdrawing_ends_the_level_with_the_reason_and_keeps_the_past(office, session):
    decision = office.enter((office.olga.id, "C1.1", 5), (office.binh.id, "C7.4", 4))
    line = lines(decision)["Lê Thị Olga", "C1.1"]
    assert office.withdraw(decision, [line.product_id]) == 1
    assert (held(office.olga), held(office.binh)) == ({}, {"C7.4": 4})
    assert held(office.olga, clock.today() - timedelta(days=1)) == {"C1.1": 5}
    note = session.query(AwardNote).one()
    assert (note.kind, note.by_id) == ("ended", office.admin.id)
    assert note.reason == "Thu hồi theo Quyết định số 20/QĐ-SNV, ngày 20/11/2026. Lý do: Kết luận thanh tra"
    assert told(session, office.olga)[-1].endswith("Lý do: Kết luận thanh tra")
    assert [(c.revision, c.confirmed) for c in assignments.history(line.product_id)] == [(1, True), (2, False)]
    assert why(office.olga.id, "C1.1", clock.now()).line.held == 0
    assert as_rebuilt() == []
    with pytest.raises(Conflict, match="Không có công nhận nào"):
        office.withdraw(decision, [line.product_id])


def test_another_proof_is_shown_once_the_decision_is_withdrawn(office, session):
    """Proof that came before, proof that came while the decision stood, and another decision: none is lost."""
    first, second = office.enter((office.olga.id, "C1.1", 5)), office.enter((office.olga.id, "C1.1", 4), number="15")
    values = {
        "number": "05",
        "symbol": "KH-UBND",
        "issued_on": SIGNED,
        "issuer": "UBND xã",
        "summary": "Kế hoạch",
        "part": "Soạn",
    }
    product = products.enter(office.olga.id, values | {"files": []}, "C1.1", 3, clock.now())
    products.decide(product.id, ALL, 3, "Đúng", office.binh.id, clock.now())
    refresh(office.olga.id, clock.now())
    for decision, level in ((first, 4), (second, 3)):
        office.withdraw(decision, [row.product_id for row in lines(decision).values()])
        assert held(office.olga) == shown(office.olga) == {"C1.1": level}
    assert as_rebuilt() == []


def test_a_withdrawn_line_may_be_recognised_again_by_the_same_decision(office, session):
    decision = office.enter((office.olga.id, "C1.1", 4))
    claim = [(office.olga.id, "C1.1", 5)]
    with pytest.raises(Conflict, match="đã công nhận"):
        services.name_more(decision.id, claim, ALL, office.admin.id, clock.now())
    office.withdraw(decision, [row.product_id for row in lines(decision).values()])
    services.name_more(decision.id, claim, ALL, office.admin.id, clock.now())
    assert held(office.olga) == {"C1.1": 5}
    assert as_rebuilt() == []


def test_nobody_withdraws_their_own(office, session):
    decision = office.enter((office.olga.id, "C1.1", 5))
    ids = [row.product_id for row in lines(decision).values()]
    with pytest.raises(Conflict, match="không tự quyết định"):
        services.withdraw(decision.id, ids, "x", "y", ALL, office.olga.id, clock.now())


def test_a_decision_entered_late_is_judged_by_what_was_known_then(office, session):
    """Signed long ago: it is in the record from today, and counts no longer than two years and the grace from its day."""
    old = clock.today() - timedelta(days=900)
    office.enter((office.olga.id, "C1.1", 5), signed_on=old)
    assert held(office.olga) == {}
    assert held(office.olga, old) == {"C1.1": 5}
    assert as_rebuilt() == []


def test_what_stood_under_a_duplicate_counts_for_the_person_and_is_withdrawn_with_it(office, session):
    twin = factories.person("Lê Thị Olga")
    factories.assignment(twin, office.unit)
    decision = office.enter((twin.id, "C1.1", 5))
    people.merge(twin.id, office.olga.id, clock.now(), office.admin.id)
    assert shown(office.olga) == {"C1.1": 5}
    assert queries.own(decision.id, office.olga.id).id == decision.id
    ((_, row),) = lines(decision).items()
    assert row.person_id == office.olga.id
    office.withdraw(decision, [row.product_id])
    assert shown(office.olga).get("C1.1", 0) == 0
    assert session.query(Evidence).count() == 2


def test_the_list_is_found_by_number_words_and_names_without_marks(office, session):
    office.enter((office.olga.id, "C1.1", 5), number="12")
    office.enter((office.binh.id, "C7.4", 4), number="13", kind="trainer", summary="Cử báo cáo viên lớp bồi dưỡng")
    found = lambda text: [row.number for row in queries.recognitions(ALL, clock.today(), text)]  # noqa: E731
    assert found("") == ["13", "12"]
    assert (found("12/qd"), found("bao cao vien"), found("tran binh"), found("olga")) == (["12"], ["13"], ["13"], ["12"])
    assert queries.count(ALL, clock.today(), "khong co") == 0

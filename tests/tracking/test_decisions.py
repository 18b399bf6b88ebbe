"""After an award: notice before its end, a replaced legal basis, decisions. Nobody's level falls silently."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.errors import Conflict, NotFound
from lms.library.models import Citation, Instrument
from lms.notices.models import Notice
from lms.tracking import services
from lms.tracking.models import Award, AwardNote, Bookmark
from lms.tracking.queries import held_levels
from lms.tracking.queries.framework import competence_ids
from lms.tracking.queries.record import officer_record
from tests import factories
from tests.tracking.conftest import AT


@pytest.fixture
def awarded(session, answers):
    """An officer with level 1 of C1.1, given on 23/11/2026 on 20 answers: ten of them to questions of bank K01."""
    officer = factories.person()
    versions = [factories.question("K01", f"q{n}", competence="C1.1", level=1) for n in range(10)]
    answers(officer, 20, ids=[v.question_id for v in versions] + list(range(7000, 7010)))
    services.refresh(officer.id, AT)
    officer.versions = versions
    return officer


def the_award(session):
    return session.scalars(select(Award)).one()


def notices(session, officer):
    return list(session.scalars(select(Notice.text).where(Notice.person_id == officer.id).order_by(Notice.id)))


def every(work, at):
    last = 0
    while last := work(at, after=last, limit=1):
        pass


def test_officers_are_told_twice_before_a_level_ends(session, awarded):
    every(services.warn_of_ends, AT + timedelta(days=100))
    assert notices(session, awarded) == []
    for day in (date(2028, 10, 1), date(2028, 10, 2), date(2028, 12, 1), date(2028, 12, 2)):
        every(services.warn_of_ends, clock.midnight(day))
    assert notices(session, awarded) == [
        "Cấp 1 của năng lực C1.1 Xây dựng kế hoạch CCHC có giá trị đến 23/11/2028. Làm vài câu để gia hạn.",
        "Cấp 1 của năng lực C1.1 Xây dựng kế hoạch CCHC đã hết hạn, còn được tính đến 21/02/2029. Làm vài câu để gia hạn.",
    ]


def test_no_notice_once_a_level_was_renewed(session, awarded, answers):
    answers(awarded, 12, at=AT + timedelta(days=600))
    services.refresh(awarded.id, AT + timedelta(days=600))
    every(services.warn_of_ends, clock.midnight(date(2028, 10, 1)))
    assert notices(session, awarded) == []


@pytest.fixture
def replaced(session, awarded):
    """A decree cited by the ten questions, which ended on 31/12/2026."""
    decree = Instrument(key="nd-1", kind="Nghị định", number="01/2026/NĐ-CP", issuer="Chính phủ", title="Thử", fold="", digest="",
                        verified=True, ended=date(2026, 12, 31))  # fmt: skip
    session.add(decree)
    session.flush()
    for version in awarded.versions:
        session.add(Citation(object_kind="question_version", object_id=version.id, instrument_id=decree.id))
    session.flush()
    return decree


NEW_YEAR = clock.midnight(date(2027, 1, 5))


def test_a_replaced_basis_asks_for_an_update_and_the_level_counts_on_for_six_months(session, awarded, replaced):
    every(services.mark_stale, NEW_YEAR)
    every(services.mark_stale, NEW_YEAR + timedelta(days=1))  # once
    note = session.scalars(select(AwardNote)).one()
    assert (note.kind, note.ends_on) == ("stale", date(2027, 6, 30))
    assert "hết hiệu lực sau ngày 31/12/2026" in notices(session, awarded)[0]
    key = (awarded.id, competence_ids()["C1.1"])
    assert held_levels([awarded.id], date(2027, 6, 30)) == {key: 1}
    assert held_levels([awarded.id], date(2027, 7, 1)) == {}
    shown = officer_record(awarded.id, NEW_YEAR).levels["C1.1"]
    assert (shown.level, shown.stale_until) == (1, date(2027, 6, 30))


def test_new_answers_after_the_change_give_the_level_anew(session, awarded, replaced, answers):
    every(services.mark_stale, NEW_YEAR)
    answers(awarded, 12, at=NEW_YEAR + timedelta(days=2), source=888, ids=list(range(8000, 8012)))
    services.refresh(awarded.id, NEW_YEAR + timedelta(days=2))
    assert held_levels([awarded.id], date(2027, 7, 1)) == {(awarded.id, competence_ids()["C1.1"]): 1}
    assert officer_record(awarded.id, NEW_YEAR + timedelta(days=3)).levels["C1.1"].stale_until is None
    assert [d for chunk in services.rebuild(NEW_YEAR, check=True) for d in chunk] == []


def test_a_level_resting_mostly_on_other_questions_is_left_alone(session, awarded, replaced, answers):
    for version in awarded.versions[5:]:
        session.execute(Citation.__table__.delete().where(Citation.object_id == version.id))
    every(services.mark_stale, NEW_YEAR)
    assert session.scalars(select(AwardNote)).all() == []


def test_deciding_that_a_level_counts_on(session, awarded, replaced):
    admin = factories.person()
    with pytest.raises(Conflict):
        services.keep_award(the_award(session).id, "Nội dung không đổi", admin.id, NEW_YEAR)
    every(services.mark_stale, NEW_YEAR)
    services.keep_award(the_award(session).id, "Nội dung không đổi", admin.id, NEW_YEAR + timedelta(days=1))
    assert held_levels([awarded.id], date(2027, 7, 1)) == {(awarded.id, competence_ids()["C1.1"]): 1}


def test_a_level_ends_by_decision_with_its_reason_and_may_be_earned_again(session, awarded, answers):
    admin = factories.person()
    services.end_award(the_award(session).id, "Làm bài hộ, theo biên bản ngày 24/11/2026", admin.id, AT + timedelta(days=1))
    assert held_levels([awarded.id], AT.date()) != {}  # as it was then
    assert held_levels([awarded.id], AT.date() + timedelta(days=1)) == {}
    assert "Lý do: Làm bài hộ, theo biên bản ngày 24/11/2026" in notices(session, awarded)[-1]
    with pytest.raises(Conflict):
        services.end_award(the_award(session).id, "Lần nữa", admin.id, AT + timedelta(days=1))
    with pytest.raises(NotFound):
        services.end_award(10**6, "Không có", admin.id, AT)
    answers(awarded, 12, at=AT + timedelta(days=9), source=889, ids=list(range(8100, 8112)))
    services.refresh(awarded.id, AT + timedelta(days=9))
    assert held_levels([awarded.id], AT.date() + timedelta(days=9)) != {}
    assert session.scalar(select(Bookmark.n)) == 3  # two attempts, one decision: one row of numbers
    assert [d for chunk in services.rebuild(AT, check=True) for d in chunk] == []


def test_admin_decides_on_the_page_of_the_award(client, login, session, awarded):
    login(role="admin")
    number = the_award(session).id
    address = f"/tracking/awards/{number}"
    assert address in client.get(f"/tracking/officers/{awarded.id}/why/C1.1").text
    assert "Chưa ghi lý do" in client.post(address, data={"decision": "end"}).text
    assert client.post(address, data={"decision": "end", "reason": "Theo quyết định"}).status_code == 302
    page = client.get(address).text
    assert "Kết thúc" in page
    assert "Ghi quyết định" not in page
    assert client.get("/tracking/awards/999999").status_code == 404


def test_another_position_shows_its_gaps_at_once(client, login, session, awarded):
    services.put_requirements("V2" if factories.position("V2") else "", {"C1.1": 3, "C5.4": 2}, ["C1.1"], date(2025, 7, 1))
    login(awarded)
    page = client.get("/tracking/?position=V2").text
    assert "Đang xem theo vị trí" in page
    assert "C1.1: mức hiện có cấp 1, mức yêu cầu cấp 3" in page
    assert client.get("/tracking/?position=V99").status_code == 404


def test_a_post_that_begins_later_is_announced_with_its_gap(client, login, session, awarded):
    place = factories.position("V2", "Đầu mối CCHC sở, ngành")
    factories.assignment(awarded, position_=place, since=clock.today() + timedelta(days=20))
    login(awarded)
    assert "nhận vị trí Đầu mối CCHC sở, ngành" in client.get("/tracking/").text

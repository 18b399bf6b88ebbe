"""Writing, handing in, marking by one, two and three, correcting, handing in again; what the course and tracking hear."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms import clock
from lms.assignments import queries, services
from lms.assignments.models import Marking, Submission, SubmissionDraft
from lms.assignments.services import Content, Other, Sheet
from lms.audit.models import AuditEntry
from lms.courses.models import Enrolment, Result
from lms.errors import Conflict, NotFound
from lms.notices.models import Notice
from lms.people.queries import Scope
from lms.tracking.models import Evidence
from lms.tracking.services import put_competence, refresh
from tests.assignments.conftest import ALL, BEST, GOOD, POOR, make_class

HALF = {"the-thuc": "m4", "nhiem-vu": "m1"}


def state(group):
    return services.load(group.study()).state


def test_from_draft_to_pass(group, session):
    found = group.study()
    assert state(group) == "draft"
    first = services.save(found, services.load(found), Content("Nháp", {}, []), 0, clock.now())
    assert (first.revision, state(group)) == (1, "draft")
    row = services.submit(found, services.load(found), group.olga.id, clock.now())
    assert (row.number, row.text, state(group)) == (1, "Nháp", "submitted")
    assert session.query(SubmissionDraft).count() == 0
    group.mark(row.id, GOOD)
    assert state(group) == "passed"
    result = session.query(Result).filter_by(officer_id=group.olga.id).one()
    assert (result.source_kind, result.source_id, result.passed) == ("submission", row.id, True)
    assert result.percent == Decimal("66.6666667")
    assert result.detail["shares"] == {
        "C7.1": {"level": 3, "points": "2", "max": "3"}, "C1.1": {"level": 3, "points": "2", "max": "3"},
    }  # fmt: skip
    assert session.query(Enrolment).filter_by(officer_id=group.olga.id).one().completed_at is not None
    assert "đã có kết quả chấm" in session.query(Notice).filter_by(person_id=group.olga.id, kind="assignments.marked").one().text


def test_nothing_is_lost_when_two_windows_write(group, session):
    found = group.study()
    services.save(found, services.load(found), Content("Ở nhà", {}, []), 0, clock.now())
    services.save(found, services.load(found), Content("Ở nhà, thêm", {}, []), 1, clock.now())
    other = services.save(found, services.load(found), Content("Ở cơ quan", {}, []), 1, clock.now())
    assert isinstance(other, Other)
    assert other.draft.text == "Ở nhà, thêm"


def test_an_empty_draft_is_not_handed_in(group, session):
    found = group.study()
    with pytest.raises(Conflict, match="trống"):
        services.submit(found, services.load(found), group.olga.id, clock.now())


def test_late_work_is_taken_and_said(group, session):
    row = group.hand_in(at=clock.now() + timedelta(days=17))
    assert queries.late_days(row) == 3
    assert queries.late_days(session.get(Submission, group_second(group, row).id)) > 0


def group_second(group, row):
    group.mark(row.id, POOR)
    return group.hand_in("Lần hai", at=clock.now() + timedelta(days=20))


def test_a_failed_submission_is_mended_while_attempts_are_left(group, session):
    first = group.hand_in()
    group.mark(first.id, POOR)
    assert state(group) == "revise"
    second = group.hand_in("Đã sửa")
    assert state(group) == "submitted"
    group.mark(second.id, POOR)
    assert state(group) == "failed"
    with pytest.raises(Conflict, match="không nhận thêm"):
        group.hand_in("Lần ba")
    assert [r.passed for r in session.query(Result).filter_by(officer_id=group.olga.id).order_by(Result.n)] == [False, False]


def test_no_second_hand_in_while_the_first_is_marked(group, session):
    group.hand_in()
    with pytest.raises(Conflict, match="không nhận thêm"):
        group.hand_in("Lần hai")


def test_commendation_needs_a_second_marker_and_the_mean_stands(group, session):
    row = group.hand_in()
    assert group.mark(row.id, BEST).waits_for == "second"
    assert state(group) == "marking"
    assert session.query(Result).filter_by(officer_id=group.olga.id).count() == 0
    settled = group.mark(row.id, {"the-thuc": "m4", "nhiem-vu": "m3"}, marker=1)
    assert (settled.waits_for, settled.percent, settled.commended) == (None, Decimal("91.6666667"), True)
    assert session.query(Result).filter_by(officer_id=group.olga.id).one().detail["commended"] is True


def test_a_third_decides_where_two_differ(group, session):
    row = group.hand_in()
    group.mark(row.id, BEST)
    assert group.mark(row.id, HALF, marker=1).waits_for == "third"
    settled = group.mark(row.id, GOOD, marker=2)
    assert (settled.percent, settled.passed, settled.commended) == (Decimal("66.6666667"), True, False)
    with pytest.raises(Conflict, match="chấm xong"):
        group.mark(row.id, GOOD, marker=3)


def test_every_submission_has_two_markers_where_the_assignment_says_so(session):
    group = make_class(two_markers=True)
    row = group.hand_in()
    assert group.mark(row.id, GOOD).waits_for == "second"
    assert group.mark(row.id, GOOD, marker=1).waits_for is None


def test_one_marker_holds_one_seat_and_corrects_with_a_reason(group, session):
    row = group.hand_in()
    group.mark(row.id, POOR)
    with pytest.raises(Conflict, match="lý do"):
        group.mark(row.id, GOOD)
    group.mark(row.id, GOOD, reason="Cộng nhầm")
    marks = session.query(Marking).filter_by(submission_id=row.id).order_by(Marking.id).all()
    assert [(m.seat, m.revision, m.reason) for m in marks] == [("first", 1, ""), ("first", 2, "Cộng nhầm")]
    assert [r.revision for r in session.query(Result).filter_by(source_id=row.id).order_by(Result.n)] == [1, 2]
    assert session.get(Submission, row.id).passed is True
    assert {e.act for e in session.query(AuditEntry)} >= {"assignments.submit", "assignments.mark", "assignments.correct_mark"}


def test_nobody_marks_their_own_work_or_beyond_their_courses(group, session):
    row = group.hand_in()
    with pytest.raises(Conflict, match="chính mình"):
        services.mark(row.id, ALL, group.olga.id, Sheet(GOOD, {}, ""), clock.now())
    elsewhere = Scope(course_ids=frozenset({group.course_id + 1}))
    with pytest.raises(NotFound):
        services.mark(row.id, elsewhere, group.markers[0].id, Sheet(GOOD, {}, ""), clock.now())


def test_every_criterion_needs_a_level(group, session):
    row = group.hand_in()
    with pytest.raises(Conflict, match="Nhiệm vụ"):
        group.mark(row.id, {"the-thuc": "m4"})
    assert session.query(Marking).count() == 0


def test_the_queue_holds_what_this_marker_may_mark(group, session):
    row = group.hand_in()
    ids = [[r.id for r in queries.queue(ALL, person.id)] for person in (group.markers[0], group.olga)]
    assert ids == [[row.id], []]
    group.mark(row.id, BEST)
    assert [[r.id for r in queries.queue(ALL, m.id)] for m in group.markers[:2]] == [[], [row.id]]


def test_a_new_rubric_leaves_old_marks(group, session):
    row = group.hand_in()
    entry = dict(queries.assignment(row.assignment_version_id).entry)
    newer = services.put_assignment_version(group.activity_id, {**entry, "pass_mark": 80}, clock.now(), None)
    assert newer.number == 2
    assert services.put_assignment_version(group.activity_id, {**entry, "pass_mark": 80}, clock.now(), None).id == newer.id
    assert group.mark(row.id, GOOD).passed


def test_tracking_reads_level_three_from_a_rubric(group, session):
    for rank, code in enumerate(("C1.1", "C6.2", "C7.1")):
        put_competence(code, "N", "Nhóm", f"Năng lực {code}", [""] * 5, rank)
    row = group.hand_in()
    group.mark(row.id, {"the-thuc": "m4", "nhiem-vu": "m2"})
    refresh(group.olga.id, clock.now())
    found = {e.source_kind: e.level for e in session.query(Evidence).filter_by(officer_id=group.olga.id)}
    levels = sorted((e.level, e.percent) for e in session.query(Evidence).filter_by(officer_id=group.olga.id))
    assert found.keys() == {"rubric"}
    assert [level for level, _ in levels] == [0, 3]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"pass_mark": 0}, "Điểm đạt"), ({"commend_from": 50}, "Mức khen"), ({"tolerance": 101}, "Độ lệch"),
        ({"takes": []}, "cách nộp"), ({"takes": ["video"]}, "cách nộp"), ({"claims": []}, "năng lực"), ({"instructions": " "}, "hướng dẫn"),
        ({"criteria": []}, "tiêu chí"), ({"samples": [{"title": "M", "text": "x", "levels": {}}]}, "Bài mẫu 1"), ({"minutes": 0}, "Số phút"),
    ],
)  # fmt: skip
def test_an_assignment_that_cannot_be_held_says_why(group, session, broken, says):
    entry = dict(queries.newest(group.activity_id).entry)
    with pytest.raises(ValueError, match=says):
        services.put_assignment_version(group.activity_id, entry | broken, clock.now(), None)

"""The page of the rules: what a change would do is shown before it is decided; nobody loses; it holds from the next midnight."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from lms import clock
from lms.audit.models import AuditEntry
from lms.errors import Conflict
from lms.jobs.models import Job
from lms.jobs.tasks import work_off
from lms.notices.models import Notice
from lms.people.models import PersonAlias
from lms.tracking import services
from lms.tracking import tasks as tracking_tasks
from lms.tracking.models import Award, Calibration, LevelPreview, PolicyVersion, Standing
from lms.tracking.queries.parameters import Laws, next_midnight
from tests import factories
from tests.tracking.conftest import proposed

AS_IT_IS = {
    "competent": 80, "least_answers": 10, "share": 80, "valid_months": 24, "grace_days": 90, "renew_days": 180, "update_months": 6,
    "base": 2,
}  # fmt: skip


@pytest.fixture
def people(session, answers):
    """Đạt proves level 1 on 30 right answers; Gần is at about 70 %; Ít has too few."""
    at = clock.now() - timedelta(days=1)
    found = {name: factories.person(f"Lê Văn {name}") for name in ("Đạt", "Gần", "Ít")}
    for name, right, wrong in (("Đạt", 30, 0), ("Gần", 17, 3), ("Ít", 8, 0)):
        answers(found[name], right, wrong, at=at)
    services.refresh_many([person.id for person in found.values()], at)
    session.commit()
    return found


@pytest.fixture
def admin(login):
    return login(role="admin")


def preview(client, **changes):
    return client.get("/tracking/rules/preview", query_string=AS_IT_IS | changes)


def test_the_preview_names_who_would_newly_prove_a_level(client, admin, people):
    page = preview(client, competent=65).text
    assert "Lê Văn Gần" in page
    assert "Lê Văn Ít" not in page
    assert "Không ai mất mức đã ghi nhận" in page
    assert "từ 80% thành 65%" in page


def test_the_preview_names_who_no_longer_would_and_that_the_level_stays(client, admin, people):
    page = preview(client, least_answers=40).text
    assert "Lê Văn Đạt" in page
    assert "Cấp 1, giữ nguyên" in page
    assert "Chưa đủ cấp 1" in page


@pytest.mark.parametrize("level", [1, 3])
@pytest.mark.parametrize("merged", [False, True])
def test_who_holds_the_level_or_more_already_is_not_counted(client, admin, people, session, level, merged):
    """An award of whatever kind, one of a merged duplicate among them: the level of that officer would not change."""
    evidence = session.scalars(select(Award)).first().evidence_id
    holder = people["Gần"].id
    if merged:
        holder = factories.person("Lê Văn Trùng").id
        session.add(PersonAlias(person_id=holder, into_id=people["Gần"].id, at=clock.now()))
    since = clock.now() - timedelta(days=1)
    competence = session.scalars(select(Award.competence_id)).first()
    session.add(
        Award(
            officer_id=holder,
            competence_id=competence,
            level=level,
            evidence_id=evidence,
            awarded_at=since,
            recorded_at=since,
            policy=2,
        )
    )
    session.commit()
    assert "Lê Văn Gần" not in preview(client, competent=65).text


def test_nothing_is_stored_by_looking(client, admin, people, session):
    preview(client, competent=65)
    assert session.scalars(select(PolicyVersion)).all() == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("competent", 20, "Ghi số từ 60 đến 99%"), ("least_answers", 1, "Ghi số từ 5 đến 60 câu"), ("share", "", "Ghi số từ 50 đến 95%"),
        ("renew_days", 725, "Phải ngắn hơn thời gian mức có giá trị"), ("valid_months", "abc", "Chưa đọc được số"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_said_at_its_field(client, admin, session, name, value, said):
    reply = preview(client, **{name: value})
    assert reply.status_code == 422
    assert said in reply.text


def test_a_decision_holds_from_the_next_midnight_with_its_reason_and_takes_nothing(client, admin, people, session):
    before = session.scalars(select(Award.id)).all()
    reply = client.post("/tracking/rules", data=AS_IT_IS | {"least_answers": 40, "reason": "Công văn 12"}, follow_redirects=True)
    assert "Đã quyết định" in reply.text
    assert "Công văn 12" in reply.text
    now = clock.now()
    assert (Laws().at(now).rules.version, Laws().at(next_midnight(now)).rules.least_answers) == (2, 40)
    assert session.scalars(select(Award.id)).all() == before
    noted = session.scalars(select(AuditEntry).where(AuditEntry.act == "tracking.rules")).one()
    assert noted.detail["change"] == "số câu trả lời tối thiểu: từ 10 câu thành 40 câu"
    assert noted.detail["reason"] == "Công văn 12"
    assert [d for chunk in services.rebuild(now, check=True) for d in chunk] == []


def test_a_decision_without_a_reason_is_not_taken(client, admin, people, session):
    reply = client.post("/tracking/rules", data=AS_IT_IS | {"competent": 85, "reason": " "})
    assert reply.status_code == 422
    assert "Chưa ghi lý do" in reply.text
    assert session.scalars(select(PolicyVersion)).all() == []


def test_of_two_who_decide_on_the_same_rules_the_second_is_told(client, admin, people, session):
    client.post("/tracking/rules", data=AS_IT_IS | {"competent": 85, "reason": "Một"})
    reply = client.post("/tracking/rules", data=AS_IT_IS | {"competent": 90, "reason": "Hai"})
    assert reply.status_code == 409
    assert [row.reason for row in session.scalars(select(PolicyVersion))] == ["Một"]


def test_a_second_decision_of_a_day_replaces_the_first_before_it_holds(client, admin, people):
    client.post("/tracking/rules", data=AS_IT_IS | {"competent": 85, "reason": "Một"})
    client.post("/tracking/rules", data=AS_IT_IS | {"competent": 90, "reason": "Hai", "base": 3})
    page = client.get("/tracking/rules").text
    assert "Được thay trước khi áp dụng" in page
    assert Laws().at(next_midnight(clock.now())).rules.competent == 0.9


def test_a_change_of_the_share_is_decided_on_only_after_everybody_was_judged_again(client, admin, people, session):
    assert "Cần tính lại cho cả" in preview(client, share=60).text
    assert client.post("/tracking/rules", data=AS_IT_IS | {"share": 60, "reason": "Vội"}).status_code == 404
    job = computed(client, session, "/tracking/rules/preview", AS_IT_IS | {"share": 60})
    page = client.get(f"/tracking/previews/{job.id}").text
    assert "Lê Văn Gần" in page
    assert "từ 80% thành 60%" in page
    client.post(f"/tracking/previews/{job.id}", data={"reason": "Đã xem"})
    assert Laws().at(next_midnight(clock.now())).rules.share == 0.6


def computed(client, session, address, data) -> Job:
    job_id = int(client.post(address, data=data).headers["Location"].rsplit("/", 1)[1])
    work_off()
    session.expire_all()
    job = session.get(Job, job_id)
    assert (job.state, job.result["href"]) == ("done", f"/tracking/previews/{job_id}")
    return job


def test_what_is_computed_agrees_with_what_one_query_says(client, admin, people, session):
    """Two ways to the same names: only the share needs the long one."""
    asked = {"what": "rules", "settings": {"competent": 0.65}, "rules": 2, "calibration": 0}
    me = session.scalar(select(AuditEntry.actor_id)) or admin.id
    job = Job(kind="tracking.preview", title="x", owner_id=me, payload=asked, created_at=clock.now())
    session.add(job)
    session.commit()
    work_off()
    assert set(session.execute(select(LevelPreview.officer_id, LevelPreview.level, LevelPreview.gained))) == {
        (people["Gần"].id, 1, True)
    }
    assert client.get(f"/tracking/previews/{job.id}").text.count("Lê Văn Gần") == preview(client, competent=65).text.count(
        "Lê Văn Gần"
    )


def test_a_preview_is_its_owners_and_too_old_once_the_rules_have_changed(client, admin, people, session, login):
    job = computed(client, session, "/tracking/rules/preview", AS_IT_IS | {"share": 60})
    client.post("/tracking/rules", data=AS_IT_IS | {"competent": 85, "reason": "Một"})
    assert "Bản xem trước này đã cũ" in client.get(f"/tracking/previews/{job.id}").text
    assert client.post(f"/tracking/previews/{job.id}", data={"reason": "Hai"}).status_code == 409
    login(role="admin")
    assert client.get(f"/tracking/previews/{job.id}").status_code == 404


def test_a_calibration_is_asked_for_previewed_and_put_in_force(client, admin, people, session):
    client.post("/tracking/calibrations")
    work_off()
    assert session.scalars(select(Calibration.number)).all() == [1]
    assert "Bộ số 1" in client.get("/tracking/calibrations").text
    job = computed(client, session, "/tracking/calibrations/1/preview", {})
    assert client.post(f"/tracking/previews/{job.id}", data={"reason": ""}).status_code == 422
    client.post(f"/tracking/previews/{job.id}", data={"reason": "Đủ câu trả lời"})
    page = client.get("/tracking/calibrations").text
    assert "Đủ câu trả lời" in page
    assert (Laws().at(clock.now()).calibration, Laws().at(next_midnight(clock.now())).calibration) == (0, 1)
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.object_kind == "calibration")).all()
    assert acts == ["tracking.calibrate", "tracking.calibration"]


def test_a_calibration_that_was_written_is_not_written_again_by_the_next_worker(session, people):
    session.add(Job(kind="tracking.calibrate", title="x", payload={}, created_at=clock.now()))
    session.commit()
    work_off()
    job = session.scalars(select(Job)).one()
    job.state, job.lease_until = "running", clock.now() - timedelta(seconds=1)  # as kill -9 leaves it, after the last step
    session.commit()
    work_off()
    assert session.scalars(select(Calibration.number)).all() == [1]


def test_who_may_decide_on_a_proposal_is_told_once_with_a_link(client, login, session, people):
    ada, other, gone = (factories.person(name) for name in ("Võ Thị Ada", "Võ Thị Hai", "Võ Thị Cũ"))
    factories.grant(gone, "admin").until = clock.today() - timedelta(days=1)
    factories.grant(other, "admin")
    login(ada, role="admin")
    tracking_tasks.propose_calibration()
    session.commit()
    work_off()
    told = session.scalars(select(Notice).where(Notice.kind == "tracking.calibration").order_by(Notice.person_id)).all()
    assert [notice.person_id for notice in told] == [ada.id, other.id]
    assert "Bộ số 1" in client.get(told[0].href).text
    assert "số 1" in client.get("/notices/").text
    services.tell_deciders(1, None, clock.now())
    assert session.scalar(select(func.count()).where(Notice.kind == "tracking.calibration")) == 2
    client.post("/tracking/calibrations")
    work_off()
    again = session.scalars(select(Notice.person_id).where(Notice.about == "calibration:2")).all()
    assert again == [other.id]  # who asked sees it made


def test_old_standings_are_computed_again_and_others_left(session, people):
    at = clock.now()
    session.execute(update(Standing).where(Standing.officer_id == people["Gần"].id).values(at=clock.today() - timedelta(days=40)))
    assert list(services.age_standings(at)) == [1]
    assert set(session.scalars(select(Standing.at))) >= {clock.today()}
    assert list(services.age_standings(at)) == []
    assert [d for chunk in services.rebuild(at, check=True) for d in chunk] == []


def test_standings_follow_the_parameters_in_force(session, people):
    proposed(clock.now() - timedelta(days=2))
    services.use_calibration(1, None, clock.now() - timedelta(days=1))
    assert sum(services.age_standings(clock.now())) == 3
    assert set(session.scalars(select(Standing.calibration))) == {1}


def test_previews_are_forgotten(client, admin, session, people):
    computed(client, session, "/tracking/rules/preview", AS_IT_IS | {"share": 60})
    services.forget_previews(clock.now() - timedelta(days=30))
    assert session.scalar(select(LevelPreview.job_id).limit(1)) is not None
    services.forget_previews(clock.now() + timedelta(days=1))
    assert session.scalar(select(LevelPreview.job_id).limit(1)) is None


def test_put_rules_refuses_what_was_changed_meanwhile(session, people):
    me = people["Đạt"].id
    services.put_rules(2, {"competent": 0.9}, "Một", me, clock.now())
    with pytest.raises(Conflict):
        services.put_rules(2, {"competent": 0.7}, "Hai", me, clock.now())
    session.execute(delete(PolicyVersion))

"""Jobs: the row is the truth; a worker that dies is followed by another from the last step."""

from datetime import timedelta

import pytest

from lms import clock
from lms.errors import Conflict
from lms.jobs import services
from lms.jobs.models import Job
from lms.jobs.tasks import work_off
from tests import factories


@pytest.fixture
def count_to():
    """A handler that notes each number it does; told to die at one of them."""
    seen: list[int] = []
    state = {"dies_at": None}

    def run(job):
        for n in range(job.cursor.get("n", 0) + 1, job.payload["to"] + 1):
            if n == state["dies_at"]:
                raise KeyboardInterrupt
            seen.append(n)
            yield services.Step(n, job.payload["to"], {"n": n})

    services.HANDLERS["test.count"] = run
    yield seen, state
    del services.HANDLERS["test.count"]


def enqueue(session, to=3, owner=None):
    job = services.enqueue("test.count", "Đếm", {"to": to}, owner, clock.now())
    session.commit()
    return job.id


def test_a_job_runs_to_its_end_and_says_so(session, count_to):
    job_id = enqueue(session)
    assert work_off() == 1
    job = session.get(Job, job_id)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert work_off() == 0


def test_a_dead_workers_job_goes_on_from_its_last_step(session, count_to):
    seen, state = count_to
    job_id = enqueue(session, to=5)
    state["dies_at"] = 3
    with pytest.raises(KeyboardInterrupt):
        work_off()
    job = session.get(Job, job_id)
    job.state, job.lease_until = "running", clock.now() - timedelta(seconds=1)  # as kill -9 leaves it, after the lease
    session.commit()
    state["dies_at"] = None
    work_off()
    assert seen == [1, 2, 3, 4, 5]
    assert session.get(Job, job_id).state == "done"


def test_a_job_that_kills_its_workers_is_given_up(session, count_to):
    seen, state = count_to
    job_id = enqueue(session)
    state["dies_at"] = 1
    for _ in range(services.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            work_off()
        job = session.get(Job, job_id)
        job.state, job.lease_until = "running", clock.now() - timedelta(seconds=1)
        session.commit()
    assert work_off() == 0
    session.expire_all()
    assert session.get(Job, job_id).state == "failed"
    assert seen == []


def test_a_worker_that_lost_its_lease_stops_and_undoes_its_step(session):
    def slow(job):
        other = session.get(Job, job.id)
        other.attempts += 1  # the lease ended meanwhile and another worker took the job
        session.commit()
        job.title = "ghi đè"
        yield services.Step(1, 1)

    services.HANDLERS["test.slow"] = slow
    job_id = services.enqueue("test.slow", "Chậm", {}, None, clock.now()).id
    session.commit()
    services.run(services.take_next(clock.now()))
    session.expire_all()
    job = session.get(Job, job_id)
    assert (job.state, job.title, job.done) == ("running", "Chậm", 0)
    del services.HANDLERS["test.slow"]


def test_a_job_under_lease_is_not_taken_twice(session, count_to):
    enqueue(session)
    now = clock.now()
    assert services.take_next(now) is not None
    assert services.take_next(now) is None


def test_a_refusal_is_told_in_its_own_words(session):
    def refuse(_job):
        raise Conflict("Tệp đã được ghi rồi.")
        yield

    services.HANDLERS["test.refuse"] = refuse
    job = services.enqueue("test.refuse", "Từ chối", {}, None, clock.now())
    session.commit()
    work_off()
    assert session.get(Job, job.id).problem == "Tệp đã được ghi rồi."
    del services.HANDLERS["test.refuse"]


def test_pages_show_only_ones_own(client, login, session, count_to):
    olga = login()
    mine = enqueue(session, owner=olga.id)
    other = enqueue(session, owner=factories.person("Trần Văn Khác").id)
    assert "Đang chờ đến lượt" in client.get(f"/jobs/{mine}").text
    assert client.get(f"/jobs/{other}").status_code == 404
    assert client.get(f"/jobs/{mine}/file").status_code == 404
    assert f"/jobs/{mine}" in client.get("/jobs/").text

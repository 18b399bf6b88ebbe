"""Answers as they are given: receipts, tokens, stale tabs, the deadline and its grace."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lms import clock, grading
from lms.errors import Conflict
from lms.quizzes import services
from lms.quizzes.models import Answer, Attempt, AttemptItem
from lms.quizzes.queries import GRACE
from lms.quizzes.services import Receipt, Stale
from tests import factories


def options(seat, attempt_id: int, position: int = 1) -> list[str]:
    return [row["key"] for row in seat.sitting(attempt_id).items[position - 1].question.spec["options"]]


@pytest.fixture
def olga(seat):
    return seat(("single", "single"), minutes=10)


def test_an_answer_is_appended_and_acknowledged(olga, session):
    attempt_id = olga.start()
    a, b = options(olga, attempt_id)
    first = olga.save(attempt_id, 1, {"chosen": a})
    second = olga.save(attempt_id, 1, {"chosen": b}, based_on=first.revision)
    assert (first.revision, second.revision) == (1, 2)
    assert [(r.revision, r.based_on, r.given) for r in session.query(Answer).order_by(Answer.revision)] == [
        (1, 0, {"chosen": a}),
        (2, 1, {"chosen": b}),
    ]
    assert olga.sitting(attempt_id).items[0].given == {"chosen": b}


def test_the_same_token_again_has_the_same_receipt_even_after_newer_answers_and_the_end(olga, session):
    attempt_id = olga.start()
    a, b = options(olga, attempt_id)
    first = olga.save(attempt_id, 1, {"chosen": a}, token="retry-me")
    olga.save(attempt_id, 1, {"chosen": b}, based_on=1)
    assert olga.save(attempt_id, 1, {"chosen": a}, token="retry-me") == first
    services.submit(olga.officer.id, attempt_id, clock.now())
    assert olga.save(attempt_id, 1, {"chosen": a}, token="retry-me") == first
    assert session.query(Answer).count() == 2


def test_a_save_based_on_an_older_revision_is_stale_and_stores_nothing(olga, session):
    attempt_id = olga.start()
    a, b = options(olga, attempt_id)
    olga.save(attempt_id, 1, {"chosen": a})
    assert olga.save(attempt_id, 1, {"chosen": b}, based_on=0) == Stale(1, {"chosen": a})
    assert session.query(Answer).count() == 1


def test_an_answer_may_be_taken_back(olga):
    attempt_id = olga.start()
    olga.save(attempt_id, 1, {"chosen": options(olga, attempt_id)[0]})
    olga.save(attempt_id, 1, {}, based_on=1)
    assert [i.position for i in olga.sitting(attempt_id).unanswered] == [1, 2]


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        ("single", {"chosen": ["a"]}, None),
        ("single", {"chosen": "a", "correct": True}, {"chosen": "a"}),
        ("multiple", {"chosen": ["b", "a", "a", 7]}, {"chosen": ["a", "b"]}),
        ("truefalse", {"value": "true"}, None),
        ("truefalse", {"value": False}, {"value": False}),
        ("numerical", {"text": " 12,5 "}, {"text": "12,5"}),
        ("short", {"text": "x" * 9000}, {"text": "x" * 500}),
        ("short", {"text": "mo\u0323\u0302t"}, {"text": "một"}),
        ("matching", {"pairs": {"l": "r", "m": ""}}, {"pairs": {"l": "r"}}),
        ("ordering", {"order": "abc"}, None),
        ("ordering", {"order": ["a", "b"]}, {"order": ["a", "b"]}),
        ("essay", {"text": "x"}, None),
        ("single", None, None),
        ("single", [1], None),
    ],
)
def test_only_the_shape_of_the_kind_is_kept(kind, sent, kept):
    assert services.clean_given(kind, sent) == kept


def test_answers_given_in_time_on_a_cut_line_are_taken_within_the_grace(olga, session):
    """A line cut for two minutes, back after the deadline: the answer given a minute before it counts."""
    start = clock.now()
    attempt_id = olga.start(at=start)
    deadline = start + timedelta(minutes=10)
    key = options(olga, attempt_id)
    given = deadline - timedelta(minutes=1)
    taken = olga.save(attempt_id, 1, {"chosen": key[0]}, at=deadline + timedelta(minutes=1), given_at=given)
    assert isinstance(taken, Receipt)
    row = session.query(Answer).one()
    assert (row.given_at, row.received_at) == (given, deadline + timedelta(minutes=1))
    services.submit(olga.officer.id, attempt_id, deadline + timedelta(minutes=2), by_timer=True)
    attempt = session.get(Attempt, attempt_id)
    assert (attempt.percent, attempt.submitted_at, attempt.closed_by) == (50, deadline, "clock")


@pytest.mark.parametrize(
    ("received", "given"),
    [
        (timedelta(minutes=11), timedelta(minutes=10, seconds=1)),  # given after the deadline
        (timedelta(minutes=11), None),  # a form: received when it is received
        (timedelta(minutes=20, seconds=1), timedelta(minutes=9)),  # past the grace
        (timedelta(minutes=12), timedelta(minutes=50)),  # a clock that runs ahead is brought back to now
    ],
)
def test_what_comes_too_late_is_refused_in_words(olga, received, given, session):
    start = clock.now()
    attempt_id = olga.start(at=start)
    with pytest.raises(Conflict, match="vẫn còn nguyên"):
        olga.save(attempt_id, 1, {"chosen": "x"}, at=start + received, given_at=given and start + given)
    assert session.query(Answer).count() == 0


def test_a_clock_that_runs_wrong_before_the_deadline_costs_nothing(olga, session):
    start = clock.now()
    attempt_id = olga.start(at=start)
    minute = timedelta(minutes=1)
    olga.save(attempt_id, 1, {"chosen": "x"}, at=start + minute, given_at=start + 600 * minute)
    olga.save(attempt_id, 2, {"chosen": "x"}, at=start + minute, given_at=start - 600 * minute)
    assert [r.given_at for r in session.query(Answer).order_by(Answer.id)] == [start + minute, start]


def test_the_player_saves_by_json_within_five_queries(olga, client, login, queries):
    attempt_id = olga.start()
    key = options(olga, attempt_id)[0]
    login(olga.officer)
    address = f"/quizzes/attempts/{attempt_id}/1/save"
    sent = {"given": {"chosen": key}, "based_on": 0, "token": "0123456789", "given_at": clock.now().timestamp() * 1000}
    with queries() as count:
        reply = client.post(address, json=sent)
    assert len(count) <= 5
    assert (reply.status_code, reply.json["state"], reply.json["revision"]) == (200, "saved", 1)
    assert reply.json["saved_at"]
    assert client.post(address, json=sent).json["receipt"] == reply.json["receipt"]
    stale = client.post(address, json=sent | {"token": "another-token"})
    assert (stale.status_code, stale.json["state"], stale.json["given"]) == (409, "stale", {"chosen": key})


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"given": {}},
        {"given": {}, "based_on": "0", "token": "0123456789", "given_at": 1},
        {"based_on": 0, "token": "x", "given_at": 1},
    ],
)
def test_what_is_no_save_is_refused(olga, client, login, wrong):
    attempt_id = olga.start()
    login(olga.officer)
    assert client.post(f"/quizzes/attempts/{attempt_id}/1/save", json=wrong).status_code == 400


def test_signed_out_the_player_is_told_so(olga, client):
    attempt_id = olga.start()
    reply = client.post(f"/quizzes/attempts/{attempt_id}/1/save", json={}, headers={"Accept": "application/json"})
    assert (reply.status_code, reply.json["error"]) == (401, "signed_out")


def test_extra_time_counts_from_the_start_and_reaches_attempts_under_way(olga, session, client, login):
    admin = factories.person("Ada")
    factories.grant(admin, "admin")
    start = clock.now()
    attempt_id = olga.start(at=start)
    login(admin)
    scope = {"person": "Nguyễn Thị Hường", "activity_id": olga.activity_id, "percent": 50, "reason": "Mắt kém"}
    assert client.post("/quizzes/allowances", data=scope).status_code == 302
    attempt = session.get(Attempt, attempt_id)
    assert attempt.deadline == start + timedelta(minutes=15)
    login(olga.officer)
    assert "15 phút (10 phút và 50% cộng thêm" in client.get(f"/quizzes/{olga.activity_id}").text
    services.submit(olga.officer.id, attempt_id, start + timedelta(minutes=14))
    later = start + timedelta(minutes=14)
    again = session.get(Attempt, olga.start(at=later))
    assert again.deadline == later + timedelta(minutes=15)


def test_the_pages_timer_cannot_close_before_the_servers_clock(olga, client, login):
    attempt_id = olga.start()
    login(olga.officer)
    assert client.post(f"/quizzes/attempts/{attempt_id}/submit", data={"by": "timer"}).status_code == 409
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1), tick=False):
        assert client.post(f"/quizzes/attempts/{attempt_id}/submit", data={"by": "timer"}).status_code == 302


def test_closing_by_the_calendar_stores_what_readers_already_saw(olga, session):
    start = clock.now()
    attempt_id = olga.start(at=start)
    olga.answer_right(attempt_id, 1, at=start)
    assert services.close_expired(start + timedelta(minutes=10) + GRACE) == 0
    assert services.close_expired(start + timedelta(minutes=11) + GRACE) == 1
    assert services.close_expired(start + timedelta(minutes=11) + GRACE) == 0
    attempt = session.get(Attempt, attempt_id)
    assert (attempt.percent, attempt.submitted_at, attempt.closed_by) == (50, attempt.deadline, "clock")
    shares = [row.share for row in session.query(AttemptItem).filter_by(attempt_id=attempt_id).order_by(AttemptItem.position)]
    assert shares == [1, 0]


class TwoTabs(RuleBasedStateMachine):
    """Two tabs of one officer answer one question: replies may be lost on the way, retries come late, in any order."""

    seat = None
    session = None

    def __init__(self):
        super().__init__()
        self.attempt = self.seat.start()
        self.keys = options(self.seat, self.attempt)
        self.seen = [0, 0]  # the revision each tab believes in
        self.unheard = []  # (tab, given, based_on, token) whose reply never came
        self.acknowledged = {}  # token -> (revision, given)
        self.serial = 0
        self.closed = False

    @rule(tab=st.integers(0, 1), choice=st.integers(0, 1), heard=st.booleans())
    def answer(self, tab, choice, heard):
        self.serial += 1
        self._send(tab, {"chosen": self.keys[choice]}, self.seen[tab], f"{self.attempt}-{self.serial}", heard)

    @rule(which=st.integers(0, 9), heard=st.booleans())
    def retry(self, which, heard):
        if self.unheard:
            self._send(*self.unheard.pop(which % len(self.unheard)), heard)

    @rule()
    def close(self):
        services.submit(self.seat.officer.id, self.attempt, clock.now())
        self.closed = True

    def _send(self, tab, given, based_on, token, heard):
        try:
            found = self.seat.save(self.attempt, 1, given, based_on, token)
        except Conflict:
            assert self.closed
            return
        if isinstance(found, Receipt):
            assert found.revision == based_on + 1  # nobody's answer is superseded by a sender who had not seen it
        if not heard:
            self.unheard.append((tab, given, based_on, token))
        if isinstance(found, Stale):
            self.seen[tab] = found.revision if heard else self.seen[tab]
        elif heard:
            assert self.acknowledged.setdefault(token, (found.revision, given)) == (found.revision, given)
            self.seen[tab] = max(self.seen[tab], found.revision)

    @invariant()
    def nothing_acknowledged_is_lost_and_the_newest_is_what_counts(self):
        stored = {row.token: row for row in self.session.query(Answer).filter(Answer.token.startswith(f"{self.attempt}-"))}
        for token, (revision, given) in self.acknowledged.items():
            assert (stored[token].revision, stored[token].given) == (revision, given)
        newest = max(stored.values(), key=lambda row: row.revision, default=None)
        item = self.seat.sitting(self.attempt).items[0]
        assert item.revision == len(stored) == (newest.revision if newest else 0)
        assert item.given == (newest.given if newest else None)
        if self.closed:
            share = self.session.query(AttemptItem.share).filter_by(attempt_id=self.attempt, position=1).scalar()
            assert share == grading.grade(item.question.spec, item.given).share

    def teardown(self):
        services.submit(self.seat.officer.id, self.attempt, clock.now())


def test_no_interleaving_of_two_tabs_loses_an_acknowledged_answer(seat, session):
    olga = seat(("single",), attempts=0)

    class Bound(TwoTabs):
        pass

    Bound.seat, Bound.session = olga, session
    checks = list(HealthCheck)
    run_state_machine_as_test(
        Bound, settings=settings(max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=checks)
    )

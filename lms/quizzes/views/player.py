"""Taking a quiz: before it, question by question, and looking over it before it is handed in."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from lms import clock
from lms.courses import queries as courses
from lms.db import db
from lms.errors import NotFound
from lms.permissions import P
from lms.quizzes import queries, services
from lms.quizzes.forms import TOKEN, field_prefix, given_from, part_of, sent_answer
from lms.quizzes.queries import Item, Sitting
from lms.quizzes.services import Receipt, Stale
from lms.quizzes.views import bp
from lms.vietnamese import format_number
from lms.web.auth import requires
from lms.web.forms import whole

TIME_UP = "Đã hết giờ làm bài. Các câu đã báo “Đã lưu” vẫn còn nguyên."


@bp.get("/<int:activity_id>")
@requires(P.LEARN)
def intro(activity_id: int) -> str:
    """Before a quiz: what it asks, what it takes, what is left, and where to go on."""
    me, at = current_user.person_id, clock.now()
    study = courses.study(me, activity_id)
    if study.kind != "quiz":
        raise NotFound
    quiz = queries.quiz(study.item["quiz_version"])
    done, going = queries.tries(study.enrolment_id, activity_id, at)
    held = queries.terms(me, activity_id, clock.local(at).date()) if quiz.limited else queries.Terms()
    return render_template(
        "quizzes/intro.html", study=study, quiz=quiz, done=done, held=held, today=clock.local(at).date(), at=at,
        going=queries.sitting(going, me) if going else None, left=queries.attempts_left(held.attempts_of(quiz), len(done)),
        counted=queries.counted_percent(done, quiz.method), reviews=queries.REVIEWS, methods=queries.METHOD_NAMES,
    )  # fmt: skip


@bp.post("/<int:activity_id>/start")
@requires(P.LEARN)
def start(activity_id: int) -> Response:
    """Begin, or go on with the attempt that is open."""
    attempt_id = services.start(current_user.person_id, activity_id, clock.now())
    db.session.commit()
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=1))


@bp.get("/attempts/<int:attempt_id>/<int:position>")
@requires(P.LEARN)
def question(attempt_id: int, position: int) -> str | Response:
    """One question of an attempt that goes on."""
    sat, at = queries.sitting(attempt_id, current_user.person_id), clock.now()
    return _elsewhere(sat, at) or _shown(sat, sat.page_of(position), position, at)


@dataclass(frozen=True)
class Addresses:
    """Where the pages of an attempt lie; trying out a draft has addresses of its own."""

    attempt_id: int
    activity_id: int

    def question(self, position: int) -> str:
        """A question, to look at and to send its page to."""
        return url_for("quizzes.question", attempt_id=self.attempt_id, position=position)

    def check(self) -> str:
        """Before handing in."""
        return url_for("quizzes.check", attempt_id=self.attempt_id)

    def submit(self) -> str:
        """Handing in."""
        return url_for("quizzes.submit", attempt_id=self.attempt_id)

    def leave(self) -> str:
        """Where one goes for the time being."""
        return url_for("quizzes.intro", activity_id=self.activity_id)


def _shown(sat: Sitting, page: Sequence[Item], position: int, at: datetime, others: Mapping[int, str] | None = None) -> str:
    return render_template(
        "quizzes/question.html", sat=sat, page=page, item=sat.at_position(position), at=at, others=others or {},
        to=Addresses(sat.id, sat.activity_id), new_token=secrets.token_hex, live=True,
    )  # fmt: skip


@bp.post("/attempts/<int:attempt_id>/<int:position>")
@requires(P.LEARN)
def answer(attempt_id: int, position: int) -> str | Response | tuple[str, int]:
    """The form of a page of questions, sent whole: save what changed, then go where the button says."""
    me, at, form = current_user.person_id, clock.now(), request.form
    sat = queries.sitting(attempt_id, me)
    if sat.state(at) != "open":
        flash(TIME_UP, "warn")
        return redirect(url_for("quizzes.check", attempt_id=attempt_id))
    page = sat.page_of(position)
    stale = _save_page(sat, page, form, at)
    if form.get("go") == "flag" and not stale:
        services.flag(me, attempt_id, position, not sat.at_position(position).flagged, at)
    db.session.commit()
    return _both(sat, position, stale, at) if stale else redirect(_next(sat, page, position, _go(form)))


def _go(form: MultiDict[str, str]) -> str:
    """Which button was pressed. One that moves a step stays where it is."""
    return form.get("go") or ("stay" if any(name.endswith("move") for name in form) else "next")


def _save_page(sat: Sitting, page: Sequence[Item], form: MultiDict[str, str], at: datetime) -> dict[int, dict | None]:
    """Save what changed on a page; position -> what was typed, of the questions that were answered elsewhere meanwhile."""
    stale = {}
    for item in page:
        part = part_of(form, field_prefix(page, item.position))
        given = services.clean_given(item.question.kind, given_from(item.question.kind, part))
        if given == item.given or (item.given is None and given == item.untouched):
            continue
        based_on, token = part.get("based_on", 0, whole), _token(part.get("token", ""))
        found = services.save_answer(sat.officer_id, sat.id, item.position, given, based_on, token, at)
        if isinstance(found, Stale):
            stale[item.position] = given
    return stale


def _token(sent: str) -> str:
    return sent if TOKEN.fullmatch(sent) else secrets.token_hex(8)


def _next(sat: Sitting, page: Sequence[Item], position: int, go: str) -> str:
    """Where a button of a page's form leads."""
    to = Addresses(sat.id, sat.activity_id)
    if go == "check" or (go == "next" and page[-1].position == len(sat.items)):
        return to.check()
    if go == "next":
        return to.question(page[-1].position + 1)
    if go == "back":
        return to.question(sat.page_of(max(page[0].position - 1, 1))[0].position)
    return to.question(position) + (f"#cau-{position}" if len(page) > 1 else "")


def _both(sat: Sitting, position: int, stale: Mapping[int, dict | None], at: datetime) -> tuple[str, int]:
    """Questions were answered elsewhere meanwhile: both answers on the page, nothing of these stored until the officer says which."""
    newest = queries.sitting(sat.id, sat.officer_id)
    found = newest.page_of(position)
    page = [item.with_given(stale[item.position]) if item.position in stale else item for item in found]
    return _shown(newest, page, position, at, {item.position: item.own for item in found if item.position in stale}), 409


def _elsewhere(sat: Sitting, at: datetime) -> Response | None:
    """Where to go when the attempt no longer takes answers on a page: to hand it in, or to its result."""
    state = sat.state(at)
    if state == "open":
        return None
    return redirect(url_for("quizzes.check" if state == "late" else "quizzes.result", attempt_id=sat.id))


@bp.post("/attempts/<int:attempt_id>/<int:position>/save")
@requires(P.LEARN)
def save(attempt_id: int, position: int) -> Response | tuple[Response, int]:
    """One answer as given, from the player. 200 with a receipt; 409 with the newest answer when it was answered elsewhere meanwhile."""
    sent = sent_answer(_sent())
    if sent is None:
        raise BadRequest
    found = services.save_answer(current_user.person_id, attempt_id, position, at=clock.now(), **sent)
    if isinstance(found, Stale):
        db.session.rollback()
        return jsonify(state="stale", revision=found.revision, given=found.given, server_now=_ms(clock.now())), 409
    db.session.commit()
    return jsonify(state="saved", server_now=_ms(clock.now()), **_said(found))


def _sent() -> object:
    """The JSON of the request; None when it is none, or a tower of brackets."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _said(receipt: Receipt) -> dict[str, object]:
    read = None if receipt.read is None else format_number(receipt.read)
    return {"revision": receipt.revision, "saved_at": _ms(receipt.saved_at), "receipt": receipt.code, "read": read}


def _ms(instant: datetime) -> int:
    """Milliseconds since 1970, as the page counts."""
    return int(instant.timestamp() * 1000)


@bp.post("/attempts/<int:attempt_id>/<int:position>/flag")
@requires(P.LEARN)
def flag(attempt_id: int, position: int) -> Response:
    """Mark a question to be looked at again, from the player."""
    sent = _sent()
    flagged = bool(sent.get("flagged")) if isinstance(sent, dict) else False
    services.flag(current_user.person_id, attempt_id, position, flagged, clock.now())
    db.session.commit()
    return jsonify(flagged=flagged)


@bp.get("/attempts/<int:attempt_id>/paper")
@requires(P.LEARN)
def paper(attempt_id: int) -> str | Response:
    """All questions at once, for the player to go on with while the line is cut."""
    sat, at = queries.sitting(attempt_id, current_user.person_id), clock.now()
    to = Addresses(sat.id, sat.activity_id)
    return _elsewhere(sat, at) or render_template("quizzes/paper.html", sat=sat, at=at, to=to, new_token=secrets.token_hex)


@bp.get("/attempts/<int:attempt_id>/check")
@requires(P.LEARN)
def check(attempt_id: int) -> str | Response:
    """Before handing in: what is not answered and what was marked first; when time is up, only the button is left."""
    sat, at = queries.sitting(attempt_id, current_user.person_id), clock.now()
    if sat.state(at) == "closed":
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    to = Addresses(sat.id, sat.activity_id)
    return render_template("quizzes/check.html", sat=sat, at=at, state=sat.state(at), to=to, live=True)


@bp.post("/attempts/<int:attempt_id>/submit")
@requires(P.LEARN)
def submit(attempt_id: int) -> Response:
    """Hand in; again changes nothing."""
    services.submit(current_user.person_id, attempt_id, clock.now(), by_timer=request.form.get("by") == "timer")
    db.session.commit()
    return redirect(url_for("quizzes.result", attempt_id=attempt_id))

"""Taking a quiz: before it, question by question, and looking over it before it is handed in."""

import secrets
from datetime import datetime

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from lms import clock
from lms.courses import queries as courses
from lms.db import db
from lms.errors import NotFound
from lms.permissions import P
from lms.quizzes import queries, services
from lms.quizzes.forms import TOKEN, given_from, sent_answer
from lms.quizzes.queries import Sitting
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
    extra = queries.extra_percent(me, activity_id) if quiz.minutes else 0
    return render_template(
        "quizzes/intro.html", study=study, quiz=quiz, done=done, extra=extra, minutes=quiz.minutes * (100 + extra) / 100,
        going=queries.sitting(going, me) if going else None, at=at, left=queries.attempts_left(quiz.attempts, len(done)),
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
    item = sat.at_position(position)
    return _elsewhere(sat, at) or render_template("quizzes/question.html", sat=sat, item=item, at=at, new_token=secrets.token_hex)


@bp.post("/attempts/<int:attempt_id>/<int:position>")
@requires(P.LEARN)
def answer(attempt_id: int, position: int) -> str | Response | tuple[str, int]:
    """A question's form, sent whole: save when something changed, then go where the button says."""
    me, at, form = current_user.person_id, clock.now(), request.form
    sat = queries.sitting(attempt_id, me)
    if sat.state(at) != "open":
        flash(TIME_UP, "warn")
        return redirect(url_for("quizzes.check", attempt_id=attempt_id))
    item = sat.at_position(position)
    given = services.clean_given(item.question.kind, given_from(item.question.kind, form))
    if given != item.given and not (item.given is None and given == item.untouched):
        based_on, token = form.get("based_on", 0, whole), _token(form.get("token", ""))
        found = services.save_answer(me, attempt_id, position, given, based_on, token, at)
        if isinstance(found, Stale):
            return _both(sat, position, given, at)
    if form.get("go") == "flag":
        services.flag(me, attempt_id, position, not item.flagged, at)
    db.session.commit()
    return redirect(_next(sat, position, form.get("go", "next")))


def _token(sent: str) -> str:
    return sent if TOKEN.fullmatch(sent) else secrets.token_hex(8)


def _next(sat: Sitting, position: int, go: str) -> str:
    """Where a button of the question's form leads."""
    if go == "check" or (go == "next" and position == len(sat.items)):
        return url_for("quizzes.check", attempt_id=sat.id)
    return url_for("quizzes.question", attempt_id=sat.id, position=position + {"next": 1, "back": -1}.get(go, 0) or 1)


def _both(sat: Sitting, position: int, given: dict | None, at: datetime) -> tuple[str, int]:
    """The question was answered elsewhere meanwhile: both answers on the page, nothing stored until the officer says which."""
    newest = queries.sitting(sat.id, sat.officer_id)
    item = newest.at_position(position)
    page = render_template(
        "quizzes/question.html", sat=newest, item=item.with_given(given), other=item.own, at=at, new_token=secrets.token_hex
    )
    return page, 409


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
    return _elsewhere(sat, at) or render_template("quizzes/paper.html", sat=sat, at=at, new_token=secrets.token_hex)


@bp.get("/attempts/<int:attempt_id>/check")
@requires(P.LEARN)
def check(attempt_id: int) -> str | Response:
    """Before handing in: what is not answered and what was marked first; when time is up, only the button is left."""
    sat, at = queries.sitting(attempt_id, current_user.person_id), clock.now()
    if sat.state(at) == "closed":
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    return render_template("quizzes/check.html", sat=sat, at=at, state=sat.state(at))


@bp.post("/attempts/<int:attempt_id>/submit")
@requires(P.LEARN)
def submit(attempt_id: int) -> Response:
    """Hand in; again changes nothing."""
    services.submit(current_user.person_id, attempt_id, clock.now(), by_timer=request.form.get("by") == "timer")
    db.session.commit()
    return redirect(url_for("quizzes.result", attempt_id=attempt_id))

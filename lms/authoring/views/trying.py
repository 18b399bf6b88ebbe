"""A draft quiz as officers will meet it: the player's own pages, kept apart from every result."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.authoring.queries import picking
from lms.authoring.queries import trying as queries
from lms.authoring.services import trying as services
from lms.authoring.views import bp
from lms.authoring.views.quizzes import quiz_of
from lms.db import db
from lms.library.queries import citations
from lms.permissions import P
from lms.quizzes.forms import field_prefix, given_from, part_of
from lms.quizzes.queries import METHOD_NAMES, REVIEWS, Item, attempts_left, outcome, review_open
from lms.quizzes.services import clean_given
from lms.web.auth import requires

Page = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Addresses:
    """Where the pages of a try lie, by the player's names."""

    course_id: int
    key: str
    try_id: int

    def question(self, position: int) -> str:
        """A question, to look at and to send its page to."""
        return url_for("authoring.try_question", try_id=self.try_id, position=position)

    def check(self) -> str:
        """Before handing in."""
        return url_for("authoring.try_check", try_id=self.try_id)

    def submit(self) -> str:
        """Handing in."""
        return url_for("authoring.end_try", try_id=self.try_id)

    def result(self) -> str:
        """The result."""
        return url_for("authoring.try_result", try_id=self.try_id)

    def leave(self) -> str:
        """Where one goes for the time being."""
        return url_for("authoring.try_quiz", course_id=self.course_id, key=self.key)


def _load(try_id: int) -> tuple[queries.Trying, Addresses]:
    found = queries.trying(try_id, current_user.person_id)
    return found, Addresses(found.course_id, found.key, try_id)


@bp.get("/courses/<int:course_id>/quizzes/<key>/try")
@requires(P.DRAFTS)
def try_quiz(course_id: int, key: str) -> str:
    """What officers will read before the quiz, and a button to begin."""
    draft, item = quiz_of(course_id, key, P.DRAFTS)
    before = queries.newest_try(course_id, key, current_user.person_id)
    return render_template(
        "authoring/try_quiz.html", draft=draft, item=item, quiz=queries.quiz_as(item), before=before, reviews=REVIEWS,
        methods=METHOD_NAMES, may_write=current_user.can(P.AUTHOR),
    )  # fmt: skip


@bp.post("/courses/<int:course_id>/quizzes/<key>/try")
@requires(P.DRAFTS)
def start_try(course_id: int, key: str) -> Response:
    """Begin with a fresh paper."""
    draft, item = quiz_of(course_id, key, P.DRAFTS)
    try_id = services.start_try(course_id, item, picking.bank_id_of(draft.code), current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("authoring.try_question", try_id=try_id, position=1))


@bp.get("/tries/<int:try_id>/<int:position>")
@requires(P.DRAFTS)
def try_question(try_id: int, position: int) -> Page:
    """One page of questions, as the player shows it."""
    (found, to), at = _load(try_id), clock.now()
    if found.sat.state(at) != "open":
        return redirect(to.check())
    return render_template(
        "quizzes/question.html", sat=found.sat, page=found.sat.page_of(position), item=found.sat.at_position(position), at=at, to=to,
        others={}, new_token=secrets.token_hex, live=False,
    )  # fmt: skip


@bp.post("/tries/<int:try_id>/<int:position>")
@requires(P.DRAFTS)
def try_answer(try_id: int, position: int) -> Response:
    """The form of a page, kept; then where the button says."""
    (found, to), form = _load(try_id), request.form
    if found.sat.state(clock.now()) != "open":
        return redirect(to.check())
    page = found.sat.page_of(position)
    go = form.get("go") or ("stay" if any(name.endswith("move") for name in form) else "next")
    services.keep_answers(try_id, _answers(page), position if go == "flag" else None)
    db.session.commit()
    first, last = page[0].position, page[-1].position
    if go == "check" or (go == "next" and last == len(found.sat.items)):
        return redirect(to.check())
    if go in {"next", "back"}:
        return redirect(to.question(last + 1 if go == "next" else found.sat.page_of(max(first - 1, 1))[0].position))
    return redirect(f"{to.question(position)}#cau-{position}")


def _answers(page: Sequence[Item]) -> dict[int, dict | None]:
    """What was answered on a page. An order that was only shown is no answer."""
    found = {}
    for item in page:
        part = part_of(request.form, field_prefix(page, item.position))
        given = clean_given(item.question.kind, given_from(item.question.kind, part))
        found[item.position] = None if item.given is None and given == item.untouched else given
    return found


@bp.get("/tries/<int:try_id>/check")
@requires(P.DRAFTS)
def try_check(try_id: int) -> Page:
    """Before handing in: what is not answered."""
    (found, to), at = _load(try_id), clock.now()
    if found.sat.state(at) == "closed":
        return redirect(to.result())
    return render_template("quizzes/check.html", sat=found.sat, at=at, state=found.sat.state(at), to=to, live=False)


@bp.post("/tries/<int:try_id>/submit")
@requires(P.DRAFTS)
def end_try(try_id: int) -> Response:
    """Hand in; again changes nothing."""
    (_, to), at = _load(try_id), clock.now()
    services.end_try(try_id, at)
    db.session.commit()
    return redirect(to.result())


@bp.get("/tries/<int:try_id>/result")
@requires(P.DRAFTS)
def try_result(try_id: int) -> Page:
    """What it earned, and each question as far as officers may see it; `all`: as after the last attempt."""
    (found, to), at = _load(try_id), clock.now()
    if found.sat.state(at) != "closed":
        return redirect(to.check())
    asked = found.sat.quiz
    seen = review_open(asked.review, attempts_left(asked.attempts, 1))
    ids = [item.question.id for item in found.sat.items if item.question.id]
    return render_template(
        "authoring/try_result.html", sat=found.sat, earned=outcome(found.sat), to=to, seen=seen, open=seen or "all" in request.args,
        cited=citations("question_version", ids, clock.local(at).date()), reviews=REVIEWS, wrong=None,
    )  # fmt: skip

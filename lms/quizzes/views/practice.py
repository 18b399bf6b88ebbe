"""Practising: one question at a time, with its explanation as soon as it is answered."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.db import db
from lms.library import queries as library
from lms.permissions import P
from lms.quizzes import queries, services
from lms.quizzes.forms import ReportForm, given_from
from lms.quizzes.queries import Place, PracticeSet
from lms.quizzes.views import bp
from lms.web.auth import requires

NO_ANSWER = "Chưa có câu trả lời. Trả lời rồi bấm Trả lời; còn phân vân thì bấm Chưa rõ để xem đáp án."


def _mine(practice_id: int) -> tuple[PracticeSet, int | None]:
    """The officer's practice, and the quiz that must be handed in before it goes on, if any."""
    me = current_user.person_id
    found = queries.practice_set(practice_id, me)
    return found, queries.held_up_by(found, me, clock.now())


@bp.get("/practice/<int:practice_id>")
@requires(P.LEARN)
def practice(practice_id: int) -> str | Response:
    """Before a practice: how many questions, how long, why these; or where one left off."""
    found, held_up_by = _mine(practice_id)
    if found.after(0) is None and held_up_by is None:
        return redirect(url_for("quizzes.practice_summary", practice_id=practice_id))
    return render_template("quizzes/practice.html", found=found, held_up_by=held_up_by, names=queries.competence_names())


@bp.get("/practice/<int:practice_id>/<int:place>")
@requires(P.LEARN)
def practice_question(practice_id: int, place: int) -> str | Response:
    """One question to answer; once answered, what was right and why."""
    found, held_up_by = _mine(practice_id)
    one = found.at_place(place)
    if held_up_by is not None:
        return redirect(url_for("quizzes.practice", practice_id=practice_id))
    return _page(found, one)


def _page(found: PracticeSet, one: Place, problem: str = "", form: ReportForm | None = None) -> str:
    ids = [one.question.id] if one.done else []
    cited = library.citations("question_version", ids, clock.today()) if ids else {}
    return render_template(
        "quizzes/practice_question.html", found=found, one=one, problem=problem, cited=cited, names=queries.competence_names(),
        form=form or ReportForm(formdata=None), wrong=form is not None,
    )  # fmt: skip


@bp.post("/practice/<int:practice_id>/<int:place>")
@requires(P.LEARN)
def practice_answer(practice_id: int, place: int) -> str | Response | tuple[str, int]:
    """Answer a question, or say that one is not sure; a step of an ordering that is moved is no answer yet."""
    found, held_up_by = _mine(practice_id)
    one, unsure = found.at_place(place), request.form.get("go") == "unsure"
    if held_up_by is not None:
        return redirect(url_for("quizzes.practice", practice_id=practice_id))
    given: dict[str, Any] = {} if unsure else given_from(one.question.kind, request.form)
    if not one.done and not unsure:
        typed = one.with_given(services.clean_given(one.question.kind, given))
        if "move" in request.form:
            return _page(found, typed)
        if typed.grade.state == "blank":
            return _page(found, typed, typed.grade.note or NO_ANSWER), 422
    services.practice.answer(current_user.person_id, practice_id, place, given, clock.now())
    db.session.commit()
    return redirect(url_for("quizzes.practice_question", practice_id=practice_id, place=place))


@bp.post("/practice/<int:practice_id>/<int:place>/report")
@requires(P.LEARN)
def practice_report(practice_id: int, place: int) -> Response | tuple[str, int]:
    """An officer says what is wrong with a question they practised."""
    found, _ = _mine(practice_id)
    one, form = found.at_place(place), ReportForm()
    if one.done and not form.validate_on_submit():
        return _page(found, one, form=form), 422
    services.report_practised(current_user.person_id, practice_id, place, form.text.data or "", clock.now())
    db.session.commit()
    return redirect(url_for("quizzes.practice_question", practice_id=practice_id, place=place))


@bp.get("/practice/<int:practice_id>/summary")
@requires(P.LEARN)
def practice_summary(practice_id: int) -> str | Response:
    """What came of a practice that is done."""
    found, held_up_by = _mine(practice_id)
    if found.after(0) is not None or held_up_by is not None:
        return redirect(url_for("quizzes.practice", practice_id=practice_id))
    return render_template("quizzes/practice_summary.html", found=found, names=queries.competence_names())

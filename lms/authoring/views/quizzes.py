"""The editor of a quiz: its questions in their order, from the bank or written in place, its settings, what is missing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.authoring.forms.questions import COGNITIVE_NAMES, KIND_HINTS, KIND_NAMES
from lms.authoring.forms.quizzes import DrawForm, QuizForm
from lms.authoring.queries import bank as bank_queries
from lms.authoring.queries import picking
from lms.authoring.queries.drafts import Draft
from lms.authoring.services import drafts, outline
from lms.authoring.services import questions as question_services
from lms.authoring.services import quizzes as services
from lms.authoring.services.checks import check_quiz
from lms.authoring.services.stale import Stale
from lms.authoring.views import bp
from lms.authoring.views.bank import asked_for, kept
from lms.authoring.views.courses import load
from lms.authoring.views.questions import in_lines
from lms.courses.forms import offered
from lms.db import db
from lms.errors import Conflict, NotFound
from lms.permissions import P
from lms.questions.services import put_bank
from lms.web.auth import requires
from lms.web.forms import whole

Page = str | tuple[str, int] | Response
Item = dict[str, Any]


def quiz_of(course_id: int, key: str, permission: P = P.AUTHOR) -> tuple[Draft, Item]:
    """The course in the editor with one of its quizzes. Raises NotFound."""
    draft = load(course_id, permission)
    for item in draft.activities:
        if item["key"] == key and item["kind"] == "quiz":
            return draft, item
    raise NotFound


def _draw_form() -> DrawForm:
    form = DrawForm()
    form.competence.choices = offered([("", "Chọn năng lực…"), *bank_queries.competences()])
    return form


def _page(
    draft: Draft,
    item: Item,
    form: QuizForm | None = None,
    draw: DrawForm | None = None,
    stale: Stale | None = None,
    refusal: str = "",
) -> Page:
    """The editor, with what was typed where something stood in the way."""
    bank_id = picking.bank_id_of(draft.code)
    values = services.quiz_values(item) | {"stamp": draft.stamp}
    page = render_template(
        "authoring/quiz.html", draft=draft, item=item, form=form or QuizForm(formdata=None, data=values), draw=draw or _draw_form(),
        stale=stale, refusal=refusal, chosen=picking.chosen(bank_id, item.get("questions") or []), kinds=KIND_NAMES,
        states=bank_queries.STATES, cognitive=COGNITIVE_NAMES, pools=picking.pool_sizes(bank_id, item.get("questions") or []),
        checked=check_quiz(item, bank_id, clock.today()), activity_id=picking.activity_id_of(draft.course_id, item["key"]),
        usual=services.USUAL_BANDS, typed=request.form if stale or refusal else {},
    )  # fmt: skip
    wrong = refusal or stale or (form and form.errors) or (draw and draw.errors)
    return (page, 409 if refusal or stale else 422) if wrong else page


def _keep(draft: Draft, item: Item, stamp: str) -> Stale | None:
    """Save the quiz in its course; says who was first when somebody was."""
    entry = outline.replace_activity(draft.entry, item["key"], item)
    return drafts.save_course(draft, entry, stamp, current_user.person_id, clock.now())


@bp.route("/courses/<int:course_id>/quizzes/<key>", methods=["GET", "POST"])
@requires(P.AUTHOR)
def quiz(course_id: int, key: str) -> Page:
    """One quiz of the draft: its questions, and a form of its settings."""
    draft, item = quiz_of(course_id, key)
    if request.method == "GET":
        return _page(draft, item)
    form = QuizForm()
    if not form.validate():
        return _page(draft, item, form)
    try:
        new = services.quiz_entry(item, form.data)
    except ValueError as problem:
        form.bands.errors = [str(problem)]
        return _page(draft, item, form)
    if stale := _keep(draft, new, str(form.stamp.data)):
        return _page(draft, item, form, stale=stale)
    return _saved(draft, key, "Đã lưu cách làm bài.", "cach-lam")


def _saved(draft: Draft, key: str, words: str, anchor: str) -> Response:
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for("authoring.quiz", course_id=draft.course_id, key=key, _anchor=anchor))


@bp.post("/courses/<int:course_id>/quizzes/<key>/questions")
@requires(P.AUTHOR)
def arrange_quiz(course_id: int, key: str) -> Page:
    """One act on the questions of the quiz. The list's form brings along the points typed, so that no button loses them."""
    draft, item = quiz_of(course_id, key)
    act, _, about = request.form.get("go", "").partition(":")
    draw = _draw_form()
    if act == "draw" and not draw.validate():
        return _page(draft, item, draw=draw)
    try:
        new = _act(item, act, about, draw)
    except Conflict as conflict:
        return _page(draft, item, draw=draw if act == "draw" else None, refusal=conflict.message)
    if stale := _keep(draft, new, request.form.get("stamp", "")[:40]):
        return _page(draft, item, stale=stale)
    words = {"drop": "Đã bỏ câu hỏi khỏi bài. Câu vẫn còn trong ngân hàng.", "draw": "Đã thêm cách lấy ngẫu nhiên."}
    return _saved(draft, key, words.get(act, "Đã lưu."), f"cau-{about}" if act in {"up", "down", "put"} else "cau-hoi")


def _act(item: Item, act: str, about: str, draw: DrawForm) -> Item:
    points = {name[7:]: text for name, text in request.form.items() if name.startswith("points-")}
    if points:
        item = services.weigh(item, points, request.form.getlist("breaks"))
    if act == "draw":
        return services.add_draw(
            item, str(draw.competence.data), draw.level.data, draw.count.data or 1, str(draw.points.data or "1")
        )
    acts = {
        "save": lambda: item,
        "up": lambda: services.move_question(item, about, -1),
        "down": lambda: services.move_question(item, about, 1),
        "put": lambda: services.put_question(item, about, request.form.get("before", "")),
        "drop": lambda: services.drop_question(item, about),
        "drop-draw": lambda: services.drop_draw(
            item, int(about) if about.isascii() and about.isdigit() and len(about) < 4 else -1
        ),
    }
    if act not in acts:
        raise Conflict("Chưa rõ cần làm gì. Hãy tải lại trang.")
    return acts[act]()


@bp.get("/courses/<int:course_id>/quizzes/<key>/pick")
@requires(P.AUTHOR)
def quiz_pick(course_id: int, key: str) -> str:
    """Questions of the course's bank to choose from: searched without marks, narrowed, those in the quiz marked."""
    draft, item = quiz_of(course_id, key)
    bank_id, wanted, today = picking.bank_id_of(draft.code), asked_for(), clock.today()
    rows, more = bank_queries.found(bank_id, wanted, today)
    ids = [row.id for row in rows]
    lines = {row.id: in_lines(row.entry or row.source or {}) for row in bank_queries.in_bank(bank_id, ids)}
    page = {
        "draft": draft, "item": item, "wanted": wanted, "rows": rows, "more": more, "lines": lines, "marks": picking.answered(ids),
        "total": bank_queries.how_many(bank_id, wanted, today), "states": bank_queries.STATES, "kinds": KIND_NAMES,
        "cognitive": COGNITIVE_NAMES, "laws": bank_queries.LAW, "there": set(item.get("questions") or []),
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render_template("authoring/_pickable.html", **page)
    return render_template("authoring/quiz_pick.html", competences=bank_queries.competences(), **page)


@bp.post("/courses/<int:course_id>/quizzes/<key>/pick")
@requires(P.AUTHOR)
def add_picked(course_id: int, key: str) -> Response:
    """The questions ticked into the quiz, and back to the list or to the quiz."""
    draft, item = quiz_of(course_id, key)
    back = url_for("authoring.quiz_pick", course_id=course_id, key=key, **kept(asked_for()))
    ids = request.form.getlist("question_ids", type=whole)
    keys = picking.keys_of(picking.bank_id_of(draft.code), ids[: bank_queries.MOST_CHOSEN])
    if not keys:
        flash("Chưa chọn câu hỏi nào.", "warn")
        return redirect(back)
    if _keep(draft, services.add_questions(item, keys), draft.stamp):  # adding takes nothing away from what others did meanwhile
        raise Conflict("Có người vừa sửa khóa học này. Hãy bấm Thêm lần nữa.")
    db.session.commit()
    flash(f"Đã thêm {len(keys)} câu vào bài.", "ok")
    more = request.form.get("go") == "more"
    return redirect(back if more else url_for("authoring.quiz", course_id=course_id, key=key, _anchor="cau-hoi"))


@bp.get("/courses/<int:course_id>/quizzes/<key>/write")
@requires(P.AUTHOR)
def quiz_write(course_id: int, key: str) -> str:
    """Which kind of question to write for the quiz."""
    draft, item = quiz_of(course_id, key)
    return render_template("authoring/quiz_write.html", draft=draft, item=item, kinds=KIND_NAMES, hints=KIND_HINTS)


@bp.post("/courses/<int:course_id>/quizzes/<key>/write")
@requires(P.AUTHOR)
def create_in_quiz(course_id: int, key: str) -> Response:
    """A draft of the kind chosen in the course's bank and in the quiz, and on to its editor, which leads back here."""
    (draft, item), at, me = quiz_of(course_id, key), clock.now(), current_user.person_id
    kind = request.form.get("kind", "")
    if kind not in KIND_NAMES:
        raise Conflict("Chưa chọn loại câu hỏi.")
    bank_id = picking.bank_id_of(draft.code) or put_bank(draft.code, draft.entry["title"]).id
    question_id = question_services.create(bank_id, kind, me, at)
    if _keep(draft, services.add_questions(item, picking.keys_of(bank_id, [question_id])), draft.stamp):
        raise Conflict("Có người vừa sửa khóa học này. Hãy bấm Soạn lần nữa.")
    db.session.commit()
    return redirect(url_for("authoring.question", question_id=question_id))


@bp.get("/courses/<int:course_id>/quizzes/<key>/check")
@requires(P.DRAFTS)
def quiz_check(course_id: int, key: str) -> str:
    """What is missing or doubtful in the quiz, with where to put it right."""
    draft, item = quiz_of(course_id, key, P.DRAFTS)
    checked = check_quiz(item, picking.bank_id_of(draft.code), clock.today())
    return render_template(
        "authoring/quiz_check.html", draft=draft, item=item, checked=checked, may_write=current_user.can(P.AUTHOR)
    )

"""One question: written with its preview beside it, reviewed by somebody else, brought into use."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock, grading, markup
from lms.audit.services import record
from lms.authoring.forms.questions import COGNITIVE_NAMES, KIND_NAMES, NoteForm, QuestionForm, rearranged, sent, shown
from lms.authoring.queries import bank as queries
from lms.authoring.queries.uses import Resting, moves, planned, used_in
from lms.authoring.services import questions as services
from lms.authoring.services.difference import Line, difference
from lms.authoring.services.stale import Stale
from lms.authoring.views import bp
from lms.db import db
from lms.permissions import P
from lms.quizzes.forms import given_from
from lms.web.auth import requires

Page = str | tuple[str, int] | Response
NOTE_NAMES = {
    "comment": "góp ý", "submitted": "gửi thẩm định", "reviewed": "thẩm định: đạt", "returned": "thẩm định: cần sửa",
    "published": "đưa vào dùng", "retired": "ngừng dùng", "restored": "dùng lại", "discarded": "bỏ bản nháp", "copied": "chép từ",
    "replaced": "bản viết trước khi người khác sửa",
}  # fmt: skip


def _load(question_id: int, permission: P = P.DRAFTS) -> Any:
    return queries.question(question_id, current_user.scope(permission))


def _entry(row: Any) -> dict[str, Any]:
    return dict(row.entry or row.source)


def _tried(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the form: the question as officers see it, the answer tried with its mark, what is missing, what to mind."""
    spec = grading.spec_from_source(entry, entry.get("key", ""))
    given = _given(entry["kind"])
    usable = not grading.check(spec)
    return {
        "entry": entry, "spec": spec, "stem": markup.render(entry.get("stem") or "").html, "given": given,
        "explanation": markup.render(entry.get("explanation") or "").html, "faults": services.faults(entry),
        "remarks": grading.remark(entry, spec), "shown": grading.present(spec, entry.get("key", "")), "usable": usable,
        "grade": grading.grade(spec, given) if usable and grading.answered(spec, given) else None,
        "feedback": grading.feedback(spec, given), "key": grading.describe(spec, grading.solution(spec)),
    }  # fmt: skip


def _given(kind: str) -> dict[str, Any]:
    """The answer tried in the preview. Steps stand in some order before anybody touched them: that is no answer."""
    if request.method != "POST" or (kind == "ordering" and not request.form.keys() & {"move", "tried"}):
        return {}
    return given_from(kind, request.form)


def _editor(row: Any, form: QuestionForm, entry: dict[str, Any], stale: Stale | None = None, status: int = 200) -> Page:
    form.offer(queries.competences(), queries.instruments())
    used = used_in(row)
    page = render_template(
        "authoring/question.html", row=row, form=form, kind=entry["kind"], kind_names=KIND_NAMES, stale=stale,
        difference_lines=_difference(stale.entry, entry) if stale else [],
        alike=queries.alike(row, markup.plain(entry.get("stem") or "")) if row.entry else [], uses=used, notes=queries.notes(row.id),
        in_quizzes=planned(row, used),
        note_names=NOTE_NAMES, states=queries.STATES, note_form=NoteForm(formdata=None), **_tried(entry),
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.get("/questions/<int:question_id>")
@requires(P.DRAFTS)
def question(question_id: int) -> Page:
    """The editor, or for who may not write, the question as it stands."""
    row = _load(question_id)
    entry = _entry(row)
    return _editor(row, shown(entry, row.revision or 0), entry)


@bp.post("/questions/<int:question_id>")
@requires(P.AUTHOR)
def save_question(question_id: int) -> Page:
    """The editor's form, sent whole: a row button changes the form only; the others save."""
    row, go = _load(question_id, P.AUTHOR), request.form.get("go", "save")
    kind = _entry(row)["kind"]
    form = sent(kind, request.form)
    entry = {"key": row.key} | form.entry(kind)
    if go not in {"save", "send"}:
        return _editor(row, rearranged(form, kind, go, _revision(form)), entry)
    saved = services.write(question_id, entry, _revision(form), current_user.person_id, clock.now())
    if isinstance(saved, Stale):
        return _editor(row, _onto(form, saved), entry, saved, 409)
    if go == "send" and (missing := services.faults(entry)):
        db.session.commit()
        flash(f"Đã lưu bản nháp. Chưa gửi thẩm định được: còn {len(missing)} mục cần bổ sung.", "warn")
        return redirect(url_for("authoring.question", question_id=question_id))
    if go == "send":
        services.send(question_id, current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã lưu bản nháp." if go == "save" else "Đã gửi thẩm định.", "ok")
    return redirect(url_for("authoring.question", question_id=question_id))


def _revision(form: QuestionForm) -> int:
    sent_ = str(form.revision.data or "")
    return int(sent_) if sent_.isascii() and sent_.isdigit() and len(sent_) < 10 else 0


def _onto(form: QuestionForm, stale: Stale) -> QuestionForm:
    """The form as typed, now resting on what the other wrote: saved again, it replaces that knowingly."""
    form.revision.data = stale.stamp
    return form


@bp.post("/questions/<int:question_id>/write")
@requires(P.AUTHOR)
def write(question_id: int) -> Page:
    """A pause in typing: save, and answer with what stands beside the form. Nothing is saved over somebody else's change."""
    row, at = _load(question_id, P.AUTHOR), clock.now()
    kind = _entry(row)["kind"]
    form = sent(kind, request.form)
    entry = {"key": row.key} | form.entry(kind)
    saved = services.write(question_id, entry, _revision(form), current_user.person_id, at)
    if isinstance(saved, Stale):
        db.session.rollback()
    else:
        db.session.commit()
    return render_template(
        "authoring/_beside.html", row=row, kind=kind, saved=saved, stale=isinstance(saved, Stale), at=at, **_tried(entry)
    )


@bp.post("/questions/<int:question_id>/notes")
@requires(P.DRAFTS)
def comment(question_id: int) -> Response:
    """Say something of a question to its other authors."""
    row, form = _load(question_id), NoteForm()
    text = (form.text.data or "")[:4000]
    if text:
        services.note(row.id, "comment", text, current_user.person_id, clock.now())
        db.session.commit()
    flash("Đã ghi ý kiến." if text else "Chưa ghi ý kiến nào.", "ok" if text else "warn")
    return redirect(url_for("authoring.question", question_id=question_id, _anchor="lich-su"))


@bp.post("/questions/<int:question_id>/review")
@requires(P.REVIEW)
def review(question_id: int) -> Response:
    """Good as it is, or back to its author with what to do."""
    row, form = _load(question_id, P.REVIEW), NoteForm()
    services.review(row.id, form.good.data == "1", (form.text.data or "")[:4000], current_user.person_id, clock.now())
    db.session.commit()
    flash("Đã ghi: đạt. Người xuất bản có thể đưa vào dùng." if form.good.data == "1" else "Đã trả lại để sửa.", "ok")
    return redirect(url_for("authoring.question", question_id=question_id))


@bp.post("/questions/<int:question_id>/publish")
@requires(P.PUBLISH)
def publish_question(question_id: int) -> Page:
    """Into use, unless a quiz in force would be short of questions where this one lay."""
    row, at = _load(question_id, P.PUBLISH), clock.now()
    touched = Resting(row.bank_id).without(row.key, named_too=False) if moves(row) else []
    if any(one.grave for one in touched):
        return render_template("authoring/set_question_state.html", row=row, touched=touched, refused=True, moves=True), 409
    version = services.publish(row.id, current_user.person_id, at)
    record(current_user.person_id, "authoring.publish", "question", row.key, at, version=version.number)
    db.session.commit()
    flash("Đã đưa vào dùng. Đề làm từ bây giờ dùng câu này; bài đang làm dở giữ câu cũ.", "ok")
    return redirect(url_for("authoring.question", question_id=question_id))


@bp.post("/questions/<int:question_id>/state")
@requires(P.PUBLISH)
def set_question_state(question_id: int) -> Page:
    """Out of new papers, once it is said what quizzes lose by it, or back into them."""
    row, at = _load(question_id, P.PUBLISH), clock.now()
    state = "retired" if request.form.get("state") == "retired" else "ready"
    touched = Resting(row.bank_id).without(row.key) if state == "retired" and row.state == "ready" else []
    if (refused := any(one.grave for one in touched)) or (touched and request.form.get("go") != "do"):
        return render_template(
            "authoring/set_question_state.html", row=row, touched=touched, refused=refused
        ), 409 if refused else 200
    services.set_state(row.id, state, current_user.person_id, at)
    record(current_user.person_id, f"authoring.{state}", "question", row.key, at)
    db.session.commit()
    flash("Đã ngừng dùng: đề mới không lấy câu này nữa." if state == "retired" else "Đã dùng lại.", "ok")
    return redirect(url_for("authoring.question", question_id=question_id))


@bp.route("/questions/<int:question_id>/discard", methods=["GET", "POST"])
@requires(P.AUTHOR)
def discard(question_id: int) -> Page:
    """Throw the draft away, after saying what that means."""
    row = _load(question_id, P.AUTHOR)
    if request.method == "GET":
        return render_template("authoring/discard.html", row=row)
    left = services.discard(row.id, current_user.person_id, clock.now())
    record(current_user.person_id, "authoring.discard", "question", row.key, clock.now())
    db.session.commit()
    flash("Đã bỏ bản nháp.", "ok")
    if left:
        return redirect(url_for("authoring.question", question_id=question_id))
    return redirect(url_for("authoring.bank", bank_id=row.bank_id))


@bp.get("/questions/<int:question_id>/versions")
@requires(P.DRAFTS)
def versions(question_id: int) -> str:
    """Every wording that was in use, how often seen, and what changed from one to the next."""
    row, found = _load(question_id), queries.versions(question_id)
    pairs = zip(found, [*found[1:], None], strict=True)
    told = [(version, _difference(before.source if before else {}, version.source)) for version, before in pairs]
    draft = _difference(row.source or {}, row.entry) if row.entry and row.source else []
    return render_template("authoring/versions.html", row=row, versions=told, draft=draft)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Line]:
    """How two wordings of the question differ, in words."""
    return difference(in_lines(before), in_lines(after))


def in_lines(entry: Mapping[str, Any]) -> list[str]:
    """A question as an author reads it, a line for each thing that can change."""
    if not entry:
        return []
    right = grading.describe(spec := grading.spec_from_source(entry, entry.get("key", "")), grading.solution(spec))
    rows = [row for name in ("options", "answers", "pairs", "items") for row in entry.get(name) or []]
    lines = [*str(entry.get("stem") or "").splitlines(), *(_row_line(row) for row in rows)]
    lines += [f"Nhiễu: {text}" for text in entry.get("distractors") or []]
    lines += [f"Đáp án: {right}", f"Giải thích: {entry.get('explanation') or ''}"]
    lines += [
        f"Năng lực {entry.get('competence')} cấp {entry.get('level')}, {COGNITIVE_NAMES.get(entry.get('cognitive') or '', '')}"
    ]
    lines += [
        f"Căn cứ: {c.get('instrument')} {c.get('article', '')} {c.get('note', '')}".strip() for c in entry.get("citations") or []
    ]
    return [*lines, f"Nhãn: {', '.join(entry['tags'])}"] if entry.get("tags") else lines


def _row_line(row: Mapping[str, Any]) -> str:
    if "left" in row:
        return f"• {row['left']} → {row['right']}"
    if "value" in row:
        return f"• {row['value']} ± {row.get('tolerance', '0')}"
    return f"• {row.get('text', '')}{' ✓' if row.get('correct') else ''}"

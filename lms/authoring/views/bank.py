"""Banks: which there are, what is in one, and one change to many questions."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.audit.services import record
from lms.authoring.forms.questions import CHANGES, COGNITIVE_NAMES, KIND_HINTS, KIND_NAMES, BulkForm
from lms.authoring.queries import bank as queries
from lms.authoring.queries.scope import bank as load_bank
from lms.authoring.services import labels
from lms.authoring.services import questions as services
from lms.authoring.services.checks import bank_habits
from lms.authoring.views import bp
from lms.db import db
from lms.errors import Conflict
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import requires
from lms.web.forms import whole

Page = str | tuple[str, int] | Response


@bp.get("/banks")
@requires(P.DRAFTS)
def banks() -> str:
    """The banks in scope and what waits in each."""
    return render_template("authoring/banks.html", banks=queries.counts(current_user.scope(P.DRAFTS)), states=queries.STATES)


def asked_for() -> queries.Filter:
    """What the address narrows a list of questions to."""
    asked = request.args
    return queries.Filter(
        search=clean(asked.get("q", ""))[:100],
        state=asked.get("state", "") if asked.get("state") in queries.STATES else "",
        competence=asked.get("competence", "")[:20],
        level=asked.get("level", type=whole),
        kind=asked.get("kind", "") if asked.get("kind") in KIND_NAMES else "",
        tag=clean(asked.get("tag", ""))[:60],
        law=asked.get("law", "") if asked.get("law") in queries.LAW else "",
        author_id=asked.get("author", type=whole),
        after=asked.get("after", type=whole),
    )


def kept(wanted: queries.Filter) -> dict[str, Any]:
    """What an address says to narrow a list so again."""
    said = {"q": wanted.search or None, "law": wanted.law or None, "author": wanted.author_id, "after": wanted.after}
    return said | {name: getattr(wanted, name) or None for name in ("state", "competence", "level", "kind", "tag")}


@bp.get("/banks/<int:bank_id>")
@requires(P.DRAFTS)
def bank(bank_id: int) -> str:
    """The questions of a bank: searched without marks, narrowed by everything a trainer asks for."""
    row, wanted, today = load_bank(bank_id, current_user.scope(P.DRAFTS)), asked_for(), clock.today()
    rows, more = queries.found(bank_id, wanted, today)
    page = {
        "bank": row, "wanted": wanted, "rows": rows, "more": more, "total": queries.how_many(bank_id, wanted, today),
        "states": queries.STATES, "kinds": KIND_NAMES, "cognitive": COGNITIVE_NAMES, "laws": queries.LAW, "changes": CHANGES,
        "competences": queries.competences(),
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render_template("authoring/_questions.html", **page)
    return render_template(
        "authoring/bank.html",
        authors=queries.authors(bank_id),
        **page,
    )


@bp.get("/banks/<int:bank_id>/habits")
@requires(P.DRAFTS)
def habits(bank_id: int) -> str:
    """By what the bank's keys could be guessed: reads every question in use, so the list fetches it after it is shown."""
    row = load_bank(bank_id, current_user.scope(P.DRAFTS))
    page = "authoring/_habits.html" if request.headers.get("HX-Request") else "authoring/habits.html"
    return render_template(page, bank=row, habits=bank_habits(bank_id))


@bp.get("/banks/<int:bank_id>/new")
@requires(P.AUTHOR)
def new_question(bank_id: int) -> str:
    """Which kind of question to write."""
    row = load_bank(bank_id, current_user.scope(P.AUTHOR))
    return render_template("authoring/new_question.html", bank=row, kinds=KIND_NAMES, hints=KIND_HINTS)


@bp.post("/banks/<int:bank_id>/new")
@requires(P.AUTHOR)
def create_question(bank_id: int) -> Response:
    """An empty draft of the kind chosen, and on to its editor."""
    load_bank(bank_id, current_user.scope(P.AUTHOR))
    kind = request.form.get("kind", "")
    if kind not in KIND_NAMES:
        raise Conflict("Chưa chọn loại câu hỏi.")
    question_id = services.create(bank_id, kind, current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("authoring.question", question_id=question_id))


@bp.post("/banks/<int:bank_id>/labels")
@requires(P.PUBLISH)
def relabel(bank_id: int) -> Page:
    """One change to the questions ticked: first what it would do to each, then done."""
    row, form, at = load_bank(bank_id, current_user.scope(P.PUBLISH)), BulkForm(), clock.now()
    found = queries.in_bank(bank_id, form.question_ids.data or [])
    if problem := _bulk_problem(form, len(found)):
        flash(problem, "warn")
        return redirect(url_for("authoring.bank", bank_id=bank_id))
    change, value = form.wanted()
    changes = labels.changes(bank_id, found, change, value)
    if request.form.get("go") != "do":
        return render_template(
            "authoring/relabel.html", bank=row, form=form, value=value, changes=changes, change=CHANGES[change]
        )
    count = services.relabel([c.id for c in changes if not c.refused], change, value, current_user.person_id, at)
    record(current_user.person_id, "authoring.relabel", "bank", row.code, at, change=change, value=value, count=count)
    db.session.commit()
    left = sum(c.refused for c in changes)
    flash(f"Đã đổi {count} câu hỏi." + (f" Giữ lại {left} câu vì bài kiểm tra đang cần." if left else ""), "ok")
    return redirect(url_for("authoring.bank", bank_id=bank_id))


WANTS = {
    "tag": "Chưa đổi gì: chưa ghi nhãn cần thêm, dài không quá 60 ký tự.", "untag": "Chưa đổi gì: chưa ghi nhãn cần bỏ.",
    "competence": "Chưa đổi gì: chưa chọn năng lực.", "level": "Chưa đổi gì: chưa chọn cấp độ.",
}  # fmt: skip


def _bulk_problem(form: BulkForm, found: int) -> str:
    """Why the change cannot be made; "" when it can."""
    change, value = form.wanted()
    if not found:
        return "Chưa chọn câu hỏi nào."
    allowed = {
        "tag": 0 < len(value) <= 60,
        "untag": bool(value),
        "competence": value in dict(queries.competences()),
        "level": value in {"1", "2", "3", "4", "5"},
        "publish": True,
        "retire": True,
    }
    return "" if allowed.get(change) else WANTS.get(change, "Chưa đổi gì: chưa chọn việc cần đổi.")

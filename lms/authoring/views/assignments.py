"""One assignment of a course draft: instructions, rubric, marked samples."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import clock
from lms.authoring.forms.assignments import AssignmentForm
from lms.authoring.queries import bank
from lms.authoring.queries.drafts import Draft
from lms.authoring.services import assignments, drafts, outline, settings
from lms.authoring.services.drafts import Stale
from lms.authoring.views import bp
from lms.authoring.views.courses import load
from lms.db import db
from lms.errors import NotFound
from lms.permissions import P
from lms.web.auth import requires

Page = str | tuple[str, int] | Response


def _page(draft: Draft, item: dict, form: AssignmentForm, stale: Stale | None = None, status: int = 200) -> Page:
    page = render_template(
        "authoring/assignment.html", draft=draft, item=item, form=form, stale=stale, blank=assignments.blank_criterion(),
        competences=bank.competences(),
    )  # fmt: skip
    return (page, status) if status != 200 else page


@bp.route("/courses/<int:course_id>/assignments/<key>", methods=["GET", "POST"])
@requires(P.AUTHOR)
def assignment(course_id: int, key: str) -> Page:
    """The editor of an assignment; a saved criterion makes room for the next."""
    draft = load(course_id, P.AUTHOR)
    item = next((a for a in draft.activities if a["key"] == key and a["kind"] == "assignment"), None)
    if item is None:
        raise NotFound
    form = AssignmentForm(data=assignments.assignment_values(item) | {"stamp": draft.stamp})
    if not form.is_submitted():
        return _page(draft, item, form)
    try:
        claims = settings.evidence_lines(str(form.claims.data or ""), {code for code, _ in bank.competences()})
    except ValueError as problem:
        form.validate()
        form.claims.errors, claims = [str(problem)], []
    new = assignments.assignment_entry(item, form.data, request.form, claims)
    return _page(draft, new, form, status=422) if form.claims.errors or not form.validate() else _saved(draft, new, form)


def _saved(draft: Draft, new: dict, form: AssignmentForm) -> Page:
    entry = outline.replace_activity(draft.entry, new["key"], new)
    stale = drafts.save_course(draft, entry, str(form.stamp.data), current_user.person_id, clock.now())
    if stale:
        return _page(draft, new, form, stale, 409)
    db.session.commit()
    flash("Đã lưu bản nháp.", "ok")
    return redirect(url_for("authoring.assignment", course_id=draft.course_id, key=new["key"]))

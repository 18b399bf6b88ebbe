"""The rules that levels are given by, and the parameters of the questions: what holds, what was, a change previewed and decided."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Subquery
from werkzeug import Response

from lms import clock
from lms.audit.services import record
from lms.competence.rules import Rules, changed
from lms.db import db
from lms.errors import NotFound
from lms.jobs import queries as jobs
from lms.jobs.models import Job
from lms.jobs.services import enqueue
from lms.permissions import P
from lms.tracking import services
from lms.tracking.forms import DecideForm, ReasonForm, RulesForm
from lms.tracking.queries import policy, preview
from lms.tracking.queries.items import compared
from lms.tracking.queries.parameters import Laws, next_midnight
from lms.tracking.views import bp
from lms.vietnamese import format_date, format_number
from lms.web.auth import requires
from lms.web.forms import whole

Page = str | tuple[str, int] | Response
WORDS = {
    "competent": ("khả năng đạt để ghi nhận", "%"), "least_answers": ("số câu trả lời tối thiểu", " câu"),
    "share": ("phần câu chuẩn phải làm được", "%"), "valid_months": ("thời gian có giá trị", " tháng"),
    "grace_days": ("tính thêm khi chờ gia hạn", " ngày"), "renew_days": ("mời gia hạn trước", " ngày"),
    "update_months": ("còn tính khi căn cứ đã thay thế", " tháng"),
}  # fmt: skip
STATES = {
    "coming": ("Chờ áp dụng", "info", "clock"), "in_force": ("Đang áp dụng", "ok", "check"), "over": ("Đã thay", "", "history"),
    "never": ("Được thay trước khi áp dụng", "", "circle-minus"),
}  # fmt: skip


def difference(old: Rules, new: Rules) -> list[str]:
    """What changes from one version of the rules to another, in words."""
    found = []
    for name, (label, unit) in WORDS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            said = [format_number(round(100 * value if unit == "%" else value)) + unit for value in (before, after)]
            found.append(f"{label}: từ {said[0]} thành {said[1]}")
    return found


@bp.get("/rules")
@requires(P.COMPETENCE_RULES)
def rules() -> Page:
    """The rules that hold, those there were, and a form to change them."""
    return _rules_page(RulesForm.of(Laws().coming(clock.now()).rules))


def _rules_page(form: RulesForm) -> Page:
    at = clock.now()
    known = [
        (version, version.state(at), difference(version.before, version.rules) if version.before else [])
        for version in policy.versions()
    ]
    held = next(version.rules for version, state, _ in known if state == "in_force")
    page = render_template("tracking/rules.html", form=form, versions=known, held=held, states=STATES, at=at)
    return (page, 422) if form.errors else page


@bp.get("/rules/preview")
@requires(P.COMPETENCE_RULES)
def preview_rules() -> Page:
    """What a change would do today, before anything is stored."""
    if not request.args:
        return redirect(url_for(".rules"))
    form = RulesForm(request.args)
    if not form.validate():
        return _rules_page(form)
    return _preview_rules(form, DecideForm(request.args))


def _preview_rules(form: RulesForm, decide: DecideForm, status: int = 200) -> Page:
    old = Laws().coming(clock.now()).rules
    new = changed(old, old.version + 1, form.settings)
    said = difference(old, new)
    if not said:
        flash("Chưa có gì khác với quy tắc đang có.", "warn")
        return redirect(url_for(".rules"))
    kept = {name: value for name, value in request.values.items() if name in WORDS or name == "base"}
    found = _found(preview.by_standings(old, new), old) if new.share == old.share else None
    return render_template(
        "tracking/preview_rules.html", form=decide, said=said, kept=kept, found=found, as_of=preview.as_of(),
        since=next_midnight(clock.now()), on=clock.today(), old=old, new=new,
    ), status  # fmt: skip


def _found(changes: Subquery, old: Rules) -> dict[str, Any]:
    """What the page shows of changes: counts, and a page of names narrowed as its address says."""
    way = {"gained": True, "lost": False}.get(request.args.get("way", ""))
    narrowed = {"competence_id": request.args.get("competence", type=whole), "level": request.args.get("level", type=whole)}
    page = request.args.get("page", 1, type=whole)
    changes = preview.of_levels(changes, clock.today())
    return {"counts": preview.counts(changes, old), "named": preview.named(changes, clock.today(), page, way, **narrowed)}


@bp.post("/rules")
@requires(P.COMPETENCE_RULES)
def put_rules() -> Page:
    """Decide on a change that needed no computing: in force from the next midnight."""
    form, at = DecideForm(), clock.now()
    if not form.validate():
        shown = RulesForm(request.form)
        return _preview_rules(shown, form, 422) if shown.validate() else _rules_page(shown)
    old = Laws().coming(at).rules
    if form.settings["share"] != old.share:
        raise NotFound  # only by a preview that was computed
    number = services.put_rules(whole(form.base.data), form.settings, form.reason.data or "", current_user.person_id, at).number
    return _decided("rules", number, form.reason.data or "", difference(old, changed(old, number, form.settings)))


def _decided(what: str, number: int, reason: str, said: list[str]) -> Response:
    at = clock.now()
    kind = "policy" if what == "rules" else "calibration"
    since = clock.local(next_midnight(at)).date()
    change = {"change": "; ".join(said)} if said else {}
    record(current_user.person_id, f"tracking.{what}", kind, number, at, **change, reason=reason, since=since.isoformat())
    db.session.commit()
    flash(f"Đã quyết định. Áp dụng cho kết quả ghi nhận từ 0 giờ ngày {format_date(since)}; mức đã ghi nhận giữ nguyên.", "ok")
    return redirect(url_for(".rules" if what == "rules" else ".calibrations"))


@bp.post("/rules/preview")
@requires(P.COMPETENCE_RULES)
def compute_rules() -> Page:
    """Ask for a preview that has to be computed: everybody judged again."""
    form = RulesForm()
    if not form.validate():
        return _rules_page(form)
    return _compute("Xem trước quy tắc ghi nhận mới", {"what": "rules", "settings": form.settings})


def _compute(title: str, asked: dict[str, Any]) -> Response:
    at = clock.now()
    law = Laws().coming(at)
    payload = {**asked, "rules": law.rules.version, "calibration": law.calibration}
    job = enqueue("tracking.preview", title, payload, current_user.person_id, at)
    db.session.commit()
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.get("/previews/<int:preview_id>")
@requires(P.COMPETENCE_RULES)
def show_preview(preview_id: int) -> Page:
    """What was computed, and the form to decide."""
    return _preview_page(_preview(preview_id), ReasonForm(formdata=None))


def _preview(preview_id: int) -> Job:
    """A preview of the viewer's that is done. Raises NotFound."""
    job = jobs.job(preview_id, current_user.person_id)
    if job.kind != "tracking.preview" or job.state != "done":
        raise NotFound
    return job


def _preview_page(job: Job, form: ReasonForm) -> Page:
    laws, asked = Laws(), job.payload
    old = laws.numbered(asked["rules"], asked["calibration"]).rules
    said = difference(old, changed(old, old.version + 1, asked["settings"])) if asked["what"] == "rules" else []
    law = laws.coming(clock.now())
    page = render_template(
        "tracking/show_preview.html", job=job, form=form, said=said, found=_found(preview.by_job(job.id), old),
        since=next_midnight(clock.now()), moved=(law.rules.version, law.calibration) != (asked["rules"], asked["calibration"]),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@bp.post("/previews/<int:preview_id>")
@requires(P.COMPETENCE_RULES)
def decide_preview(preview_id: int) -> Page:
    """Put in force what was previewed."""
    job, form = _preview(preview_id), ReasonForm()
    if not form.validate():
        return _preview_page(job, form)
    asked, reason = job.payload, form.reason.data or ""
    old = Laws().numbered(asked["rules"], asked["calibration"]).rules
    number = services.decide(asked, reason, current_user.person_id, clock.now())
    if asked["what"] == "rules":
        return _decided("rules", number, reason, difference(old, changed(old, number, asked["settings"])))
    return _decided("calibration", number, reason, [])


@bp.get("/calibrations")
@requires(P.COMPETENCE_RULES)
def calibrations() -> str:
    """Every calibration, and a button to ask for a new one."""
    return render_template("tracking/calibrations.html", calibrations=policy.calibrations(), at=clock.now())


@bp.post("/calibrations")
@requires(P.COMPETENCE_RULES)
def propose_calibration() -> Response:
    """Ask for a new one."""
    job = enqueue("tracking.calibrate", "Ước lượng lại tham số câu hỏi", {}, current_user.person_id, clock.now())
    db.session.commit()
    return redirect(url_for("jobs.show", job_id=job.id))


@bp.get("/calibrations/<int:number>")
@requires(P.COMPETENCE_RULES)
def calibration(number: int) -> str:
    """One calibration against what is in force."""
    found = policy.calibration(number)
    held = Laws().coming(clock.now()).calibration
    return render_template(
        "tracking/calibration.html", row=found, held=held, compared=compared(number, held), at=clock.now(),
    )  # fmt: skip


@bp.post("/calibrations/<int:number>/preview")
@requires(P.COMPETENCE_RULES)
def compute_calibration(number: int) -> Response:
    """Ask whose levels these parameters would prove or no longer prove."""
    policy.calibration(number)
    return _compute(f"Xem trước bộ tham số câu hỏi số {number}", {"what": "calibration", "number": number})

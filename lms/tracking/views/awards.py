"""What Sở Nội vụ decides of an award: it ends, or it counts on although its legal basis was replaced."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from lms import clock
from lms.audit.services import record
from lms.db import db
from lms.permissions import P
from lms.tracking import queries, services
from lms.tracking.forms import Decision
from lms.tracking.views import LEVELS, bp
from lms.web.auth import requires

DECISIONS = {
    "end": (services.end_award, "tracking.end_award", "Đã kết thúc mức này và báo cho người được ghi nhận."),
    "keep": (services.keep_award, "tracking.keep_award", "Mức này được tính tiếp."),
}


@bp.route("/awards/<int:award_id>", methods=["GET", "POST"])
@requires(P.AWARDS)
def award(award_id: int) -> str | Response | tuple[str, int]:
    """One award with what was decided of it, and the two decisions there are."""
    form = Decision()
    if not form.validate_on_submit():
        found, notes, decision = queries.award(award_id)
        page = render_template("tracking/award.html", award=found, notes=notes, decision=decision, form=form, levels=LEVELS)
        return (page, 422) if form.errors else page
    decide, act, told = DECISIONS["keep" if request.form.get("decision") == "keep" else "end"]
    decide(award_id, form.reason.data, current_user.person_id, clock.now())
    record(current_user.person_id, act, "award", award_id, clock.now(), reason=form.reason.data)
    db.session.commit()
    flash(told)
    return redirect(url_for(".award", award_id=award_id))

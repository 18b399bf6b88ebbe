"""Which questions of the banks are doubtful, and why: for those who write them."""

from flask import render_template, request
from flask_login import current_user

from lms import clock
from lms.permissions import P
from lms.tracking.queries import items
from lms.tracking.views import bp
from lms.vietnamese import clean
from lms.web.auth import requires
from lms.web.forms import whole

# Flag: what is said of the question, colour and icon of its chip, what it means.
FLAGS = {
    "check_key": (
        "Cần xem lại đáp án", "bad", "circle-alert",
        "Người vững năng lực này không làm đúng câu này nhiều hơn người chưa vững. Có thể đáp án ghi nhầm, hoặc có hai phương án cùng đúng.",
    ),
    "check_tag": (
        "Cần xem lại năng lực", "warn", "triangle-alert",
        "Ai làm đúng câu này phụ thuộc vào một năng lực khác nhiều hơn vào năng lực được gắn.",
    ),
    "weak": (
        "Phân biệt kém", "warn", "triangle-alert",
        "Người vững làm đúng chỉ nhỉnh hơn người chưa vững, nên câu này ít giúp phân biệt hai nhóm. Xem lại cách hỏi và các phương án.",
    ),
    "too_hard": ("Quá khó", "warn", "triangle-alert", "Tỷ lệ đúng gần bằng đoán. Xem lại câu hỏi, hoặc bài học chưa nói đến."),
    "too_easy": ("Quá dễ", "info", "info", "Gần như ai cũng đúng, nên câu này không cho biết thêm điều gì."),
    "sound": ("Bình thường", "ok", "check", "Chưa thấy điều gì phải xem lại."),
    "few": ("Còn ít câu trả lời", "", "hourglass", "Chưa đủ câu trả lời để nhận xét."),
}  # fmt: skip


@bp.get("/items")
@requires(P.DRAFTS)
def questions() -> str:
    """Questions of the banks in scope by what their answers say, the worst first."""
    scope, newest = current_user.scope(P.DRAFTS), items.newest_calibration()
    wanted = items.Wanted(
        request.args.get("bank", type=whole),
        clean(request.args.get("flag", ""))[:20],
        clean(request.args.get("competence", ""))[:20],
    )
    page = max(1, request.args.get("page", 1, type=whole))
    number = newest.number if newest else 0
    rows, counts = items.health(number, scope, wanted, page)
    total = counts.get(wanted.flag, 0) if wanted.flag else sum(counts.values())
    return render_template(
        "tracking/questions.html", rows=rows, counts=counts, wanted=wanted, page=page, pages=max(1, -(-total // items.PAGE)), total=total,
        newest=newest, flags=FLAGS, banks=items.banks(scope), competences=items.competences_in(number, scope),
        unanswered=items.unanswered(number, scope, wanted), enough=items.ENOUGH, at=clock.now(),
    )  # fmt: skip


@bp.get("/items/<int:question_id>")
@requires(P.DRAFTS)
def question(question_id: int) -> str:
    """One question: its figures, who gets it right, what is chosen. As a fragment: only what is said of it."""
    row, known = items.one(question_id, current_user.scope(P.DRAFTS))
    flag = (known.flag or ("few" if known.answers < items.ENOUGH else "sound")) if known else "few"
    shared = {"row": row, "known": known, "flag": flag, "flags": FLAGS, "enough": items.ENOUGH}
    if request.headers.get("HX-Request"):
        return render_template("tracking/_question.html", **shared)
    return render_template(
        "tracking/question.html", picture=items.picture(row), least=items.LEAST, newest=items.newest_calibration(), **shared
    )

"""Each role's first page, the guides, the log."""

from functools import cache
from pathlib import Path

from flask import Blueprint, render_template, request
from flask_login import current_user

from lms import clock, markup
from lms.assignments import queries as assignments
from lms.audit import queries as audit
from lms.authoring.queries.people import waiting_for_review
from lms.errors import NotFound
from lms.home import queries
from lms.people.models import GENDERS, PERSON_KINDS, UNIT_EVENT_KINDS
from lms.permissions import ROLE_NAMES, P
from lms.quizzes.queries import reports_waiting
from lms.vietnamese import clean
from lms.web.auth import public, requires
from lms.web.forms import whole

bp = Blueprint("home", __name__)
ACTS = {
    "assignments.submit": "Nộp bài tập", "assignments.mark": "Chấm bài tập", "assignments.correct_mark": "Sửa điểm bài tập",
    "assignments.product": "Ghi sản phẩm công việc", "assignments.withdraw": "Rút sản phẩm công việc",
    "assignments.confirm": "Xác nhận sản phẩm công việc",
    "assignments.decline": "Không xác nhận sản phẩm công việc", "assignments.appeal": "Gửi kiến nghị",
    "assignments.answer_appeal": "Trả lời kiến nghị",
    "certificates.approve": "Công nhận kết quả, cấp giấy chứng nhận", "certificates.decide": "Ghi quyết định công nhận",
    "certificates.export": "Xuất sổ cấp giấy chứng nhận", "certificates.revoke": "Thu hồi giấy chứng nhận",
    "tracking.end_award": "Kết thúc một mức năng lực", "tracking.keep_award": "Cho tính tiếp một mức năng lực",
    "tracking.rules": "Đổi quy tắc ghi nhận năng lực", "tracking.calibrate": "Ước lượng lại tham số câu hỏi",
    "tracking.calibration": "Dùng bộ tham số câu hỏi mới",
    "authoring.publish": "Đưa câu hỏi vào dùng", "authoring.retired": "Ngừng dùng câu hỏi", "authoring.ready": "Dùng lại câu hỏi",
    "authoring.relabel": "Đổi nhãn nhiều câu hỏi", "authoring.discard": "Bỏ bản nháp câu hỏi", "authoring.discard_course": "Bỏ bản nháp khóa học",
    "authoring.course": "Mở khóa học mới", "authoring.publish_course": "Xuất bản khóa học", "authoring.take": "Chép hoặc nhập khóa học",
    "content.load": "Nạp gói nội dung", "courses.extend": "Gia hạn", "courses.nominate": "Cử đi học", "courses.nudge": "Nhắc học viên học tiếp",
    "courses.rule": "Đặt quy tắc ghi danh", "courses.rule_end": "Dừng quy tắc ghi danh", "people.assign": "Phân công",
    "people.change_password": "Đổi mật khẩu", "people.create": "Thêm người", "people.edit": "Sửa hồ sơ",
    "people.end_assignment": "Kết thúc phân công", "people.end_role": "Thôi giao vai trò", "people.give_role": "Giao vai trò",
    "people.import": "Tải lên danh sách", "people.import_again": "Làm tiếp lần nhập bị gián đoạn",
    "people.import_confirmed": "Ghi danh sách đã nhập", "people.import_reversed": "Hoàn tác lần nhập",
    "people.issue_slip": "In phiếu kích hoạt", "people.merge": "Gộp hồ sơ trùng",
    "people.sign_out_everywhere": "Đăng xuất mọi nơi", "people.unit_event": "Sắp xếp đơn vị",
    "people.use_slip": "Kích hoạt tài khoản bằng phiếu", "people.use_reset": "Đặt lại mật khẩu qua thư", "quizzes.allow_time": "Cộng giờ làm bài",
    "quizzes.allow": "Cho thêm giờ, lượt hoặc ngày làm bài", "quizzes.end_allowance": "Ngừng cho thêm giờ, lượt hoặc ngày làm bài",
    "quizzes.end_time": "Ngừng cộng giờ", "quizzes.reply": "Trả lời báo lỗi câu hỏi", "rosters.export": "Xuất danh sách hoàn thành",
    "tracking.remove_snapshot": "Bỏ một lần tính số liệu toàn tỉnh",
    "tracking.export": "Xuất danh sách năng lực", "recognitions.enter": "Ghi quyết định công nhận năng lực",
    "recognitions.add": "Bổ sung người vào quyết định công nhận", "recognitions.withdraw": "Thu hồi công nhận năng lực",
}  # fmt: skip
OBJECTS = {
    "person": "người", "certificate": "giấy chứng nhận", "decision": "quyết định", "import": "lần nhập", "unit": "đơn vị",
    "course": "khóa học", "enrolment": "lượt học", "enrolment_rule": "quy tắc", "packs": "gói nội dung", "roster": "danh sách",
    "register": "sổ cấp", "question_report": "báo lỗi câu hỏi", "unit_event": "lần sắp xếp", "account": "tài khoản",
    "bank": "ngân hàng", "award": "mức năng lực", "question": "câu hỏi", "submission": "bài nộp", "product": "sản phẩm công việc",
    "appeal": "kiến nghị", "competence_list": "danh sách năng lực",
    "recognition": "quyết định công nhận số", "policy": "quy tắc ghi nhận, phiên bản", "calibration": "bộ tham số câu hỏi số",
    "snapshot": "lần tính số",
}  # fmt: skip
AREAS = {
    "people": "Cán bộ, đơn vị, tài khoản", "courses": "Khóa học", "quizzes": "Bài kiểm tra", "certificates": "Chứng nhận",
    "rosters": "Danh sách hoàn thành", "authoring": "Biên soạn", "assignments": "Bài tập, sản phẩm", "content": "Gói nội dung",
    "tracking": "Năng lực", "recognitions": "Công nhận cấp 4, cấp 5",
}  # fmt: skip
DETAILS = {
    "about": "về", "competence": "năng lực", "level": "cấp", "seat": "lần chấm", "verdict": "kết luận",
    "activity_id": "hoạt động số", "after": "sau khi sửa", "allowance_id": "lượt cộng giờ số", "ask": "dòng cần chọn",
    "assignment": "phân công số", "attempts": "lượt làm thêm",
    "before": "trước khi sửa", "birth_year": "năm sinh", "change": "thay đổi",
    "changed": "cập nhật", "closes": "làm đến hết ngày", "code": "mã", "columns": "cột", "count": "số lượng",
    "course": "khóa học số", "course_id": "khóa học số", "days": "số ngày", "decision": "quyết định", "due": "hạn", "encoding": "bảng mã",
    "error": "dòng cần sửa", "filename": "tệp", "first": "từ số", "full_name": "họ và tên", "gender": "giới tính", "grant": "lượt giao số",
    "into": "gộp vào hồ sơ số", "kept": "giữ nguyên", "kind": "loại", "last": "đến số", "new": "mới", "number": "số", "officers": "cán bộ số",
    "percent": "phần trăm thêm", "reason": "lý do", "role": "vai trò", "rows": "số dòng", "rule": "quy tắc", "same": "không đổi",
    "scope": "phạm vi", "scope_id": "phạm vi số", "search": "tìm", "sha256": "mã băm SHA-256", "since": "từ ngày", "state": "đang",
    "told": "số người được nhắc", "unit": "đơn vị số", "units": "đơn vị số", "until": "đến hết ngày", "value": "giá trị",
    "version": "phiên bản", "what": "việc", "snapshot": "lần tính số", "which": "ai", "lacking": "thiếu năng lực số", "position": "vị trí số",
    "unit_kind": "loại đơn vị", "format": "tệp",
}  # fmt: skip
VALUES = {
    **{role.value: name for role, name in ROLE_NAMES.items()}, **UNIT_EVENT_KINDS, **PERSON_KINDS, **GENDERS, "all": "toàn tỉnh",
    "unit": "đơn vị", "course": "khóa học", "mark": "điểm bài tập", "confirmation": "kết luận của thủ trưởng", "first": "thứ nhất",
    "second": "thứ hai", "third": "thứ ba", "appeal": "theo kiến nghị", "upheld": "chấp nhận", "dismissed": "giữ nguyên",
    "reading": "đọc tệp", "confirming": "ghi", "reversing": "hoàn tác",
}  # fmt: skip
GUIDES = Path(__file__).resolve().parents[2] / "docs" / "vi"
GUIDE_NAMES = {"hoc-vien": "Học viên", "giang-vien": "Giảng viên", "quan-tri": "Quản trị và đầu mối đơn vị"}


@bp.get("/")
@requires(P.LEARN)
def index() -> str:
    """Where to go on, what is due, the officer's courses and competence; for staff also what waits for them."""
    mine = queries.my_courses(current_user.person_id)
    hero = next((cycle for cycle in mine if not cycle.completed_at), None)
    return render_template(
        "home/index.html", courses=mine, now=clock.now(), today=clock.today(), waiting=_waiting(),
        hero=hero, step=queries.next_step(hero) if hero else None,
    )  # fmt: skip


def _waiting() -> list[tuple[str, str, int]]:
    """What waits for the person's roles: (endpoint, words, how many)."""
    found = []
    if current_user.can(P.CERTIFICATES):
        found.append(("certificates.pending", "kết quả chờ công nhận", queries.pending_certificates()))
    if current_user.can(P.QUESTION_REPORTS):
        reported = reports_waiting(current_user.scope(P.QUESTION_REPORTS))
        found.append(("quizzes.reports", "câu hỏi được báo lỗi", reported))
    if current_user.can(P.REVIEW):
        waiting = waiting_for_review(current_user.scope(P.REVIEW), current_user.person_id)
        found.append(("authoring.banks", "câu hỏi chờ thẩm định", waiting))
    me, today = current_user.person_id, clock.today()
    if current_user.can(P.MARK):
        found.append(("assignments.queue", "bài tập chờ chấm", len(assignments.queue(current_user.scope(P.MARK), me))))
    if current_user.can(P.CONFIRM):
        waiting = assignments.products_waiting(current_user.scope(P.CONFIRM), today, me)
        found.append(("assignments.confirmations", "sản phẩm chờ xác nhận", waiting))
    if current_user.can(P.APPEALS):
        appeals = assignments.appeals_waiting(assignments.reach_of(current_user), today, me)
        found.append(("assignments.appeals", "kiến nghị chờ Anh/Chị trả lời", appeals))
    return [entry for entry in found if entry[2]]


@bp.get("/log")
@requires(P.AUDIT)
def log() -> str:
    """Who did what, newest first."""
    act, before = clean(request.args.get("act", ""))[:40], request.args.get("before", type=whole)
    entries = audit.entries(act, before)
    names = queries.names({entry.actor_id for entry in entries})
    words = {"acts": ACTS, "objects": OBJECTS, "areas": AREAS, "details": DETAILS, "values": VALUES}
    return render_template("home/log.html", entries=entries, names=names, act=act, **words)


@bp.get("/help")
@public
def help() -> str:
    """The guides, by role."""
    return render_template("home/help.html", guides=GUIDE_NAMES)


@bp.get("/help/<name>")
@public
def guide(name: str) -> str:
    """One guide, to read or print."""
    if name not in GUIDE_NAMES:
        raise NotFound
    return render_template("home/guide.html", title=GUIDE_NAMES[name], html=_rendered(name))


@cache
def _rendered(name: str) -> str:
    return markup.render((GUIDES / f"{name}.md").read_text(encoding="utf-8"), files_base="/static/img/guide/").html

"""Filters and the menu that templates use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape

from lms.clock import local
from lms.permissions import P
from lms.vietnamese import format_date, format_number, format_percent, format_phone


@dataclass(frozen=True)
class Place:
    """One entry of the menu: where it leads, what it says, who sees it."""

    endpoint: str
    label: str
    icon: str
    permission: P
    staff: bool = False


PLACES = (
    Place("home.index", "Trang chủ", "house", P.LEARN),
    Place("courses.catalogue", "Khóa học", "book-open", P.LEARN),
    Place("tracking.profile", "Năng lực", "target", P.LEARN),
    Place("library.index", "Thư viện", "library", P.LEARN),
    Place("certificates.mine", "Chứng nhận", "award", P.LEARN),
    Place("people.officers", "Cán bộ, công chức", "users", P.PEOPLE_SEE, staff=True),
    Place("people.units", "Đơn vị", "building-2", P.UNITS, staff=True),
    Place("people.imports", "Nhập danh sách", "upload", P.PEOPLE_EDIT, staff=True),
    Place("courses.nominate", "Cử đi học", "user-plus", P.ENROL, staff=True),
    Place("courses.progress", "Tiến độ khóa học", "chart-bar", P.COURSE_PROGRESS, staff=True),
    Place("authoring.courses", "Biên soạn khóa học", "pencil", P.DRAFTS, staff=True),
    Place("authoring.banks", "Ngân hàng câu hỏi", "list-checks", P.DRAFTS, staff=True),
    Place("tracking.questions", "Chất lượng câu hỏi", "chart-bar", P.DRAFTS, staff=True),
    Place("quizzes.reports", "Câu hỏi được báo lỗi", "flag", P.QUESTION_REPORTS, staff=True),
    Place("assignments.queue", "Chấm bài tập", "pencil", P.MARK, staff=True),
    Place("assignments.confirmations", "Xác nhận sản phẩm", "shield-check", P.CONFIRM, staff=True),
    Place("assignments.appeals", "Kiến nghị", "scale", P.APPEALS, staff=True),
    Place("tracking.unit", "Năng lực đơn vị", "trending-up", P.UNIT_COMPETENCE, staff=True),
    Place("tracking.province", "Năng lực toàn tỉnh", "map", P.PROVINCE_COMPETENCE, staff=True),
    Place("recognitions.recognitions", "Công nhận cấp 4, 5", "award", P.RECOGNISE, staff=True),
    Place("tracking.rules", "Quy tắc ghi nhận", "scale", P.COMPETENCE_RULES, staff=True),
    Place("certificates.pending", "Duyệt chứng nhận", "badge-check", P.CERTIFICATES, staff=True),
    Place("rosters.index", "Danh sách hoàn thành", "table", P.ROSTERS, staff=True),
    Place("content.index", "Gói nội dung", "file-text", P.CONTENT, staff=True),
    Place("home.log", "Nhật ký", "history", P.AUDIT, staff=True),
)


def places(viewer: Any, staff: bool) -> list[Place]:
    """The menu of the person signed in: of learning, or of the staff's pages."""
    if not viewer.is_authenticated:
        return []
    known = current_app.view_functions
    return [p for p in PLACES if p.staff == staff and p.permission in viewer.permissions and p.endpoint in known]


def person_signed_in() -> Any:
    """`current_user` itself instead of the proxy, which looks itself up at every attribute."""
    return current_user._get_current_object()


def static(filename: str) -> str:
    """The address of a file in static/, with its version. Worked out once: pages name dozens of icons."""
    known: dict[str, str] = current_app.extensions.setdefault("static_addresses", {})
    if filename not in known:
        known[filename] = url_for("static", filename=filename)
    return known[filename]


def drawn_icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite: decoration, or with a label in place of words."""
    known: dict[tuple[str, str], Markup] = current_app.extensions.setdefault("drawn_icons", {})
    if (name, label) not in known:
        said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        drawn = Markup('<svg class="ic" {}><use href="{}#i-{}"/></svg>').format(said, static("img/icons.svg"), name)
        known[name, label] = drawn
    return known[name, label]


def path_of(endpoint: str) -> str:
    """The address of a page without parameters, worked out once."""
    known: dict[str, str] = current_app.extensions.setdefault("page_addresses", {})
    if endpoint not in known:
        known[endpoint] = url_for(endpoint)
    return known[endpoint]


def here(endpoint: str) -> bool:
    """Whether the request is inside that place of the menu."""
    return request.endpoint == endpoint


def day(value: date | datetime | None) -> str:
    """05/01/2026."""
    if value is None:
        return ""
    return format_date(local(value).date() if isinstance(value, datetime) else value)


def clock_time(value: datetime | None) -> str:
    """14:05."""
    return "" if value is None else local(value).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """14:05 ngày 05/01/2026."""
    return "" if value is None else f"{clock_time(value)} ngày {day(value)}"


def number(value: Decimal | int | float | None, places_: int | None = None) -> str:
    """1.234,5."""
    return "" if value is None else format_number(value, places_)


def percent(value: Decimal | int | float | None, places_: int = 0) -> str:
    """85,8%."""
    return "" if value is None else format_percent(value, places_)


def megabytes(size: int | None) -> str:
    """0,6 MB; under 100 KB in KB."""
    if not size:
        return "0 KB"
    if size < 100_000:
        return f"{max(1, round(size / 1024))} KB"
    return f"{format_number(Decimal(size) / 2**20, 1)} MB"


def duration(minutes: int) -> str:
    """45 phút; 3 giờ 20 phút."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} giờ"] * bool(hours) + [f"{rest} phút"] * bool(rest or not hours))


def safe_html(clean_html: str | None) -> Markup:
    """HTML that `lms.markup` made when it was written: the one place where stored HTML is trusted."""
    return Markup(clean_html or "")  # noqa: S704


@lru_cache(maxsize=64)
def _unchosen(choices: tuple[tuple[Any, str, str], ...]) -> str:
    drawn = ""
    for group, members in groupby(choices, lambda choice: choice[2]):
        within = "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label, _ in members)
        drawn += f'<optgroup label="{escape(group)}">{within}</optgroup>' if group else within
    return drawn


def options(choices: Iterable[tuple[Any, ...]], chosen: Any = None) -> Markup:
    """The options of a select, `chosen` (a value) marked; (value, label, group) stands in its group.

    Long lists stand many times on an author's page: they are drawn once.
    """
    grouped = ((value, label, rest[0] if rest and isinstance(rest[0], str) else "") for value, label, *rest in choices)
    drawn = _unchosen(tuple(grouped))
    at = f'value="{escape("" if chosen is None else chosen)}"'
    return Markup(drawn.replace(at, f"{at} selected", 1))  # noqa: S704  its parts are escaped above


WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def weekday(value: date) -> str:
    """Thứ Hai."""
    return WEEKDAYS[value.weekday()]


def days_left(due: date, today: date) -> str:
    """còn 7 ngày; hạn hôm nay; quá hạn 2 ngày."""
    left = (due - today).days
    if left == 0:
        return "hạn hôm nay"
    return f"còn {left} ngày" if left > 0 else f"quá hạn {-left} ngày"


def keep_last_words(text: str) -> str:
    """Join the last two syllables of a heading, so that no line holds a lone one."""
    head, space, tail = text.rpartition(" ")
    return f"{head}\N{NO-BREAK SPACE}{tail}" if space else text


def init_app(app: Flask) -> None:
    """Register filters and globals."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    filters: dict[str, Any] = {
        "day": day, "clock_time": clock_time, "moment": moment, "number": number, "percent": percent, "megabytes": megabytes, "duration": duration,
        "phone": format_phone, "safe_html": safe_html, "tied": keep_last_words,
        "weekday": weekday, "days_left": days_left,
    }  # fmt: skip
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        places=places,
        person_signed_in=person_signed_in,
        here=here,
        static=static,
        drawn_icon=drawn_icon,
        path_of=path_of,
        options=options,
        P=P,
    )

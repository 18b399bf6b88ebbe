"""Forms of quizzes: what a page without a program sends, brought to the answers that lms.grading reads."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.validators import NumberRange, ValidationError

from lms.web.forms import Day, Form, Line, Lines, Number, Optional, at_most, required, whole

TOKEN = re.compile(r"[0-9A-Za-z-]{8,64}")


def field_prefix(page: Sequence[Any], position: int) -> str:
    """What the names of a question's fields begin with: nothing where it stands alone on its page."""
    return f"{position}." if len(page) > 1 else ""


def part_of(form: MultiDict[str, str], prefix: str) -> MultiDict[str, str]:
    """The fields of one question of a page, without their prefix."""
    if not prefix:
        return form
    return MultiDict([(name[len(prefix) :], value) for name, value in form.items(multi=True) if name.startswith(prefix)])


def given_from(kind: str, form: MultiDict[str, str]) -> dict[str, Any]:
    """The answer in a question's form, by its kind; {} where nothing was filled in."""
    match kind:
        case "single":
            return {"chosen": form.get("chosen", "")}
        case "multiple":
            return {"chosen": form.getlist("chosen")}
        case "truefalse":
            return {"value": form["value"] == "true"} if "value" in form else {}
        case "matching":
            return {"pairs": {name[5:]: right for name, right in form.items() if name.startswith("pair-") and right}}
        case "ordering":
            return {"order": moved(form.getlist("order"), form.get("move", ""))}
    return {"text": form.get("text", "")}


def moved(order: list[str], move: str) -> list[str]:
    """The order after one button: "<key>:up" or "<key>:down"; unchanged at either end."""
    key, _, way = move.rpartition(":")
    if key not in order:
        return order
    place = order.index(key)
    other = place + (-1 if way == "up" else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def sent_answer(sent: object) -> dict[str, Any] | None:
    """What the player sends, as the arguments of services.save_answer; None when it is not of that shape.

    {"given": answer, "based_on": revision, "token": 8 to 64 letters, digits and hyphens, "given_at": milliseconds since 1970 by the server's
    clock as the page counted it on}
    """
    if not isinstance(sent, dict):
        return None
    based_on, token, when = sent.get("based_on"), sent.get("token"), sent.get("given_at")
    if not isinstance(based_on, int) or not isinstance(token, str) or not TOKEN.fullmatch(token):
        return None
    if not isinstance(when, int | float) or not 0 < when < 10**14:
        return None
    given_at = datetime.fromtimestamp(when / 1000, UTC)
    return {"given": sent.get("given"), "based_on": based_on, "token": token, "given_at": given_at}


class ReportForm(Form):
    """What is wrong with a question."""

    text = Lines(
        "Câu hỏi sai ở chỗ nào?", validators=[required("Chưa ghi chỗ sai. Ví dụ: đáp án B cũng đúng theo Điều 5."), at_most(2000)]
    )


class ReplyForm(Form):
    """The answer to a report."""

    text = Lines("Trả lời", validators=[required("Chưa ghi câu trả lời. Học viên sẽ nhận được câu này."), at_most(2000)])


class AllowanceForm(Form):
    """What a person or a unit is given in a quiz: at least one of time, attempts and days."""

    person = Line("Cán bộ, công chức", validators=[at_most(200)])
    unit_id = SelectField("Hoặc cả đơn vị, gồm các đơn vị trực thuộc", coerce=whole, default=0)
    activity_id = SelectField("Bài kiểm tra", coerce=whole)
    percent = Number(
        "Thêm bao nhiêu phần trăm thời gian", validators=[Optional(), NumberRange(1, 300, "Ghi số từ 1 đến 300. Ví dụ: 50.")]
    )
    attempts = Number("Thêm mấy lượt làm", validators=[Optional(), NumberRange(1, 20, "Ghi số từ 1 đến 20.")])
    closes = Day("Được bắt đầu làm đến hết ngày", validators=[Optional()])
    reason = Line("Lý do", validators=[required("Chưa ghi lý do. Ví dụ: mắt kém, có giấy xác nhận."), at_most(500)])

    def validate_person(self, field: Line) -> None:
        """Exactly one is meant: a person, or a unit."""
        if bool(field.data) == bool(self.unit_id.data):
            raise ValidationError("Ghi một người, hoặc chọn một đơn vị; không cả hai.")

    def validate_reason(self, field: Line) -> None:
        """Something is given."""
        if not (self.percent.data or self.attempts.data or self.closes.data) and not (
            self.percent.errors or self.attempts.errors
        ):
            raise ValidationError("Chưa ghi cho thêm gì: thời gian, lượt làm hay ngày.")


class EndForm(Form):
    """Why an allowance ends."""

    reason = Line("Lý do", validators=[required("Chưa ghi lý do ngừng."), at_most(500)])

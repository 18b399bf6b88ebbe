"""Forms of tracking; they give plain values."""

from typing import Any, Self

from wtforms import HiddenField
from wtforms.validators import NumberRange, ValidationError

from lms.competence.rules import Rules
from lms.web.forms import Form, Lines, Number, at_most, chosen, required

SHARES = ("competent", "share")  # written in per cent


def _between(least: int, most: int, unit: str) -> list[Any]:
    said = f"Ghi số từ {least} đến {most}{unit}."
    return [chosen(said), NumberRange(least, most, said.replace("%", "%%"))]


class RulesForm(Form):
    """The rules as people write them: shares in per cent. `base`: the version they were changed from."""

    competent = Number("Ghi nhận khi khả năng đạt từ (%)", validators=_between(60, 99, "%"))
    least_answers = Number("Số câu trả lời tối thiểu ở cấp đó", validators=_between(5, 60, " câu"))
    share = Number("Phần câu chuẩn phải làm được (%)", validators=_between(50, 95, "%"))
    valid_months = Number("Mức có giá trị trong (tháng)", validators=_between(6, 120, " tháng"))
    grace_days = Number("Tính thêm khi chờ gia hạn (ngày)", validators=_between(0, 365, " ngày"))
    renew_days = Number("Mời gia hạn trước khi hết giá trị (ngày)", validators=_between(0, 730, " ngày"))
    update_months = Number("Còn tính khi căn cứ đã thay thế (tháng)", validators=_between(1, 36, " tháng"))
    base = HiddenField(default="")

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """Filled with the rules that hold."""
        values = {name: getattr(rules, name) for name in NAMES}
        values |= {name: round(100 * values[name]) for name in SHARES}
        return cls(formdata=None, data=values | {"least_answers": round(rules.least_answers), "base": str(rules.version)})

    def validate_renew_days(self, field: Number) -> None:
        """Nobody is asked to renew a level on the day it is given."""
        if field.data and self.valid_months.data and field.data >= 30 * self.valid_months.data:
            raise ValidationError("Phải ngắn hơn thời gian mức có giá trị.")

    @property
    def settings(self) -> dict[str, Any]:
        """As lms.competence.rules has them."""
        values = {name: getattr(self, name).data for name in NAMES}
        return values | {name: values[name] / 100 for name in SHARES} | {"least_answers": float(values["least_answers"])}


NAMES = ("competent", "least_answers", "share", "valid_months", "grace_days", "renew_days", "update_months")


class ReasonForm(Form):
    """Why it is decided: the document it rests on, in words."""

    reason = Lines(
        "Lý do, căn cứ", validators=[required("Chưa ghi lý do. Ví dụ: Công văn số 12/SNV-CCHC ngày 05/01/2026."), at_most(1000)]
    )


class DecideForm(RulesForm, ReasonForm):
    """Rules, decided on with a reason."""


class Decision(Form):
    """Why an award is ended or kept."""

    reason = Lines("Lý do và căn cứ", [required("Chưa ghi lý do. Người được ghi nhận sẽ đọc được lý do này."), at_most(500)])

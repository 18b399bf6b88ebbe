"""Forms of tracking: decisions, rules, and filters whose address is the filter."""

from typing import Any, Self

from wtforms import HiddenField, SelectChoice, SelectField
from wtforms.validators import NumberRange, ValidationError

from lms import clock
from lms.competence.rules import SETTINGS, Rules
from lms.people.models import UNIT_KINDS
from lms.tracking.queries.comparison import FIGURES
from lms.tracking.queries.snapshots import WHICH, Filter, first_day
from lms.web.forms import Day, Form, Line, Lines, Number, Optional, at_most, chosen, required

UNITS = {"then": "Như tại ngày tính", "now": "Quy về đơn vị hiện nay"}


def _choices(table: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in table.items()]


class ProvinceChoice(Form):
    """Which snapshot, and which part of it."""

    snapshot = Number("Số liệu", [Optional()])
    kind = SelectField("Loại đơn vị", choices=_choices({"": "Mọi loại"} | UNIT_KINDS), default="")
    position = Number("Vị trí việc làm", [Optional()])
    unit = Number("Đơn vị", [Optional()])
    units = SelectField("Tính theo đơn vị", choices=_choices(UNITS), default="then")
    area = Line("Nhóm năng lực", [Optional(), at_most(20)])

    def filter(self) -> Filter:
        """The filter as chosen."""
        return Filter(self.kind.data, self.position.data, self.unit.data, self.units.data)


class NamesChoice(ProvinceChoice):
    """The persons behind a figure."""

    which = SelectField("Ai", choices=_choices(WHICH), default="all")
    competence = Number("Thiếu năng lực", [Optional()])


class CompareChoice(Form):
    """Two snapshots and the figure that is compared, of one unit or of all."""

    before = Number("Số trước", [Optional()])
    after = Number("Số sau", [Optional()])
    figure = SelectField("Con số", choices=_choices(FIGURES), default="ct3_met")
    unit = Number("Đơn vị", [Optional()])


class AskSnapshot(Form):
    """Until which day the province is counted."""

    as_of = Day("Số liệu đến hết ngày", [required("Chưa ghi ngày. Ví dụ: 14/12/2025.")])

    def validate_as_of(self, field: Day) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("Ngày này chưa đến. Hãy chọn hôm nay hoặc một ngày đã qua.")
        first = first_day()
        if field.data and first and field.data < first:
            raise ValidationError(f"Hồ sơ có kết quả đầu tiên ngày {first:%d/%m/%Y}. Hãy chọn ngày ấy hoặc ngày sau đó.")


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
        values = {name: getattr(rules, name) for name in SETTINGS}
        values |= {name: round(100 * values[name]) for name in SHARES}
        return cls(formdata=None, data=values | {"least_answers": round(rules.least_answers), "base": str(rules.version)})

    def validate_renew_days(self, field: Number) -> None:
        """Nobody is asked to renew a level on the day it is given."""
        if field.data and self.valid_months.data and field.data >= 30 * self.valid_months.data:
            raise ValidationError("Phải ngắn hơn thời gian mức có giá trị.")

    @property
    def settings(self) -> dict[str, Any]:
        """As lms.competence.rules has them."""
        values = {name: getattr(self, name).data for name in SETTINGS}
        return values | {name: values[name] / 100 for name in SHARES} | {"least_answers": float(values["least_answers"])}


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

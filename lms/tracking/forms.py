"""Forms of tracking: decisions, and filters whose address is the filter."""

from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from lms import clock
from lms.people.models import UNIT_KINDS
from lms.tracking.queries.comparison import FIGURES
from lms.tracking.queries.snapshots import WHICH, Filter
from lms.web.forms import Day, Form, Line, Lines, Number, Optional, at_most, required

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


class Decision(Form):
    """Why an award is ended or kept."""

    reason = Lines("Lý do và căn cứ", [required("Chưa ghi lý do. Người được ghi nhận sẽ đọc được lý do này."), at_most(500)])

"""The filter of a roster: a GET form whose address is the filter."""

from wtforms import SelectChoice, SelectField

from lms.rosters.queries import STATUSES, Filters
from lms.web.forms import Day, Form, Line, Number, Optional, at_most

UNITS = {"then": "Tại thời điểm hoàn thành", "now": "Quy về đơn vị hiện nay"}
ORDERS = {"name": "Tên (A, B, C)", "unit": "Thứ tự đơn vị, rồi tên"}


def _choices(table: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in table.items()]


class Choice(Form):
    """Which lines, attributed to which unit, in which order, as of which day."""

    course = Number("Khóa học", [Optional()])
    unit = Number("Đơn vị", [Optional()])
    status = SelectField("Trạng thái", choices=_choices(STATUSES), default="completed")
    since = Day("Từ ngày", [Optional()])
    until = Day("Đến ngày", [Optional()])
    units = SelectField("Tính theo đơn vị", choices=_choices(UNITS), default="then")
    order = SelectField("Sắp xếp", choices=_choices(ORDERS), default="name")
    as_of = Day("Số liệu đến hết ngày", [Optional()])
    q = Line("Tìm tên", [Optional(), at_most(80)])

    def filters(self) -> Filters:
        """The filter as chosen."""
        return Filters(
            self.course.data, self.unit.data, self.since.data, self.until.data, self.status.data, self.q.data or "", self.units.data,
            self.order.data,
        )  # fmt: skip

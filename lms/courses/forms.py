"""Forms of courses; they give plain values."""

from collections.abc import Iterable

from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, ValidationError

from lms import clock
from lms.web.forms import Day, Form, Number, Optional, chosen, required, whole

UNIT_KINDS = (
    ("province", "Tỉnh"),
    ("department", "Sở, ban, ngành"),
    ("commune", "Xã, phường"),
    ("service", "Đơn vị sự nghiệp"),
    ("other", "Khác"),
)
RULE_KINDS = (
    ("audience", "Ai thuộc diện: ghi danh cả người đang có và người đến sau"),
    ("onboarding", "Người mới được phân công: tính từ ngày phân công"),
)


def offered(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Pairs of value and label as a select field takes them."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def not_past(form: Form, field: Day) -> None:
    """A due day lies ahead."""
    if field.data and field.data < clock.today():
        raise ValidationError("Hạn phải từ hôm nay trở đi.")


class NominateForm(Form):
    """Officers (ids) sent to a course."""

    course_id = SelectField("Khóa học", coerce=whole, validators=[chosen("Chưa chọn khóa học.")])
    officer_ids = SelectMultipleField(
        "Học viên", coerce=whole, validate_choice=False, validators=[required("Chưa chọn học viên nào.")]
    )
    due = Day("Hạn hoàn thành", validators=[Optional(), not_past])


class ExtendForm(Form):
    """A new due day for some cycles (ids)."""

    enrolment_ids = SelectMultipleField(
        "Học viên", coerce=whole, validate_choice=False, validators=[required("Chưa chọn học viên nào.")]
    )
    due = Day("Hạn mới", validators=[required("Chưa ghi hạn mới. Ví dụ: 31/12/2026."), not_past])


class RuleForm(Form):
    """An enrolment rule: course, kind, whom it means, days to complete."""

    course_id = SelectField("Khóa học", coerce=whole, validators=[chosen("Chưa chọn khóa học.")])
    kind = SelectField("Ghi danh ai", choices=offered(RULE_KINDS), validators=[chosen()])
    positions = SelectMultipleField("Vị trí việc làm")
    unit_kinds = SelectMultipleField("Loại đơn vị", choices=offered(UNIT_KINDS))
    days = Number(
        "Số ngày để hoàn thành",
        default=30,
        validators=[chosen("Chưa ghi số ngày."), NumberRange(0, 730, "Ghi số ngày từ 0 đến 730; 0 là không đặt hạn.")],
    )

    @property
    def audience(self) -> dict[str, list[str]]:
        """Whom the rule means, as CourseVersion.audience says it."""
        return {"positions": self.positions.data or [], "unit_kinds": self.unit_kinds.data or []}

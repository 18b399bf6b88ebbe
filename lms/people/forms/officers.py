"""Forms for officers: data, assignments, roles."""

from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from lms.people.forms.access import choices
from lms.people.models import GENDERS, PERSON_KINDS, identifier_value
from lms.permissions import COURSE_ROLES, ROLE_NAMES, Role
from lms.web.forms import Day, Form, Line, Number, PartialDay, at_most, chosen, required, whole


def _number(value: object) -> int | None:
    return whole(value) if value not in (None, "") else None


class OfficerForm(Form):
    """An officer's data and what the officer is known by."""

    full_name = Line("Họ và tên", [required("Chưa điền họ và tên."), at_most(100)])
    birth = PartialDay("Ngày sinh", [Optional()], "Chưa đọc được ngày sinh. Ví dụ: 05/01/1980, hoặc chỉ năm: 1980.")
    gender = RadioField("Giới tính", choices=choices([("", "Chưa rõ"), *GENDERS.items()]))
    kind = SelectField("Diện", choices=choices(PERSON_KINDS.items()))
    email = Line("Thư điện tử", [Optional(), at_most(254)])
    phone = Line("Điện thoại", [Optional(), at_most(40)])
    code = Line("Mã cán bộ", [Optional(), at_most(32)])
    seen = HiddenField()

    def validate_full_name(self, field: Field) -> None:
        if not any(c.isalpha() for c in field.data):
            raise ValidationError("Họ và tên cần có chữ cái.")

    def validate_birth(self, field: Field) -> None:
        if field.data and field.data.year > 2015:
            raise ValidationError("Năm sinh này quá gần hiện tại. Hãy xem lại.")

    def validate_email(self, field: Field) -> None:
        _of_kind("email", field, "Thư điện tử chưa đúng dạng. Ví dụ: ten@dongthap.gov.vn.")

    def validate_phone(self, field: Field) -> None:
        _of_kind("phone", field, "Chưa đọc được số điện thoại. Ví dụ: 0912 345 678.")

    def validate_code(self, field: Field) -> None:
        _of_kind("code", field, "Mã chỉ gồm chữ không dấu, chữ số và . _ / -; từ 2 đến 32 ký tự.")

    def values(self) -> dict[str, Any]:
        """What services take."""
        return {
            "full_name": self.full_name.data, "birth": self.birth.data, "gender": self.gender.data or None, "kind": self.kind.data,
        }  # fmt: skip


def _of_kind(kind: str, field: Field, message: str) -> None:
    if field.data and identifier_value(kind, field.data) is None:
        raise ValidationError(message)


class AssignmentForm(Form):
    """Where an officer works from a day."""

    unit_id = SelectField("Đơn vị", [chosen("Chưa chọn đơn vị.")], coerce=_number)
    position_id = SelectField("Vị trí việc làm", coerce=_number)
    title = Line("Chức vụ, chức danh", [Optional(), at_most(150)])
    since = Day("Từ ngày", [required("Chưa điền ngày bắt đầu. Ví dụ: 01/07/2026.")])
    how = RadioField(
        "Cách ghi",
        choices=choices(
            [("transfer", "Chuyển hẳn: kết thúc các phân công đang có"), ("add", "Kiêm nhiệm: giữ các phân công đang có")]
        ),
    )

    def offer(self, units: list[tuple[int, str]], positions: list[tuple[int, str]]) -> "AssignmentForm":
        """Set what may be chosen."""
        self.unit_id.choices = choices([("", "Chọn đơn vị"), *units])
        self.position_id.choices = choices([("", "Chưa xác định"), *positions])
        return self


class EndForm(Form):
    """The last day of something."""

    until = Day("Ngày cuối", [required("Chưa điền ngày cuối. Ví dụ: 31/12/2026.")])


class RoleForm(Form):
    """A role with its scope and dates."""

    role = SelectField("Vai trò", choices=choices((r.value, ROLE_NAMES[r]) for r in Role if r is not Role.OFFICER))
    unit_id = SelectField("Phạm vi", coerce=_number)
    course_id = Number("Khóa học", [Optional()], widget=HiddenInput())  # a link of a course brings it
    since = Day("Từ ngày", [required("Chưa điền ngày bắt đầu.")])
    until = Day("Đến hết ngày", [Optional()])

    def offer(self, units: list[tuple[int, str]], everywhere: bool) -> "RoleForm":
        """Set what may be chosen: a role reaches no further than the giver's own."""
        course = self.course_id.data
        first = [("", f"Khóa học số {course}" if course else "Toàn tỉnh")] if everywhere else []
        self.unit_id.choices = choices(first if course else [*first, *units])
        return self

    def scope(self) -> tuple[str, int | None]:
        """Where the role reaches: ("course", id), ("unit", id) or ("all", None)."""
        if self.course_id.data:
            return "course", self.course_id.data
        return ("unit", self.unit_id.data) if self.unit_id.data else ("all", None)

    def validate_role(self, field: Field) -> None:
        if self.course_id.data and field.data not in COURSE_ROLES:
            raise ValidationError("Vai trò này không giao được trong phạm vi một khóa học.")


class MergeForm(Form):
    """Which person a duplicate is."""

    into_id = RadioField("Hồ sơ giữ lại", [chosen("Chưa chọn hồ sơ giữ lại.")], coerce=_number)

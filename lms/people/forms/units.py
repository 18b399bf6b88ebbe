"""The form of a decision on units."""

from typing import Any

from wtforms import BooleanField, Field, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError

from lms.people.forms.access import choices
from lms.people.models import UNIT_EVENT_KINDS
from lms.people.services.unit_events import Change, NewUnit
from lms.vietnamese import clean
from lms.web.forms import Day, Form, Line, Lines, at_most, required, whole

MOST_UNITS = 20


def _number(value: object) -> int | None:
    return whole(value) if value not in (None, "") else None


class UnitEventForm(Form):
    """What a decision orders, on which day, for which units."""

    kind = SelectField("Việc", choices=choices(UNIT_EVENT_KINDS.items()))
    decision = Line("Văn bản", [required("Chưa ghi số, ngày văn bản."), at_most(200)])
    on = Day("Ngày có hiệu lực", [required("Chưa điền ngày. Ví dụ: 01/07/2026.")])
    from_ids = SelectMultipleField("Đơn vị được sắp xếp", coerce=whole)
    to_id = SelectField("Đơn vị nhận, hoặc cấp trên mới", coerce=_number)
    made = Lines("Tên mới", [Optional(), at_most(2000)])
    ends = BooleanField("Đơn vị cũ kết thúc hoạt động", default=True)
    note = Line("Ghi chú", [Optional(), at_most(300)])

    def offer(self, units: list[tuple[int, str]]) -> "UnitEventForm":
        """Set what may be chosen."""
        self.from_ids.choices = choices(units)
        self.to_id.choices = choices([("", "Không có: lập đơn vị mới"), *units])
        return self

    def validate_from_ids(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Chưa chọn đơn vị nào.")
        if self.kind.data == "merge" and len(set(field.data) | ({self.to_id.data} - {None})) < 2:
            raise ValidationError("Sáp nhập cần ít nhất hai đơn vị.")
        if self.kind.data != "merge" and len(field.data) != 1:
            raise ValidationError("Việc này chỉ làm với một đơn vị mỗi lần.")

    def validate_made(self, field: Field) -> None:
        needed = self.kind.data in ("split", "rename") or (self.kind.data == "merge" and not self.to_id.data)
        if needed and not field.data:
            raise ValidationError("Chưa ghi tên mới. Mỗi dòng một đơn vị: tên; mã. Ví dụ: Xã Tân Lập; 30001.")
        if self.kind.data == "split" and self.ends.data and len(self._new_lines()) < 2:
            raise ValidationError("Đơn vị cũ kết thúc thì phải có ít nhất hai đơn vị mới; mỗi dòng một đơn vị.")
        if len(self._new_lines()) > MOST_UNITS:
            raise ValidationError(f"Mỗi lần lập được nhiều nhất {MOST_UNITS} đơn vị mới.")

    def validate_to_id(self, field: Field) -> None:
        if self.kind.data == "move" and not field.data:
            raise ValidationError("Chưa chọn đơn vị cấp trên mới.")

    def change(self) -> Change:
        """What services take."""
        values: dict[str, Any] = {"kind": self.kind.data, "decision": self.decision.data, "on": self.on.data}
        made = tuple(
            NewUnit(clean(line.partition(";")[0])[:200], clean(line.partition(";")[2])[:32]) for line in self._new_lines()
        )
        return Change(
            **values, from_ids=tuple(self.from_ids.data or ()), to_id=self.to_id.data, made=made, ends=bool(self.ends.data),
            note=self.note.data or "",
        )  # fmt: skip

    def _new_lines(self) -> list[str]:
        return [line for line in (self.made.data or "").splitlines() if clean(line)]

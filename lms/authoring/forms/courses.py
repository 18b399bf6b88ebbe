"""Forms of the course editor; they give plain values."""

from typing import Any

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import NumberRange, Regexp

from lms.courses.forms import UNIT_KINDS, offered
from lms.vietnamese import clean, nfc
from lms.web.forms import Day, Form, Line, Lines, Number, Optional, at_most, chosen, required

CODED = Regexp(r"[A-Z][A-Z0-9]{1,9}$", message="Mã gồm chữ cái không dấu và số, từ 2 đến 10 ký tự, ví dụ K13.")


class Code(Line):
    """The code of a course: capitals, however it was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([value.replace(" ", "").upper() for value in valuelist])


class Claims(Lines):
    """Competences with levels, chosen in rows of two lists; its data has one a line: C1.1 2."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        levels = formdata.getlist(f"{self.name}-level") if formdata else []
        if levels:
            rows = zip(formdata.getlist(self.name), levels, strict=False)
            self.data = "\n".join(f"{clean(code)} {clean(level)}".strip() for code, level in rows if clean(code))

    def rows(self) -> list[tuple[str, str]]:
        """What is chosen, with room for two more."""
        typed = [line.partition(" ") for line in str(self.data or "").splitlines()]
        return [(code, level.strip()) for code, _, level in typed] + [("", ""), ("", "")]


class NewCourseForm(Form):
    """A new course: what it is called, and its code for ever."""

    title = Line("Tên khóa học", validators=[required("Chưa ghi tên khóa học."), at_most(200)])
    code = Code(
        "Mã khóa",
        validators=[required("Chưa ghi mã khóa."), CODED],
    )


class ImportForm(Form):
    """A pack to come in. `code`: instead of the pack's own; `onto`: into the draft of a course that is there."""

    code = Code("Mã khóa mới (không bắt buộc)", validators=[Optional(), CODED])
    onto = BooleanField("Đồng ý")


class ArrangeForm(Form):
    """One act on the outline. `go`: which; `stamp`: what the page was opened on."""

    stamp = StringField(validators=[at_most(40)])
    go = StringField(validators=[at_most(140)])
    title = Line("Tên", validators=[at_most(200)])
    module = StringField(validators=[at_most(70)])
    before = StringField(validators=[at_most(70)])


class SettingsForm(Form):
    """What course.toml says of a course beside its outline."""

    stamp = StringField(validators=[at_most(40)])
    title = Line("Tên khóa học", validators=[required("Chưa ghi tên khóa học."), at_most(200)])
    summary = Lines("Giới thiệu", validators=[required("Chưa ghi lời giới thiệu."), at_most(2000)])
    periods = Number("Số tiết (45 phút)", validators=[chosen("Chưa ghi số tiết."), NumberRange(1, 200, "Ghi từ 1 đến 200.")])
    outcomes = Lines("Học xong làm được gì, mỗi dòng một ý", validators=[required("Chưa ghi ý nào."), at_most(4000)])
    review_by = Day("Rà soát lại trước ngày", validators=[required("Chưa ghi ngày. Ví dụ: 30/06/2027.")])
    electives = Number(
        "Số bài tự chọn phải học",
        default=0,
        validators=[Optional(), NumberRange(0, 99, "Ghi từ 0 đến 99; 0 là chỉ cần các bài bắt buộc.")],
    )
    positions = SelectMultipleField("Vị trí việc làm", validate_choice=True)
    unit_kinds = SelectMultipleField("Loại đơn vị", choices=offered(UNIT_KINDS))
    onboarding = Number(
        "Người mới được phân công: ghi danh ngay, hoàn thành trong số ngày",
        validators=[Optional(), NumberRange(0, 730, "Ghi từ 0 đến 730, hoặc để trống.")],
    )
    prerequisites = SelectMultipleField("Phải học trước khóa nào")
    evidences = Claims("Năng lực được ghi nhận", validators=[at_most(1000)])


class LessonForm(Form):
    """A lesson: head, text, and what it rests on (parallel lists)."""

    stamp = StringField(validators=[at_most(40)])
    title = Line("Tên bài", validators=[required("Chưa ghi tên bài."), at_most(200)])
    mandatory = BooleanField("Bắt buộc để hoàn thành khóa")
    minutes = Number("Thời lượng (phút)", validators=[Optional(), NumberRange(1, 600, "Ghi từ 1 đến 600, hoặc để trống.")])
    body = TextAreaField("Nội dung bài", validators=[at_most(400_000)])

    def text(self) -> str:
        """The Markdown as typed, in one form of line ends and letters."""
        return nfc(self.body.data or "").replace("\r\n", "\n").strip() + "\n" if (self.body.data or "").strip() else ""

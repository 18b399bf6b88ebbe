"""Forms of assignments; they give plain values. Numbers and symbols of papers are taken as offices write them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import StopValidation, ValidationError

from lms import clock
from lms.assignments.queries import HIGHEST
from lms.assignments.services import Content, Sheet
from lms.courses.forms import offered
from lms.vietnamese import clean, is_paper_number, is_paper_symbol, nfc, part_paper
from lms.web.forms import Day, Form, Line, Lines, Number, Optional, at_most, chosen, required, whole

MOST_TEXT = 60_000  # characters of a product: some thirty pages
LEVELS = offered([(0, "Chọn cấp…"), *((n, f"Cấp {n}") for n in range(1, HIGHEST + 1))])
VERDICTS = offered([("upheld", "Chấp nhận kiến nghị"), ("dismissed", "Giữ nguyên kết quả")])


def not_ahead(form: Form, field: Day) -> None:
    """A paper has been issued by today."""
    if field.data and field.data > clock.today():
        raise ValidationError("Ngày ban hành không thể ở tương lai.")


def paper_number(form: Form, field: Line) -> None:
    """Numbered as offices number their papers."""
    if field.data and not is_paper_number(field.data):
        raise ValidationError("Số ghi bằng chữ số, ví dụ 05 hoặc 12a.")


def paper_symbol(form: Form, field: Line) -> None:
    """A symbol, and no second number with it."""
    if not field.data or is_paper_symbol(field.data):
        return
    if field.data[0].isdigit() and "/" in field.data:
        raise ValidationError("Ký hiệu đang kèm số, khác với ô Số. Chỉ ghi phần sau dấu gạch chéo, ví dụ KH-UBND.")
    raise ValidationError("Ký hiệu gồm chữ viết tắt của loại văn bản và cơ quan, nối bằng dấu gạch, ví dụ KH-UBND.")


class PaperForm(Form):
    """A form with number and symbol of a paper: typed into one field, they are put each in its place."""

    number: Line
    symbol: Line

    def validate(self, extra_validators: Any = None) -> bool:
        """Part number and symbol, then check every field."""
        self.number.data, self.symbol.data = part_paper(self.number.data or "", self.symbol.data or "")
        return super().validate(extra_validators)


def when_handed_in(check: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The check, for work that is handed in: a draft keeps what is half typed."""
    return lambda form, field: check(form, field) if form.go.data == "submit" else None


class WorkForm(PaperForm):
    """What an officer hands in; every field may be empty while it is a draft. `go`: "submit" hands in."""

    go = Line()
    based_on = Number(default=0)
    text = Lines("Bài làm", validators=[at_most(MOST_TEXT)])
    number = Line("Số", validators=[at_most(20), when_handed_in(paper_number)])
    symbol = Line("Ký hiệu", validators=[at_most(60), when_handed_in(paper_symbol)])
    issued_on = Day("Ngày ban hành", validators=[Optional(), not_ahead])
    issuer = Line("Cơ quan ban hành", validators=[at_most(200)])

    def content(self, files: list[dict[str, Any]]) -> Content:
        """The draft that the form says; an issued paper is kept once anything of it is filled in."""
        paper = {
            "number": self.number.data or "", "symbol": self.symbol.data or "", "issuer": self.issuer.data or "",
            "issued_on": self.issued_on.data.isoformat() if self.issued_on.data else "",
        }  # fmt: skip
        return Content(self.text.data or "", paper if any(paper.values()) else {}, files)


class ProductForm(PaperForm):
    """An issued paper and what it shows."""

    number = Line("Số", validators=[required("Chưa ghi số văn bản. Ví dụ: 05."), at_most(20), paper_number])
    symbol = Line("Ký hiệu", validators=[required("Chưa ghi ký hiệu. Ví dụ: KH-UBND."), at_most(60), paper_symbol])
    issued_on = Day("Ngày ban hành", validators=[required("Chưa ghi ngày. Ví dụ: 05/01/2026."), not_ahead])
    issuer = Line("Cơ quan ban hành", validators=[required("Chưa ghi cơ quan ban hành."), at_most(200)])
    summary = Line("Trích yếu", validators=[required("Chưa ghi trích yếu nội dung văn bản."), at_most(500)])
    part = Lines(
        "Phần việc của Anh/Chị trong văn bản này", validators=[required("Chưa ghi phần việc của Anh/Chị."), at_most(2000)]
    )
    competence = SelectField("Năng lực thể hiện", validators=[chosen("Chưa chọn năng lực.")])
    level = SelectField("Cấp đề nghị xác nhận", choices=LEVELS, coerce=whole, validators=[required("Chưa chọn cấp.")])

    def values(self) -> dict[str, Any]:
        """The paper and the officer's part in it."""
        return {name: self[name].data for name in ("number", "symbol", "issued_on", "issuer", "summary", "part")}


class DecisionForm(Form):
    """A head's word: a level, or declined (0), and why."""

    level = RadioField("Kết luận", coerce=whole, validators=[chosen("Chưa chọn kết luận.")])
    reason = Lines("Lý do", validators=[required("Chưa ghi lý do. Cán bộ sẽ đọc được lý do này."), at_most(2000)])

    def offer(self, asked: int) -> "DecisionForm":
        """The levels up to what was asked for, under the ceiling, and declining."""
        exact = {asked: ", đúng cấp đề nghị"}
        levels = [(n, f"Xác nhận ở cấp {n}{exact.get(n, '')}") for n in range(min(asked, HIGHEST), 0, -1)]
        self.level.choices = offered([*levels, (0, "Không xác nhận")])
        return self


class AbilityForm(Form):
    """A head confirms a competence as shown in daily work."""

    person_id = SelectField("Cán bộ, công chức", coerce=whole, validators=[required("Chưa chọn người.")])
    competence = SelectField("Năng lực", validators=[chosen("Chưa chọn năng lực.")])
    level = SelectField("Cấp xác nhận", choices=LEVELS, coerce=whole, validators=[required("Chưa chọn cấp.")])
    reason = Lines(
        "Lý do, căn cứ xác nhận", validators=[required("Chưa ghi lý do. Cán bộ sẽ đọc được lý do này."), at_most(2000)]
    )


class AppealForm(Form):
    """Why something should be looked at again."""

    reason = Lines(
        "Lý do kiến nghị", validators=[required("Chưa ghi lý do. Hãy nêu rõ chỗ nào chưa đúng và vì sao."), at_most(4000)]
    )


class AnswerForm(Form):
    """The answer to an appeal."""

    verdict = RadioField("Kết luận", choices=VERDICTS, validators=[chosen("Chưa chọn kết luận.")])
    level = RadioField("Cấp được xác nhận", coerce=whole)
    text = Lines("Trả lời, nêu rõ lý do", validators=[required("Chưa ghi lý do. Người kiến nghị sẽ đọc được."), at_most(4000)])

    def offer(self, above: int, most: int) -> "AnswerForm":
        """The levels above what was said, up to the highest there is to give; none where a mark is appealed against."""
        self.level.choices = offered((n, f"Cấp {n}") for n in range(most, above, -1))
        return self

    def validate_level(self, field: RadioField) -> None:
        """Whoever upholds says at which level; whoever does not, says none."""
        if not field.raw_data:
            field.errors = []
            raise StopValidation("Chưa chọn cấp được xác nhận." if self.verdict.data == "upheld" and field.choices else None)


class SheetForm(Form):
    """What stands beside the rubric on a marking page; levels and comments of criteria are read by `sheet`."""

    comment = Lines("Nhận xét chung", validators=[at_most(4000)])
    reason = Lines("Lý do sửa điểm", validators=[at_most(1000)])

    def sheet(self, criteria: Sequence[Mapping[str, Any]], sent: Mapping[str, str]) -> Sheet:
        """The marker's levels and comments; a level the criterion does not have is none."""
        levels, comments = {}, {}
        for criterion in criteria:
            key = criterion["key"]
            if (level := sent.get(f"level-{key}", "")) in {one["key"] for one in criterion["levels"]}:
                levels[key] = level
            comments[key] = nfc(sent.get(f"comment-{key}", "")).replace("\r\n", "\n").strip()[:2000]
        return Sheet(levels, comments, self.comment.data or "", self.reason.data or "")


def lacking(criteria: Sequence[Mapping[str, Any]], sheet: Sheet) -> list[Mapping[str, Any]]:
    """The criteria that have no level yet."""
    return [criterion for criterion in criteria if criterion["key"] not in sheet.levels]


def ratings_from(sent: Mapping[str, str], codes: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Self-ratings as sent: competence -> (level 0 to 5, note)."""
    found = {}
    for code in codes:
        level = sent.get(f"level-{code}", "")
        if level in {"0", "1", "2", "3", "4", "5"}:
            found[code] = (int(level), clean(sent.get(f"note-{code}", ""))[:300])
    return found

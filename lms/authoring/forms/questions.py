"""A question's form, one for each kind of `lms.grading`: from a pack's entry to fields and back.

A row left empty is no row, so that spare rows cost nobody an error. What is wrong in an entry is said by `faults` beside the form:
a draft may be incomplete and is saved all the same.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField

from lms.courses.forms import offered
from lms.vietnamese import format_number, read_number
from lms.web.forms import Form, Line, Lines, whole

KIND_NAMES = {
    "single": "Một phương án đúng",
    "multiple": "Nhiều phương án đúng",
    "truefalse": "Đúng hay sai",
    "numerical": "Trả lời bằng số",
    "short": "Trả lời ngắn",
    "matching": "Ghép đôi",
    "ordering": "Sắp xếp thứ tự",
}
KIND_HINTS = {
    "single": "Chọn một trong vài phương án.",
    "multiple": "Chọn mọi phương án đúng, có điểm từng phần.",
    "truefalse": "Một phát biểu, đúng hay sai.",
    "numerical": "Ghi một số, cho phép sai số.",
    "short": "Ghi một từ hoặc cụm từ.",
    "matching": "Nối từng ý bên trái với một ý bên phải.",
    "ordering": "Đưa các bước về đúng thứ tự.",
}
COGNITIVE_NAMES = {"remember": "Nhận biết", "understand": "Thông hiểu", "apply": "Vận dụng"}
CHANGES = {
    "tag": "Thêm nhãn",
    "untag": "Bỏ nhãn",
    "competence": "Đặt năng lực",
    "level": "Đặt cấp độ",
    "publish": "Đưa vào dùng (câu đã thẩm định)",
    "retire": "Ngừng dùng",
}
SPARE = {"single": 4, "multiple": 4, "numerical": 1, "short": 1, "matching": 3, "ordering": 3}
MOST_ROWS = 30
SAYS = ("text", "feedback", "left", "right", "value")  # a row with none of these is empty


class OptionPart(Form):
    """One option; which are right is said by the form's `right`."""

    key = HiddenField()
    text = Lines("Nội dung phương án")
    feedback = Line("Phản hồi khi chọn phương án này")


class NumberPart(Form):
    """A number that is right, and how far off it may be."""

    value = Line("Đáp số")
    tolerance = Line("Sai số cho phép")


class TextPart(Form):
    """A text that is right."""

    text = Line("Đáp án")


class PairPart(Form):
    """A left side and its right side."""

    key = HiddenField()
    left = Line("Vế trái")
    right = Line("Vế phải")


class ItemPart(Form):
    """A step, at its right place."""

    key = HiddenField()
    text = Line("Mục")


class CitationPart(Form):
    """An instrument and the article meant."""

    instrument = SelectField("Văn bản", validate_choice=False)
    article = Line("Điều, khoản, phụ lục")
    note = Line("Ghi chú")


class QuestionForm(Form):
    """What every kind asks of its author."""

    ROWS = ""  # the name of the list that may grow and be reordered

    revision = HiddenField(default="0")
    stem = Lines("Tình huống và câu hỏi")
    explanation = Lines("Giải thích đáp án")
    competence = SelectField("Năng lực", validate_choice=False)
    level = SelectField("Cấp độ", choices=offered((n, f"Cấp {n}") for n in range(1, 6)), coerce=whole, validate_choice=False)
    cognitive = SelectField("Mức nhận thức", choices=offered(COGNITIVE_NAMES.items()), validate_choice=False)
    tags = Line("Nhãn, cách nhau bằng dấu phẩy")
    citations = FieldList(FormField(CitationPart), max_entries=MOST_ROWS)

    def offer(self, competences: Sequence[tuple[str, str]], instruments: Sequence[tuple[str, str, str]]) -> "QuestionForm":
        """Set what may be chosen."""
        self.competence.choices = offered([("", "Chọn năng lực…"), *competences])
        self.instruments = [("", "Chọn văn bản…", ""), *instruments]
        known = offered((key, label) for key, label, _ in self.instruments)
        for part in self.citations:
            part.form.instrument.choices = known
        return self

    def entry(self, kind: str) -> dict[str, Any]:
        """The question as a pack writes it, without its key; empty rows and empty fields are left out."""
        tags = [tag for tag in (part.strip() for part in (self.tags.data or "").split(",")) if tag]
        cited = [
            {"instrument": c["instrument"] or "", "article": c["article"] or ""} | ({"note": c["note"]} if c["note"] else {})
            for c in self.citations.data
            if c["instrument"] or c["article"]
        ]
        common = {
            "kind": kind, "competence": self.competence.data or "", "level": self.level.data or 1,
            "cognitive": self.cognitive.data or "remember", "stem": self.stem.data or "", "explanation": self.explanation.data or "",
            "citations": cited,
        }  # fmt: skip
        return common | ({"tags": tags} if tags else {}) | self.answer_part()

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the list that may grow, empty ones too: their places are those on the page."""
        return []

    def answer_part(self) -> dict[str, Any]:
        """What this kind alone says."""
        return {self.ROWS: [row for row in self.rows() if any(row.get(name) for name in SAYS)]}


class ChoiceForm(QuestionForm):
    """Single and multiple choice; `right`: the places of the right options."""

    ROWS = "options"

    options = FieldList(FormField(OptionPart), max_entries=MOST_ROWS)
    right = SelectMultipleField("Đáp án đúng", coerce=whole, validate_choice=False)
    partial = BooleanField("Cho điểm từng phần", default=True)
    shuffle = BooleanField("Trộn thứ tự phương án", default=True)

    def rows(self) -> list[dict[str, Any]]:
        right = set(self.right.data or [])
        return [
            _kept(row, "key")
            | {"text": row["text"] or ""}
            | ({"correct": True} if place in right else {})
            | _kept(row, "feedback")
            for place, row in enumerate(self.options.data)
        ]

    def answer_part(self) -> dict[str, Any]:
        return super().answer_part() | ({} if self.shuffle.data else {"shuffle": False})


class MultipleForm(ChoiceForm):
    """Multiple choice, which may ask for all or nothing."""

    def answer_part(self) -> dict[str, Any]:
        return super().answer_part() | {"scoring": "partial" if self.partial.data else "all_or_nothing"}


class TrueFalseForm(QuestionForm):
    """A statement."""

    answer = RadioField("Phát biểu này", choices=offered([("true", "Đúng"), ("false", "Sai")]), validate_choice=False)

    def answer_part(self) -> dict[str, Any]:
        return {"answer": self.answer.data == "true"} if self.answer.data in {"true", "false"} else {}


class NumericalForm(QuestionForm):
    """Numbers as people type them: 1.234,5."""

    ROWS = "answers"

    answers = FieldList(FormField(NumberPart), max_entries=MOST_ROWS)
    unit = Line("Đơn vị tính")

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"value": _plain_number(row["value"] or ""), "tolerance": _plain_number(row["tolerance"] or "0")}
            for row in self.answers.data
        ]

    def answer_part(self) -> dict[str, Any]:
        return super().answer_part() | ({"unit": self.unit.data} if self.unit.data else {})


class ShortForm(QuestionForm):
    """Texts that are right."""

    ROWS = "answers"

    answers = FieldList(FormField(TextPart), max_entries=MOST_ROWS)
    case = BooleanField("Phân biệt chữ hoa, chữ thường")
    without_marks = BooleanField("Nhận cả câu trả lời không dấu")

    def rows(self) -> list[dict[str, Any]]:
        return [{"text": row["text"] or ""} for row in self.answers.data]

    def answer_part(self) -> dict[str, Any]:
        return super().answer_part() | {"case": bool(self.case.data), "diacritics": not self.without_marks.data}


class MatchingForm(QuestionForm):
    """Pairs, and right sides that fit none."""

    ROWS = "pairs"

    pairs = FieldList(FormField(PairPart), max_entries=MOST_ROWS)
    distractors = Lines("Vế phải gây nhiễu, mỗi dòng một ý")

    def rows(self) -> list[dict[str, Any]]:
        return [_kept(row, "key") | {"left": row["left"] or "", "right": row["right"] or ""} for row in self.pairs.data]

    def answer_part(self) -> dict[str, Any]:
        extra = [line.strip() for line in (self.distractors.data or "").splitlines() if line.strip()]
        return super().answer_part() | ({"distractors": extra} if extra else {})


class OrderingForm(QuestionForm):
    """Steps in their right order."""

    ROWS = "items"

    items = FieldList(FormField(ItemPart), max_entries=MOST_ROWS)

    def rows(self) -> list[dict[str, Any]]:
        return [_kept(row, "key") | {"text": row["text"] or ""} for row in self.items.data]


FORMS: dict[str, type[QuestionForm]] = {
    "single": ChoiceForm, "multiple": MultipleForm, "truefalse": TrueFalseForm, "numerical": NumericalForm, "short": ShortForm,
    "matching": MatchingForm, "ordering": OrderingForm,
}  # fmt: skip


class NoteForm(Form):
    """What is said of a question."""

    text = Lines("Ý kiến")
    good = HiddenField()


class BulkForm(Form):
    """One change to many questions."""

    question_ids = SelectMultipleField("Câu hỏi", coerce=whole, validate_choice=False)
    change = SelectField("Thay đổi", choices=offered(CHANGES.items()))
    value = Line("Nhãn")
    competence = SelectField("Năng lực", validate_choice=False)
    level = SelectField("Cấp độ", validate_choice=False)

    def wanted(self) -> tuple[str, str]:
        """The change, and what to: of the lists where one was chosen, else as typed."""
        change = str(self.change.data)
        chosen = {"competence": self.competence.data, "level": self.level.data}.get(change)
        return change, str(chosen or self.value.data or "")


def _kept(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if row.get(name)}


def _plain_number(typed: str) -> str:
    """1.234,5 as a pack writes it: 1234.5. What is no number stays as typed, for the check to name."""
    found = read_number(typed)
    return typed if found is None else str(found)


def _typed_number(stored: object) -> str:
    try:
        return format_number(Decimal(str(stored)))
    except ArithmeticError:
        return str(stored)


def sent(kind: str, formdata: MultiDict[str, str]) -> QuestionForm:
    """The form of that kind as it was sent."""
    return FORMS[kind](formdata)


def shown(entry: Mapping[str, Any], revision: int, spare: bool = True) -> QuestionForm:
    """The form that shows an entry, with empty rows to write in."""
    kind, form_of = entry["kind"], FORMS[entry["kind"]]
    data: dict[str, Any] = {name: entry.get(name) for name in ("stem", "explanation", "competence", "level", "cognitive", "unit")}
    data |= {"revision": str(revision), "tags": ", ".join(entry.get("tags") or [])}
    data["citations"] = [dict(row) for row in entry.get("citations") or []] or [{}]
    if form_of.ROWS:
        rows = [dict(row) for row in entry.get(form_of.ROWS) or []]
        missing = max(SPARE[kind] - len(rows), 0) if spare else 0
        data[form_of.ROWS] = rows + [{} for _ in range(missing)]
    if kind == "numerical":
        data["answers"] = [{name: _typed_number(row[name]) for name in row} for row in data["answers"]]
    data["right"] = [place for place, row in enumerate(entry.get("options") or []) if row.get("correct")]
    data |= {"partial": entry.get("scoring", "partial") == "partial", "shuffle": entry.get("shuffle", True)}
    data |= {"case": entry.get("case", False), "without_marks": not entry.get("diacritics", True)}
    if "answer" in entry:
        data["answer"] = "true" if entry["answer"] else "false"
    data["distractors"] = "\n".join(entry.get("distractors") or [])
    return form_of(formdata=None, data={name: value for name, value in data.items() if value is not None})


def rearranged(form: QuestionForm, kind: str, act: str, revision: int) -> QuestionForm:
    """The form after one of its row buttons: "add", "cite", or "up-2", "down-2", "drop-2" (places as on the page, from 0)."""
    entry, rows = form.entry(kind), form.rows()
    verb, _, place = act.partition("-")
    here = int(place) if place.isascii() and place.isdigit() and len(place) < 3 else len(rows)
    there = here + {"up": -1, "down": 1}.get(verb, 0)
    if verb == "drop" and here < len(rows):
        del rows[here]
    elif here < len(rows) and 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append({})
    if verb == "cite":
        entry["citations"].append({})
    return shown(entry | ({form.ROWS: rows} if form.ROWS else {}), revision, spare=False)

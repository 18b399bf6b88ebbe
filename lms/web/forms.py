"""Form parts. Text is NFC from the door on; messages are Vietnamese and stand at their field."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from lms.vietnamese import PartialDate, clean, format_date, nfc, read_date

LARGEST = 2**31 - 1  # what an INTEGER column of either database holds


class Form(FlaskForm):
    """Base of every form: CSRF is checked once, by the guard."""

    class Meta:
        csrf = False


class Act(Form):
    """A form that is only a button."""


def required(message: str = "Chưa điền ô này.") -> DataRequired:
    """The field must hold something."""
    return DataRequired(message)


def chosen(message: str = "Chưa chọn.") -> InputRequired:
    """One of the choices must be picked."""
    return InputRequired(message)


def at_most(n: int) -> Length:
    """Longest text that is taken."""
    return Length(max=n, message=f"Dài quá {n} ký tự.")


def whole(text: object) -> int:
    """A whole number as an address or a form carries it: plain digits, no larger than an id can be. Raises ValueError."""
    digits = str(text).strip()
    if not digits.isascii() or not digits.removeprefix("-").isdigit() or len(digits) > 11 or abs(int(digits)) > LARGEST:
        raise ValueError(digits[:20])
    return int(digits)


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = whole(valuelist[0])
        except ValueError as problem:
            raise ValueError("Chưa đọc được số. Ví dụ: 30.") from problem


class Line(StringField):
    """One line of text: NFC, inner white space collapsed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = clean(valuelist[0])


class Lines(TextAreaField):
    """Several lines of text: NFC, otherwise as typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = nfc(valuelist[0]).replace("\r\n", "\n").strip()


class PartialDay(Field):
    """A date typed as offices write it, of which only month and year or the year may be known: 05/01/1980, 5/1980, 1980."""

    widget = TextInput()

    def __init__(self, label: str = "", validators: Any = None, refusal: str = "", **more: Any):
        super().__init__(label, validators, **more)
        self.refusal = refusal or "Chưa đọc được ngày. Ví dụ: 05/01/2026."

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_date(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.data: Any = self.read(text) if text else None
        if text and self.data is None:
            raise ValueError(self.refusal)

    def read(self, text: str) -> PartialDate | date | None:
        """The date a text says; None when it says none of this kind."""
        return read_date(text)


class Day(PartialDay):
    """A whole date, typed (5/1/2026, 05-01-2026) or picked by the browser (2026-01-05)."""

    def read(self, text: str) -> date | None:
        """The date a text says; None without its day."""
        partial = read_date(text)
        return partial.as_date() if partial else None


__all__ = ["Act", "Day", "Form", "Line", "Lines", "Number", "Optional", "PartialDay", "at_most", "chosen", "required", "whole"]

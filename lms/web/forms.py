"""Form parts. Text is NFC from the door on; messages are Vietnamese and stand at their field."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from lms.vietnamese import clean, format_date, nfc, read_date

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


class Day(Field):
    """A date typed as offices write it: 5/1/2026, 05-01-2026, or picked by the browser (2026-01-05)."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_date(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.data: date | None = None
        if not text:
            return
        read = read_date(text)
        self.data = read.as_date() if read else None
        if self.data is None:
            raise ValueError("Chưa đọc được ngày. Ví dụ: 05/01/2026.")


__all__ = ["Act", "Day", "Form", "Line", "Lines", "Number", "Optional", "at_most", "chosen", "required", "whole"]

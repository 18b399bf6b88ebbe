"""Form parts. Text is NFC from the door on; messages are Vietnamese and stand at their field."""

from datetime import date
from types import MappingProxyType
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.i18n import DummyTranslations
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import TextInput

from lms.vietnamese import PartialDate, absent_day, clean, format_date, nfc, read_date

LARGEST = 2**31 - 1  # what an INTEGER column of either database holds


class _Words(DummyTranslations):
    """What WTForms says by itself, in Vietnamese. It speaks up for forms that no page of ours would send: choices that were never offered."""

    said = MappingProxyType(
        {
            "Not a valid choice.": "Lựa chọn này không có trong danh sách. Hãy chọn lại.",
            "Invalid Choice: could not coerce.": "Lựa chọn này không có trong danh sách. Hãy chọn lại.",
            "Invalid choice(s): one or more data inputs could not be coerced.": "Có lựa chọn không có trong danh sách. Hãy chọn lại.",
            "'%(value)s' is not a valid choice for this field.": "Có lựa chọn không có trong danh sách. Hãy chọn lại.",
            "Not a valid integer value.": "Chưa đọc được số. Ví dụ: 30.",
            "Not a valid decimal value.": "Chưa đọc được số. Ví dụ: 7,5.",
            "This field is required.": "Chưa điền ô này.",
            "Number must be at least %(min)s.": "Phải từ %(min)s trở lên.",
            "Number must be at most %(max)s.": "Không quá %(max)s.",
            "Number must be between %(min)s and %(max)s.": "Phải từ %(min)s đến %(max)s.",
        }
    )

    def gettext(self, string: str) -> str:
        """The Vietnamese sentence."""
        return self.said.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The same: Vietnamese has one form for any number."""
        return self.said.get(plural, self.said.get(singular, plural))


_WORDS = _Words()


class Form(FlaskForm):
    """Base of every form: CSRF is checked once, by the guard; WTForms speaks Vietnamese."""

    class Meta:
        csrf = False

        def get_translations(self, form: Any) -> _Words:
            """Where WTForms finds its words."""
            return _WORDS


class Act(Form):
    """A form that is only a button."""


class _Required(DataRequired):
    """What was typed and could not be read says that itself: it is not missing."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation
        super().__call__(form, field)


def required(message: str = "Chưa điền ô này.") -> DataRequired:
    """The field must hold something."""
    return _Required(message)


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
            absent = absent_day(text)
            raise ValueError(f"Không có ngày {absent}. Hãy xem lại ngày, tháng." if absent else self.refusal)

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

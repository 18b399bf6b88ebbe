"""Forms for getting in: sign-in, activation, passwords, how pages look."""

from collections.abc import Iterable

from wtforms import Field, HiddenField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from lms.vietnamese import fold, nfc
from lms.web.forms import Form, Line, at_most, required

SHORTEST = 10
LONGEST = 128
PASSWORD_HINT = f"Ít nhất {SHORTEST} ký tự. Một câu ngắn dễ nhớ là tốt nhất, ví dụ ghép bốn từ không liên quan."
_KEYBOARD = ("0123456789", "9876543210", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p")
_COMMON = (
    "password",
    "matkhau",
    "dongthap",
    "tiengiang",
    "sennovu",
    "iloveyou",
    "anhyeuem",
    "emyeuanh",
    "vietnam",
    "admin",
    "caicach",
)


def choices(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """(value, label) pairs as a field takes them."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class Password(PasswordField):
    """A password: NFC, so that it is the same from every keyboard; nothing else is changed, the text is never shown again."""

    data: str

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = nfc(valuelist[0]) if valuelist else ""


def strong_enough(_form: Form, field: Field) -> None:
    """A new password: length counts, not kinds of characters (NIST SP 800-63B 5.1.1.2); what everybody tries first is refused."""
    text = field.data or ""
    if len(text) < SHORTEST:
        raise ValidationError(f"Mật khẩu cần ít nhất {SHORTEST} ký tự; hiện có {len(text)}.")
    if len(text) > LONGEST:
        raise ValidationError(f"Mật khẩu dài quá {LONGEST} ký tự.")
    if _is_guessable(text):
        raise ValidationError("Mật khẩu này quá dễ đoán. Hãy ghép vài từ không liên quan với nhau.")


def _is_guessable(text: str) -> bool:
    bare = "".join(c for c in fold(text) if c.isalnum())
    if len(set(bare)) < 5:
        return True
    if any(run[i : i + 6] in bare for run in _KEYBOARD for i in range(len(run) - 5)) and len(bare) < 16:
        return True
    rest = bare
    for word in _COMMON:
        rest = rest.replace(word, "")
    return len(rest) < len(bare) and (len(rest) < 5 or rest.isdigit())


def same_again(form: Form, field: Field) -> None:
    """The password typed twice is one."""
    if field.data != form.password.data:  # type: ignore[attr-defined]
        raise ValidationError("Hai lần nhập chưa giống nhau. Hãy nhập lại ô này.")


class SignInForm(Form):
    """Who, and the password."""

    name = Line("Thư điện tử, số điện thoại hoặc mã cán bộ", [required("Chưa điền tên đăng nhập."), at_most(254)])
    password = Password("Mật khẩu", [required("Chưa điền mật khẩu."), at_most(1000)])
    next = HiddenField()


class NewPassword(Form):
    """A new password, twice."""

    password = Password("Mật khẩu mới", [required("Chưa đặt mật khẩu."), strong_enough])
    again = Password("Nhập lại mật khẩu mới", [required("Chưa nhập lại mật khẩu."), same_again])


class ResetForm(NewPassword):
    """From the letter."""


class ActivateForm(NewPassword):
    """From the slip."""

    code = Line("Mã kích hoạt trên phiếu", [required("Chưa điền mã trên phiếu. Ví dụ: 7K2M-9QXD-4TRB."), at_most(40)])


class ForgottenForm(Form):
    """To whom the letter goes."""

    name = Line("Thư điện tử, số điện thoại hoặc mã cán bộ", [required("Chưa điền tên đăng nhập."), at_most(254)])


class PasswordForm(NewPassword):
    """Changing the password needs the present one."""

    current = Password("Mật khẩu hiện tại", [required("Chưa điền mật khẩu hiện tại."), at_most(1000)])


class DisplayForm(Form):
    """How pages look to this person."""

    theme = RadioField("Nền trang", choices=choices([("auto", "Theo máy"), ("light", "Sáng"), ("dark", "Tối")]))
    text_size = RadioField("Cỡ chữ", choices=choices([("normal", "Thường"), ("large", "Lớn")]))

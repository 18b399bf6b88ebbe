"""Forms of recognitions; they give plain values. Numbers and symbols of decisions are taken as offices write them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField
from wtforms.validators import ValidationError

from lms import clock
from lms.assignments.forms import PaperForm, paper_number, paper_symbol
from lms.courses.forms import offered
from lms.recognitions.queries import KINDS, LEVELS
from lms.recognitions.services import Paper
from lms.tracking.queries import Claim
from lms.vietnamese import format_date
from lms.web.forms import Day, Form, Line, Lines, at_most, chosen, required, whole

MOST = 100  # lines of one decision
UNCHOSEN = [(0, "Chọn cấp…"), *((n, f"Cấp {n}") for n in LEVELS)]


def past_day(form: Form, field: Day) -> None:
    """A day is given, and a decision has been signed by today. What cannot be read says so itself."""
    if field.data is None and not field.errors:
        raise ValidationError("Chưa ghi ngày ký. Ví dụ: 05/01/2026.")
    if field.data and field.data > clock.today():
        raise ValidationError("Ngày ký không thể ở tương lai.")


class DecisionForm(PaperForm):
    """Number, symbol and day of a decision, as on paper."""

    number = Line("Số", validators=[required("Chưa ghi số. Ví dụ: 12."), at_most(20), paper_number])
    symbol = Line("Ký hiệu", validators=[required("Chưa ghi ký hiệu. Ví dụ: QĐ-SNV."), at_most(60), paper_symbol])
    signed_on = Day("Ngày ký", validators=[past_day])


class RecognitionForm(DecisionForm):
    """A decision, and the tools by which officers are put on its list."""

    kind = RadioField("Công nhận theo", choices=offered(KINDS.items()), validators=[chosen("Chưa chọn hình thức công nhận.")])
    issuer = Line("Cơ quan ban hành", validators=[required("Chưa ghi cơ quan ban hành."), at_most(200)])
    summary = Line("Trích yếu", validators=[required("Chưa ghi trích yếu."), at_most(500)])
    q = Line("Tìm cán bộ theo tên hoặc mã", validators=[at_most(100)])
    codes = Lines("Mã cán bộ, mỗi dòng một mã", validators=[at_most(4000)])
    competence_all = SelectField("Năng lực", validate_choice=False)
    level_all = SelectField("Cấp", coerce=whole, choices=offered(UNCHOSEN), validate_choice=False)

    def paper(self, files: Sequence[dict[str, Any]]) -> Paper:
        """The decision as typed."""
        texts = {name: self[name].data or "" for name in ("kind", "number", "symbol", "issuer", "summary")}
        return Paper(**texts, signed_on=self.signed_on.data or date.max, files=files)

    @property
    def typed_codes(self) -> list[str]:
        """The codes pasted, once each, in their order; commas and semicolons part them too."""
        text = (self.codes.data or "").replace(",", "\n").replace(";", "\n")
        return list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))[:MOST]


class WithdrawForm(DecisionForm):
    """The decision by which a recognition is taken back, and why."""

    earliest: date | None = None  # the day of the decision taken back

    reason = Lines(
        "Lý do thu hồi", validators=[required("Chưa ghi lý do. Người bị thu hồi sẽ đọc được lý do này."), at_most(1000)]
    )

    def validate_signed_on(self, field: Day) -> None:
        """Nothing is taken back before it was given."""
        if field.data and self.earliest and field.data < self.earliest:
            raise ValidationError(f"Phải từ ngày ký quyết định công nhận ({format_date(self.earliest)}) trở đi.")

    @property
    def basis(self) -> str:
        """The withdrawing decision in words."""
        return f"Quyết định số {self.number.data}/{self.symbol.data}, ngày {format_date(self.signed_on.data)}"


def claims_in(sent: MultiDict[str, str]) -> list[Claim]:
    """The lines of the list as sent: officer, competence ("" not chosen), level (0 not chosen)."""
    found = []
    columns = (sent.getlist("officer"), sent.getlist("competence"), sent.getlist("level"))
    for officer, competence, level in zip(*columns, strict=False):
        try:
            found.append((whole(officer), competence.strip()[:20], whole(level)))
        except ValueError:
            continue
    return found[:MOST]

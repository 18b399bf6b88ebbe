"""The form of an assignment in the editor; the rubric and the samples are read apart, by their numbers."""

from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import NumberRange

from lms.assignments.queries import TAKES
from lms.authoring.forms.courses import Claims
from lms.courses.forms import offered
from lms.web.forms import Form, Line, Lines, Number, Optional, at_most, chosen, required

PERCENT = NumberRange(1, 100, "Ghi từ 1 đến 100.")


class AssignmentForm(Form):
    """Settings and instructions of an assignment."""

    stamp = StringField(validators=[at_most(40)])
    title = Line("Tên bài tập", validators=[required("Chưa ghi tên."), at_most(200)])
    mandatory = BooleanField("Bắt buộc để hoàn thành khóa")
    minutes = Number("Thời gian làm (phút)", validators=[chosen("Chưa ghi số phút."), NumberRange(1, 9999, "Ghi từ 1 đến 9999.")])
    days = Number(
        "Hạn nộp (ngày từ khi ghi danh)", validators=[chosen("Chưa ghi số ngày."), NumberRange(0, 999, "Ghi từ 0 đến 999.")]
    )
    attempts = Number("Số lần nộp", validators=[chosen("Chưa ghi số lần."), NumberRange(0, 99, "Ghi từ 0 đến 99.")])
    pass_mark = Number("Điểm đạt (% số điểm)", validators=[chosen("Chưa ghi điểm đạt."), PERCENT])
    commend_from = Number("Mức biểu dương (% số điểm)", validators=[Optional(), PERCENT])
    tolerance = Number(
        "Hai người chấm được lệch (điểm phần trăm)",
        validators=[chosen("Chưa ghi độ lệch."), NumberRange(0, 100, "Ghi từ 0 đến 100.")],
    )
    two_markers = BooleanField("Bài nào cũng hai người chấm")
    takes = SelectMultipleField("Nhận", choices=offered((key, name.capitalize()) for key, name in TAKES.items()))
    claims = Claims("Năng lực ghi nhận khi đạt", validators=[at_most(500)])
    instructions = Lines("Hướng dẫn làm bài (Markdown)", validators=[at_most(60_000)])

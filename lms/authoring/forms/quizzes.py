"""Forms of the quiz editor; they give plain values."""

from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import NumberRange

from lms import grading
from lms.courses.forms import offered
from lms.web.forms import Day, Form, Line, Number, Optional, at_most, chosen, required, whole

METHODS = (("highest", "Lượt cao nhất"), ("latest", "Lượt cuối"), ("first", "Lượt đầu"), ("average", "Trung bình các lượt"))
REVIEWS = (("after_submit", "Ngay sau khi nộp bài"), ("after_last", "Sau lượt cuối"), ("never", "Không cho xem"))


class BandPart(Form):
    """One grade: its name, where it begins, what is said."""

    name = Line("Mức", validators=[at_most(60)])
    start = Line("Từ (%)", validators=[at_most(10)])
    text = Line("Lời nhắn cho học viên", validators=[at_most(300)])


class QuizForm(Form):
    """Settings of a quiz."""

    stamp = StringField(validators=[at_most(40)])
    title = Line("Tên bài kiểm tra", validators=[required("Chưa ghi tên."), at_most(200)])
    mandatory = BooleanField("Bắt buộc để hoàn thành khóa")
    minutes = Number(
        "Thời gian làm bài (phút)",
        validators=[chosen("Chưa ghi số phút."), NumberRange(0, 600, "Ghi từ 0 đến 600.")],
    )
    attempts = Number(
        "Số lượt làm bài", validators=[chosen("Chưa ghi số lượt."), NumberRange(0, 99, "Ghi từ 0 đến 99; 0 là không giới hạn.")]
    )
    pass_mark = Number(
        "Điểm đạt (% số điểm)", validators=[chosen("Chưa ghi điểm đạt."), NumberRange(1, 100, "Ghi từ 1 đến 100.")]
    )
    closes = Day("Ngày cuối được bắt đầu làm", validators=[Optional()])
    method = SelectField("Tính kết quả theo", choices=offered(METHODS), validators=[chosen()])
    review = SelectField("Cho xem đáp án", choices=offered(REVIEWS), validators=[chosen()])
    shuffle = BooleanField("Trộn thứ tự câu hỏi")
    per_page = Number(
        "Số câu mỗi trang",
        validators=[chosen("Chưa ghi số câu."), NumberRange(0, 100, "Ghi từ 0 đến 100; 0 là cả bài một trang.")],
    )
    bands = FieldList(FormField(BandPart), max_entries=grading.MOST_BANDS)


class DrawForm(Form):
    """So many questions drawn on a competence and level."""

    competence = SelectField("Năng lực", validators=[chosen("Chưa chọn năng lực.")])
    level = SelectField("Cấp độ", choices=offered((n, f"Cấp {n}") for n in range(1, 6)), coerce=whole)
    count = Number("Số câu", validators=[chosen("Chưa ghi số câu."), NumberRange(1, 100, "Ghi từ 1 đến 100.")])
    points = Line("Điểm mỗi câu", default="1", validators=[at_most(10)])

"""The form of one video of a lesson."""

from wtforms import StringField
from wtforms.validators import NumberRange

from lms.web.forms import Form, Line, Lines, Number, Optional, at_most


class VideoForm(Form):
    """A video: what it is called, how long it lasts, what is said in it."""

    stamp = StringField(validators=[at_most(40)])
    title = Line("Tên video", validators=[at_most(200)])
    minutes = Number("Số phút", validators=[Optional(), NumberRange(1, 600, "Ghi từ 1 đến 600.")])
    transcript = Lines("Lời của video", validators=[at_most(200_000)])
    captions = Lines("Phụ đề (WebVTT)", validators=[at_most(400_000)])

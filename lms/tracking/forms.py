"""Forms of tracking."""

from lms.web.forms import Form, Lines, at_most, required


class Decision(Form):
    """Why an award is ended or kept."""

    reason = Lines("Lý do và căn cứ", [required("Chưa ghi lý do. Người được ghi nhận sẽ đọc được lý do này."), at_most(500)])

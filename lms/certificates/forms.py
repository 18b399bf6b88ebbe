"""Forms of certificates."""

from lms.certificates.queries import Filters
from lms.certificates.services import Paper
from lms.web.forms import Day, Form, Line, Lines, Number, Optional, at_most, required


class Approval(Form):
    """The issued decision under which results are recognised, and who signs. Offered as the last one was signed."""

    number = Line("Số quyết định", [required("Chưa ghi số quyết định. Ví dụ: 125/QĐ-SNV."), at_most(60)])
    day = Day("Ngày quyết định", [required("Chưa ghi ngày quyết định. Ví dụ: 05/01/2026.")])
    signer_title = Lines("Quyền hạn, chức vụ người ký", [required(), at_most(200)], default="GIÁM ĐỐC")
    signer_name = Line("Họ và tên người ký", [required(), at_most(80)])
    issuer_name = Line("Cơ quan cấp", [required(), at_most(120)], default="SỞ NỘI VỤ")
    issuer_parent = Line("Cơ quan chủ quản", [required(), at_most(120)], default="UBND TỈNH ĐỒNG THÁP")
    issuer = Line("Ký hiệu cơ quan trong số vào sổ", [required(), at_most(20)], default="SNV")
    place = Line("Địa danh", [required(), at_most(60)], default="Đồng Tháp")
    none_chosen = False

    def paper(self) -> Paper:
        """The decision as typed."""
        return Paper(**{name: field.data for name, field in self._fields.items()})


class Pick(Form):
    """Which completions are listed."""

    course = Number("Khóa học", [Optional()])
    unit = Number("Đơn vị", [Optional()])
    since = Day("Hoàn thành từ ngày", [Optional()])
    until = Day("đến ngày", [Optional()])

    def filters(self) -> Filters:
        """The filter as typed."""
        return Filters(self.course.data, self.unit.data, self.since.data, self.until.data)


class Revocation(Form):
    """Why a certificate is taken back, and by which decision."""

    reason = Lines("Lý do thu hồi", [required("Chưa ghi lý do. Người được cấp sẽ đọc được lý do này."), at_most(500)])
    decision = Line("Quyết định thu hồi", [required("Chưa ghi quyết định. Ví dụ: 130/QĐ-SNV ngày 10/02/2026."), at_most(120)])

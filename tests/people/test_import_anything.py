"""Whatever a cell holds, reading and staging a list never fails; what is wrong is said on its row."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms import clock
from lms.people import sheet
from lms.people.models import ImportRow
from lms.people.queries import Scope
from lms.people.services import imports
from tests import factories

CELL = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60),
    st.sampled_from(
        ["x", "Nữ", "1980", "31/02/1980", "0912345678", "a@b.vn", "DT01", "=1+1", "Xã Mỹ An Hưng", "năm 1980", "²", "٣"]
    ),
)
HEAD = ";".join(["Họ và tên", "Ngày sinh", "Giới tính", "Đơn vị", "Chức vụ", "Điện thoại", "Email", "Mã CBCC", "Diện", "Từ ngày"])


def csv(rows: list[list[str]]) -> bytes:
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\n".join([HEAD, *quoted]).encode("utf-8", "ignore")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=10, max_size=10), min_size=1, max_size=6))
def test_any_cells_are_read_and_staged(session, rows):
    found = sheet.read_officers(csv([["Lê An", "1980", "Nữ", "Xã Lạ", "", "", "", "", "", ""], *rows]), "x.csv")
    operation = imports.begin("x.csv", "0" * 64, factories.person().id, clock.now())
    for _done in imports.stage(operation.id, found.rows, Scope(everywhere=True), date(2026, 1, 1)):
        pass
    count = select(func.count()).select_from(ImportRow).where(ImportRow.operation_id == operation.id)
    assert session.scalar(count) == len(found.rows) >= 1
    for row in session.scalars(select(ImportRow).where(ImportRow.operation_id == operation.id, ImportRow.action == "error")):
        assert all(problem["message"] for problem in row.problems)
    assert sheet.error_file([(r.line, r.data, "lý do") for r in found.rows])

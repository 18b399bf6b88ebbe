"""One table from what went wrong to a page: what happened, what is kept, what to do, and the request id."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.wrappers import Response as BaseResponse

from lms.db import db
from lms.errors import Conflict, NotFound
from lms.web.requests import logged_path

PAGES = {
    400: ("Yêu cầu chưa đọc được", "Địa chỉ hoặc biểu mẫu có phần bị thiếu. Hãy quay lại trang trước và thử lại."),
    403: (
        "Anh/Chị chưa được giao quyền xem trang này",
        "Nếu công việc cần đến, hãy liên hệ đầu mối đơn vị hoặc quản trị Sở Nội vụ.",
    ),
    404: ("Không tìm thấy trang", "Địa chỉ có thể đã đổi, hoặc nội dung không thuộc phạm vi của Anh/Chị."),
    405: ("Yêu cầu chưa đọc được", "Trang này không nhận cách gửi vừa dùng. Hãy quay lại và bấm nút trên trang."),
    409: ("Chưa thực hiện được", "Dữ liệu đã thay đổi kể từ khi mở trang."),
    413: (
        "Tệp quá lớn",
        "Hệ thống chỉ nhận tệp đến {limit} MB. Không có gì được ghi. Hãy chọn tệp nhỏ hơn hoặc tách thành nhiều tệp.",
    ),
    429: ("Thao tác quá nhanh", "Hãy chờ một phút rồi thử lại."),
    500: ("Hệ thống gặp lỗi", "Lỗi đã được ghi lại. Những gì đã báo “Đã lưu” vẫn còn nguyên. Hãy thử lại sau ít phút."),
    503: ("Hệ thống đang bận", "Nhiều người đang ghi cùng lúc. Không có gì bị mất; hãy thử lại sau ít giây."),
}


NEVER_SHOWN = {"csrf_token", "password", "again", "current"}  # what was typed in secret is typed again


def error_page(status: int, message: str | None = None) -> tuple[str, int] | tuple[Response, int]:
    """The page (or JSON, for the quiz player) of an error status."""
    title, hint = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    hint = message or hint.format(limit=(request.max_content_length or 0) // 2**20)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=status, message=hint, request_id=g.get("request_id")), status
    return render_template("web/error.html", status=status, title=title, hint=hint), status


def resend_page(signed_in: bool) -> tuple[str, int] | BaseResponse:
    """A form that came after its session ended: what was typed stands on the page, ready to be sent again.

    Only for a form of our own pages; a form from elsewhere gets no second chance.
    """
    if request.accept_mimetypes.best == "application/json":
        return error_page(400, "Phiên làm việc đã đổi. Câu trả lời vẫn còn trên máy; hãy tải lại trang.")  # type: ignore[return-value]
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if urlsplit(sender).netloc != request.host:
        return error_page(400)  # type: ignore[return-value]
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_SHOWN]
    page = render_template("web/resend.html", fields=fields, signed_in=signed_in, had_files=bool(request.files))
    return page, 400


def init_app(app: Flask) -> None:
    """Register the handlers; whatever fails, the transaction is undone first."""

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound):
        return error_page(404)

    @app.errorhandler(Conflict)
    def conflict(error: Conflict):
        db.session.rollback()
        return error_page(409, error.message)

    @app.errorhandler(BadHost)
    def strange_host(_error: BadHost):
        """No address can be built for such a host, so the page has neither menu nor links."""
        return Response("Tên máy chủ trong yêu cầu chưa đúng.", 400, content_type="text/plain; charset=utf-8")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        return error_page(error.code)

    @app.errorhandler(Exception)
    def unexpected(error: Exception):
        db.session.rollback()
        busy = "database is locked" in str(error)
        current_app.logger.exception("request failed", extra={"path": logged_path()})
        if current_app.testing and not busy:
            raise error
        return error_page(503 if busy else 500)

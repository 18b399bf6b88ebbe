"""Work of people for the queue and the calendar."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app

from lms import clock, mail
from lms.jobs.models import Job
from lms.jobs.services import Step, handler, periodic
from lms.people import services

LETTER = """Kính gửi anh/chị,

Hệ thống bồi dưỡng CCHC Đồng Tháp nhận được yêu cầu đặt mật khẩu cho tài khoản của anh/chị.
Mở liên kết sau trong vòng 1 giờ để đặt mật khẩu:

{url}

Liên kết chỉ dùng được một lần. Nếu anh/chị không yêu cầu, hãy bỏ qua thư này; mật khẩu hiện tại không thay đổi.
"""


@handler("people.reset_letter")
def reset_letter(job: Job) -> Iterator[Step]:
    """Make the secret and write the letter; the secret is in the letter only. Nothing happens for a name nobody has."""
    person_id = job.payload["person_id"]
    made = services.make_reset(person_id, clock.now()) if person_id else None
    yield Step(1, 1)
    if made is not None:
        address, secret = made
        url = f"{current_app.config['PUBLIC_URL']}/people/reset/{secret}"
        mail.send(address, "Đặt mật khẩu tài khoản học tập CCHC", LETTER.format(url=url))


@periodic(minute="20", hour="2")
def forget_failures() -> None:
    """Each night: counters of failed sign-ins that say nothing any more."""
    services.forget_failures_before(clock.now() - timedelta(days=1))

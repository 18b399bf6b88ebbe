"""Two decisions that recognise levels 4 and 5, entered through the service like anybody's; their scans say that they are for trying."""

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.assignments.services import keep
from lms.clock import local
from lms.db import db
from lms.demo.services.accounts import ROLES
from lms.people.models import Account, Identifier
from lms.people.queries import Scope
from lms.recognitions.services import Paper, enter

ALL = Scope(everywhere=True)
NAMES = [account.name for account in ROLES]
TRAINERS, EXPERT = timedelta(days=75), timedelta(days=20)  # how long ago they were signed


def put_decisions(at: datetime) -> None:
    """The demo trainer and one invented officer were made trainers (level 4); later a council recognised the trainer (level 5).

    Both were entered just now: what an officer's record says is read up to the moment of entering.
    """
    rows = db.session.execute(select(Identifier.value, Identifier.person_id).where(Identifier.value.in_(NAMES)))
    people = {row.value: row.person_id for row in rows}
    trainer, admin = people["giangvien@vidu.example"], people["quantri@vidu.example"]
    came = select(Account.person_id).where(Account.activated_at.is_not(None), Account.person_id.not_in(people.values()))
    officer = db.session.scalars(came.order_by(Account.id).limit(1)).one()
    summary = "Cử báo cáo viên các lớp bồi dưỡng cải cách hành chính (dữ liệu thử)"
    enter(_paper("trainer", summary, at - TRAINERS), [(trainer, "C7.4", 4), (officer, "C7.4", 4)], ALL, admin, at)
    summary = "Công nhận chuyên gia bồi dưỡng cải cách hành chính (dữ liệu thử)"
    enter(_paper("council", summary, at - EXPERT), [(trainer, "C7.4", 5)], ALL, admin, at)


def _paper(kind: str, summary: str, signed: datetime) -> Paper:
    scan = keep("quyet-dinh (dữ liệu thử).pdf", _scan())
    return Paper(kind, "…", "QĐ-SNV", local(signed).date(), "Sở Nội vụ (dữ liệu thử)", summary, [scan])


def _scan() -> bytes:
    """A page that says it is no decision."""
    text = b"BT /F1 20 Tf 90 700 Td (Du lieu thu, khong phai quyet dinh that) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    page, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return page + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(page),
    )

"""Writing certificates: decisions, approval under gapless numbers, the kept PDF, revocation."""

import base64
import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms import clock
from lms.audit.services import record
from lms.certificates import queries
from lms.certificates.models import Certificate, Decision, RegisterCounter
from lms.db import db, insert_into
from lms.errors import Conflict, NotFound
from lms.jobs.models import Job
from lms.jobs.services import enqueue
from lms.notices.services import Message, send, send_all
from lms.people.queries import Scope
from lms.vietnamese import format_number

EXPORT_AT_ONCE = 2000  # lines of the register taken out while the person waits; more are the work of a job
REGISTER_FILE, CSV = "so-cap-giay-chung-nhan.csv", "text/csv; charset=utf-8"
AT_ONCE = 300  # certificates approved in one transaction: far below 200 ms
VERIFY_PATH = "/certificates/verify/"
OWN_PAGE = "/certificates/"
HONORIFICS = {"F": "Bà", "M": "Ông"}


@dataclass(frozen=True)
class Paper:
    """The issued decision that recognises results, and who signs. `signer_title`: one line each, "KT. GIÁM ĐỐC" / "PHÓ GIÁM ĐỐC"."""

    number: str
    day: date
    signer_title: str
    signer_name: str
    issuer: str  # symbol in register numbers, "SNV"
    issuer_name: str  # "SỞ NỘI VỤ"
    issuer_parent: str  # "UBND TỈNH ĐỒNG THÁP"
    place: str  # "Đồng Tháp"


def decide(paper: Paper, by_id: int, at: datetime) -> Decision:
    """Enter a decision; the same paper again is the same decision."""
    same = select(Decision).filter_by(**vars(paper)).order_by(Decision.id).limit(1)
    if found := db.session.scalar(same):
        return found
    decision = Decision(**vars(paper), by_id=by_id, at=at)
    db.session.add(decision)
    db.session.flush()
    record(by_id, "certificates.decide", "decision", decision.id, at, number=paper.number)
    return decision


def approve(decision: Decision, enrolment_ids: Collection[int], public_url: str, by_id: int, at: datetime) -> list[int]:
    """Recognise completed cycles under a decision: take the next numbers of the issuer's register in the local year, freeze what each
    certificate says, tell the officers. Ids of the new certificates, in the order of their numbers.

    Cycles not completed or already recognised are left out, so the same approval twice is harmless. At most AT_ONCE a call. Raises
    Conflict when another issuer recognised one of them at the same moment: nothing is written, no number is lost.
    """
    today = clock.local(at).date()
    last = _lock_counter(decision.issuer, today.year)
    rows = queries.to_freeze(enrolment_ids, today)[:AT_ONCE]
    values = [_certificate(row, decision, last + i, today, public_url, by_id, at) for i, row in enumerate(rows, start=1)]
    if not values:
        return []
    try:
        with db.session.begin_nested():
            made = db.session.execute(insert(Certificate).returning(Certificate.id, Certificate.n), values).all()
    except IntegrityError as clash:
        raise Conflict(
            "Một số kết quả vừa được người khác công nhận. Những giấy đã cấp trước đó vẫn giữ; hãy mở lại danh sách rồi duyệt tiếp."
        ) from clash
    _set_counter(decision.issuer, today.year, last + len(values))
    ids = [row.id for row in sorted(made, key=lambda row: row.n)]
    _tell(values, ids, at)
    numbers = [values[0]["number"], values[-1]["number"]]
    record(by_id, "certificates.approve", "decision", decision.id, at, count=len(ids), first=numbers[0], last=numbers[1])
    return ids


def ask_for_pdfs(decision: Decision, by_id: int, at: datetime) -> int:
    """Have the PDFs of a decision made after the commit; the job's id."""
    title = f"Lập tệp giấy chứng nhận theo Quyết định {decision.number}"
    return enqueue("certificates.pdf", title, {"decision_id": decision.id}, by_id, at).id


def keep_pdf(certificate_id: int, digest: str) -> None:
    """Say which kept file is the certificate's PDF; what was said before stands."""
    once = update(Certificate).where(Certificate.id == certificate_id, Certificate.pdf_digest.is_(None))
    db.session.execute(once.values(pdf_digest=digest).execution_options(synchronize_session=False))


def revoke(certificate_id: int, reason: str, decision: str, by_id: int, at: datetime) -> None:
    """Take a certificate back, by a decision and with a reason; it goes on answering at its address and says so.

    A certificate already revoked stays as it is. Raises NotFound.
    """
    once = update(Certificate).where(Certificate.id == certificate_id, Certificate.revoked_at.is_(None))
    values = {"revoked_at": at, "revoked_by": by_id, "revoked_reason": reason, "revoked_decision": decision}
    done = db.session.execute(once.values(**values).returning(Certificate.officer_id, Certificate.number)).first()
    if done is None:
        if db.session.get(Certificate, certificate_id) is None:
            raise NotFound
        return
    text = f"Giấy chứng nhận {done.number} đã bị thu hồi. Lý do: {reason}"
    send(done.officer_id, "certificate.revoked", f"certificate:{certificate_id}", text, OWN_PAGE, at)
    record(by_id, "certificates.revoke", "certificate", certificate_id, at, reason=reason, decision=decision)


def export(scope: Scope, search: str, by_id: int, at: datetime) -> bytes:
    """A small register, or what the search finds of it, as CSV, noted in the log."""
    data = b"".join(queries.register_csv(queries.whole_register(scope, search)))
    note_export(by_id, search, data.count(b"\r\n") - 1, hashlib.sha256(data).hexdigest(), at)
    return data


def export_later(scope: Scope, search: str, by_id: int, at: datetime) -> Job:
    """Ask for a large register: the file is fetched from the job's page."""
    reach = {"everywhere": scope.everywhere, "unit_ids": sorted(scope.unit_ids)}
    return enqueue("certificates.register", "Xuất sổ cấp giấy chứng nhận (CSV)", {"scope": reach, "search": search}, by_id, at)


def note_export(by_id: int | None, search: str, rows: int, digest: str, at: datetime) -> None:
    """Note in the log that the register was taken out, what was searched for and the sha256 of the file."""
    record(by_id, "certificates.export", "register", "all", at, search=search, rows=rows, sha256=digest)


def _lock_counter(issuer: str, year: int) -> int:
    """The last number of the register; its row stays locked until the transaction ends, so approvals of one issuer queue up."""
    db.session.execute(insert_into(RegisterCounter).values(issuer=issuer, year=year, n=0).on_conflict_do_nothing())
    row = update(RegisterCounter).where(RegisterCounter.issuer == issuer, RegisterCounter.year == year)
    touched = row.values(n=RegisterCounter.n).returning(RegisterCounter.n)
    return db.session.execute(touched.execution_options(synchronize_session=False)).scalar_one()


def _set_counter(issuer: str, year: int, n: int) -> None:
    row = update(RegisterCounter).where(RegisterCounter.issuer == issuer, RegisterCounter.year == year)
    db.session.execute(row.values(n=n).execution_options(synchronize_session=False))


def _certificate(row: Row, decision: Decision, n: int, today: date, public_url: str, by_id: int, at: datetime) -> dict[str, Any]:
    number = f"{n:03d}/GCN-{decision.issuer}-{today.year}"
    code = base64.b32encode(secrets.token_bytes(10)).decode()
    words = _words(row, today) | _signed(decision)
    words |= {"number": number, "verify_code": code, "verify_url": f"{public_url}{VERIFY_PATH}{code}"}
    return {
        "enrolment_id": row.enrolment_id, "officer_id": row.officer_id, "course_id": row.course_id, "decision_id": decision.id,
        "issuer": decision.issuer, "year": today.year, "n": n, "number": number, "code": code, "frozen": words, "approved_at": at,
        "approved_by": by_id,
    }  # fmt: skip


def _words(row: Row, today: date) -> dict[str, Any]:
    """What the certificate says of the person and the course, for ever."""
    finished = clock.local(row.completed_at).date()
    started = clock.local(row.begun_at or row.enrolled_at).date()
    return {
        "holder": row.full_name, "honorific": HONORIFICS.get(row.gender, "Ông/Bà"),
        "born": [row.birth_year, row.birth_month, row.birth_day] if row.birth_year else None, "position": row.position or "",
        "unit": row.unit_name or "", "course": row.title, "course_code": row.code, "periods": row.periods,
        "started": started.isoformat() if started < finished else None, "finished": finished.isoformat(), "result": _result(row.percent),
        "issued": today.isoformat(),
    }  # fmt: skip


def _result(percent: Decimal | None) -> str:
    """ "Đạt, 8,5 điểm": on the scale of ten, one decimal, rounded half up."""
    if percent is None:
        return "Đạt"
    return f"Đạt, {format_number((percent / 10).quantize(Decimal('0.1'), ROUND_HALF_UP), 1)} điểm"


def _signed(decision: Decision) -> dict[str, Any]:
    lines = [line.strip() for line in decision.signer_title.splitlines() if line.strip()]
    head = re.sub(r"^(KT|TL|TUQ|Q)\.\s*", "", lines[0])
    authority = decision.issuer_name if head.startswith("TM.") else f"{head} {decision.issuer_name}"
    return {
        "issuer_parent": decision.issuer_parent, "issuer": decision.issuer_name, "authority": authority, "place": decision.place,
        "signer_title": lines, "signer": decision.signer_name,
    }  # fmt: skip


def _tell(values: Sequence[dict[str, Any]], ids: Sequence[int], at: datetime) -> None:
    send_all(
        [
            Message(
                v["officer_id"], "certificate.issued", f"certificate:{certificate_id}",
                f"Đã cấp giấy chứng nhận khóa {v['frozen']['course']}, số vào sổ {v['number']}.", OWN_PAGE,
            )
            for v, certificate_id in zip(values, ids, strict=True)
        ],
        at,
    )  # fmt: skip

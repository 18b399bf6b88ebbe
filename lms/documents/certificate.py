"""Giấy chứng nhận: the certificate of completion as a PDF to sign, keep and verify."""

import io
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import cast

import segno
import typst

from lms.vietnamese import PartialDate, format_date, format_date_paper

_HERE = Path(__file__).parent
_QR_MASK = 2  # any mask reads; a fixed one saves segno's search through all eight

# What the fonts can draw: Latin of Europe and Viet Nam, and the usual signs. PDF/A refuses missing glyphs.
_UNDRAWABLE = re.compile(
    r"[^ -~\u00a0-\u0107\u010a-\u0113\u0116-\u011b\u011e-\u0121\u0126-\u012b\u012e-\u0131\u0139\u013a\u013d\u013e"
    r"\u0141-\u0144\u0147\u0148\u014c\u014d\u0150-\u0155\u0158-\u015b\u015e-\u016b\u016e-\u017e\u01a0\u01a1\u01af"
    r"\u01b0\u01e6\u01e7\u0300-\u0304\u0306-\u030c\u031b\u0323\u0326-\u0328\u1e80-\u1e85\u1e9e\u1ea0-\u1ef9\u2013"
    r"\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u2044\u20ab\u20ac\u2122\u2212]"
)
_LONGEST = 400  # characters of one text; at the smallest size all of them still fit
_LONG_WORD = re.compile(r"\S{30}(?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """What a certificate says, frozen when it is approved. Texts are taken literally; "" leaves a line out.

    The form follows custom (the kind of paper is not among those of Nghị định 30/2020/NĐ-CP); the heading,
    the place and the date follow that decree, Phụ lục I.
    """

    issuer_parent: str  # body above the issuer, "UBND TỈNH ĐỒNG THÁP"
    issuer: str  # "SỞ NỘI VỤ"
    authority: str  # who certifies, "GIÁM ĐỐC SỞ NỘI VỤ"
    holder: str  # full name in Vietnamese order; printed in capitals
    born: date | PartialDate | None  # of which only the year may be known
    position: str  # chức vụ at the time of approval
    unit: str  # đơn vị công tác at the time of approval
    course: str
    finished: date  # last day of study
    periods: int  # tiết of 45 minutes
    result: str  # "Đạt, 8,5 điểm"
    place: str  # địa danh, "Đồng Tháp"
    issued: date  # local day on the paper; also the PDF's date, so that same data give the same bytes
    signer_title: tuple[str, ...]  # one line each: ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    signer: str  # full name without academic titles
    number: str  # số vào sổ, "015/GCN-SNV-2026"
    verify_url: str  # public address that tells whether it holds; the QR code carries it
    verify_code: str  # printed in groups of four
    started: date | None = None  # first day of study
    classification: str = ""  # xếp loại, "Giỏi"
    honorific: str = "Ông/Bà"
    mode: str = "trực tuyến"  # hình thức


def certificate(data: CertificateData) -> bytes:
    """The certificate as one A4 page across: PDF/A-2a and PDF/UA-1, fonts embedded.

    The same data give the same bytes. Long texts shrink or wrap inside their place and are cut with "…" after
    400 characters; characters the fonts lack are printed as "?".
    """
    midnight = datetime(data.issued.year, data.issued.month, data.issued.day, tzinfo=UTC)
    compiler = typst.Compiler(_HERE / "certificate.typ", root=_HERE, font_paths=_fonts())
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(_fields(data), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=midnight,
    )
    return cast(bytes, pdf)  # one file, because no output path is given


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts beside this file, so that a page looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])


def _fields(data: CertificateData) -> dict:
    """What certificate.typ prints: strings, lists of [label, value] with empty ones left out, the QR as SVG."""
    url = _plain(data.verify_url)
    number = _text(data.number)
    return {
        "title": f"Giấy chứng nhận {number}: {_text(data.holder)}",
        "author": _text(data.issuer),
        "issued": [data.issued.year, data.issued.month, data.issued.day],
        "issuer_parent": _text(data.issuer_parent),
        "issuer": _text(data.issuer),
        "authority": f"{_text(data.authority)} CHỨNG NHẬN",
        "honorific": _text(data.honorific),
        "holder": _text(data.holder.upper()),
        "person": _pairs(_birth(data.born), ("Chức vụ:", _text(data.position))),
        "unit": _pairs(("Đơn vị công tác:", _text(data.unit))),
        "course": _text(data.course),
        "study": _pairs(
            ("Hình thức:", _text(data.mode)),
            ("Thời gian:", _span(data.started, data.finished)),
            ("Thời lượng:", f"{data.periods} tiết"),
        ),
        "result": _pairs(("Kết quả:", _text(data.result)), ("Xếp loại:", _text(data.classification))),
        "dated": f"{_text(data.place)}, {format_date_paper(data.issued)}",
        "signer_title": [_text(line) for line in data.signer_title],
        "signer": _text(data.signer),
        "number": number,
        "code": _grouped(data.verify_code),
        "verify_url": _breakable(url),
        "qr": _qr(url),
        "qr_alt": f"Mã QR dẫn tới trang tra cứu: {url}",
    }


def _pairs(*pairs: tuple[str, str]) -> list[list[str]]:
    return [list(pair) for pair in pairs if pair[1]]


def _birth(born: date | PartialDate | None) -> tuple[str, str]:
    if born is None:
        return "Ngày sinh:", ""
    return "Ngày sinh:" if born.month else "Năm sinh:", format_date(born)


def _span(started: date | None, finished: date) -> str:
    if started is None or started == finished:
        return f"ngày {format_date(finished)}"
    return f"từ ngày {format_date(started)} đến ngày {format_date(finished)}"


def _grouped(code: str) -> str:
    """ "ABCDEFGH" as "ABCD-EFGH": what people read aloud and type."""
    letters = re.sub(r"[\s-]", "", _plain(code))
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _text(text: str) -> str:
    """A text as it is printed: plain, at most _LONGEST characters (then "…"), every word breakable."""
    plain = _plain(text)
    return _breakable(plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…")


def _plain(text: str) -> str:
    """NFC, single spaces, no control characters, nothing the fonts cannot draw."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    drawn = _UNDRAWABLE.sub(_nearest, spaced)
    return unicodedata.normalize("NFC", " ".join(drawn.split()))


def _nearest(found: re.Match) -> str:
    """A compatible form (ﬁ -> fi), nothing for controls and invisible marks, else a question mark."""
    if unicodedata.category(found[0]) in ("Cc", "Cf", "Mn"):
        return ""
    return _UNDRAWABLE.sub("?", unicodedata.normalize("NFKC", found[0]))


def _breakable(text: str) -> str:
    """The text with a place to break after every 30 letters of an unbroken word, so that no line overflows."""
    return _LONG_WORD.sub(lambda found: found[0] + "\u200b", text)


def _qr(url: str) -> str:
    svg = io.BytesIO()
    code = segno.make(url, error="m", mask=_QR_MASK, micro=False, boost_error=False)
    code.save(svg, kind="svg", border=2, xmldecl=False, dark="#1c2b26")
    return svg.getvalue().decode("utf-8")

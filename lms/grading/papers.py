"""What a quiz's own rules must say of points, pages and bands, whichever door they come by."""

from collections.abc import Iterator, Mapping
from typing import Any

from lms.grading import fields

MOST_POINTS = 1000
MOST_BANDS = 12


def paper_problems(quiz: Mapping[str, Any]) -> list[str]:
    """What is wrong with the optional rules of a quiz (docs/content-packs.md, Course), in sentences; empty when nothing.

    Read of `quiz`: "questions", "draw", "points_of", "per_page", "breaks", "bands".
    """
    return [*_points(quiz), *_pages(quiz), *_bands(quiz)]


def _points(quiz: Mapping[str, Any]) -> Iterator[str]:
    of = quiz.get("points_of") or {}
    if not isinstance(of, Mapping):
        yield "points_of: ghi điểm theo mã câu hỏi, ví dụ { “k01-c11-001” = 2 }."
        return
    for key, points in of.items():
        if key not in (quiz.get("questions") or []):
            yield f"points_of: câu “{key}” không nằm trong questions của bài này."
        if not _worth(points):
            yield f"Câu “{key}”: điểm phải lớn hơn 0 và không quá {MOST_POINTS}."
    for rule in fields.rows(quiz, "draw"):
        if "points" in rule and not _worth(rule["points"]):
            where = f"{rule.get('competence')} cấp {rule.get('level')}"
            yield f"Câu lấy ngẫu nhiên {where}: điểm phải lớn hơn 0 và không quá {MOST_POINTS}."


def _worth(points: object) -> bool:
    value = fields.number(str(points)) if isinstance(points, float) else fields.number(points)
    return value is not None and 0 < value <= MOST_POINTS


def _pages(quiz: Mapping[str, Any]) -> Iterator[str]:
    per_page = quiz.get("per_page", 1)
    if isinstance(per_page, bool) or not isinstance(per_page, int) or not 0 <= per_page <= 100:
        yield "Số câu mỗi trang là số nguyên từ 0 đến 100; 0 là cả bài một trang."
    for key in quiz.get("breaks") or []:
        if key not in (quiz.get("questions") or []):
            yield f"breaks: câu “{key}” không nằm trong questions của bài này."


def _bands(quiz: Mapping[str, Any]) -> Iterator[str]:
    bands = fields.rows(quiz, "bands")
    if len(bands) != len(quiz.get("bands") or []) or len(bands) > MOST_BANDS:
        yield f"Xếp loại gồm nhiều nhất {MOST_BANDS} mức, mỗi mức có name (tên) và from (từ bao nhiêu phần trăm)."
    starts, names = [], []
    for band in bands:
        name, start = fields.text(band, "name").strip(), band.get("from")
        if not name:
            yield "Xếp loại: có mức chưa ghi tên."
        if unknown := band.keys() - {"name", "from", "text"}:
            yield f"Xếp loại “{name}”: không có trường {', '.join(sorted(unknown))}."
        value = fields.number(str(start)) if isinstance(start, float) else fields.number(start)
        if value is None or not 0 <= value <= 100:
            yield f"Xếp loại “{name}”: mức bắt đầu phải từ 0 đến 100 phần trăm."
        elif value in starts:
            yield f"Xếp loại “{name}”: đã có mức khác cùng bắt đầu từ {start}%."
        if name and name in names:
            yield f"Xếp loại “{name}” ghi hai lần."
        starts.append(value)
        names.append(name)

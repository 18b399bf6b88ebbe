"""What is missing or doubtful in a quiz of a draft, in words for its author, each with the place where it is put right."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms import grading
from lms.authoring.queries import picking
from lms.authoring.queries.drafts import Draft
from lms.authoring.queries.picking import Chosen
from lms.competence.policy import SITUATIONAL_FROM
from lms.grading.shuffle import shuffled
from lms.library.queries import citations
from lms.vietnamese import format_number

Entry = Mapping[str, Any]
SHORT = Decimal(1)  # minutes a question: below, people cannot read it twice
MOST_NAMED = 12
STANDS = {
    "draft": "còn là bản nháp. Gửi thẩm định, thẩm định đạt rồi đưa vào dùng",
    "submitted": "đang chờ thẩm định",
    "reviewed": "đã thẩm định, chờ đưa vào dùng",
}


@dataclass(frozen=True)
class Finding:
    """`grave`: publishing stops. `place`: the part of the quiz editor ("questions", "settings", "bands"), or a question's id."""

    grave: bool
    text: str
    place: str = "questions"
    question_id: int = 0


@dataclass(frozen=True)
class Checked:
    """One quiz with what was found in it; `worth`: points of a full paper; `pace`: minutes a question, None where time is free."""

    item: Entry
    size: int
    worth: Decimal
    pace: Decimal | None
    findings: list[Finding]

    @property
    def grave(self) -> bool:
        """Whether something stops publishing."""
        return any(finding.grave for finding in self.findings)


def check_quizzes(draft: Draft, today: date) -> list[Checked]:
    """Every quiz of the draft, in the order of the course."""
    bank_id = picking.bank_id_of(draft.code)
    return [check_quiz(item, bank_id, today) for item in draft.activities if item["kind"] == "quiz"]


def stopping(draft: Draft, today: date) -> list[str]:
    """What stops publishing in the quizzes of the draft, in sentences. Looks at nothing else: it is asked while everybody waits."""
    bank_id = picking.bank_id_of(draft.code)
    told = []
    for item in draft.activities:
        if item["kind"] == "quiz":
            found = [*_missing(item, *_asked(item, bank_id)), *_rules(item, today)]
            told += [f"Bài kiểm tra “{item['title']}”: {finding.text}" for finding in found if finding.grave]
    return told


def _asked(item: Entry, bank_id: int) -> tuple[list[Chosen], list[tuple[Entry, list[Chosen]]]]:
    """The named questions, and the rules of drawing with what each draws from."""
    named = picking.chosen(bank_id, item.get("questions") or [])
    return named, [(rule, _pool(bank_id, rule, item)) for rule in item.get("draw") or []]


def check_quiz(item: Entry, bank_id: int, today: date) -> Checked:
    """One quiz against the bank as it stands: what stops publishing first."""
    named, pools = _asked(item, bank_id)
    size = len(named) + sum(rule["count"] for rule in item.get("draw") or [])
    worth = sum((_points(item, q.key) for q in named), Decimal(0))
    worth += sum((Decimal(str(rule.get("points", 1))) * rule["count"] for rule, _ in pools), Decimal(0))
    minutes = item.get("minutes", 0)
    pace = Decimal(minutes) / size if minutes and size else None
    ready = [q for q in named if q.ready] + [q for _, pool in pools for q in pool]
    found = [
        *_missing(item, named, pools), *_rules(item, today), *_applying(item, named, pools), *_time(pace), *_habits(ready),
        *_remarks(named), *_law(ready, today),
    ]  # fmt: skip
    return Checked(item, size, worth, pace, sorted(found, key=lambda finding: not finding.grave))


def _pool(bank_id: int, rule: Entry, item: Entry) -> list[Chosen]:
    keys = picking.pool(bank_id, rule["competence"], rule["level"])
    return picking.chosen(bank_id, [key for key in keys if key not in (item.get("questions") or [])])


def _points(item: Entry, key: str) -> Decimal:
    return Decimal(str((item.get("points_of") or {}).get(key, 1)))


def _missing(item: Entry, named: Sequence[Chosen], pools: Sequence[tuple[Entry, list[Chosen]]]) -> list[Finding]:
    if not named and not pools:
        return [Finding(True, "Chưa có câu hỏi nào. Thêm từ ngân hàng, soạn câu mới, hoặc đặt cách lấy ngẫu nhiên.")]
    found = [finding for q in named if (finding := _standing(q))]
    for rule, pool in pools:
        if len(pool) < rule["count"]:
            where = f"{rule['competence']} cấp {rule['level']}"
            text = f"Lấy ngẫu nhiên {rule['count']} câu {where}, nhưng ngân hàng mới có {len(pool)} câu sẵn sàng."
            found.append(Finding(True, text))
    return found


def _standing(q: Chosen) -> Finding | None:
    if q.ready:
        return None
    if q.state == "gone":
        return Finding(True, f"Câu {q.key} không còn trong ngân hàng. Bỏ câu này khỏi bài.")
    stands = "đã ngừng dùng. Bỏ khỏi bài, hoặc dùng lại câu này" if q.state == "retired" else STANDS[q.stage or "draft"]
    return Finding(True, f"Câu “{short(q)}” {stands}.", "", q.id)


def short(q: Chosen) -> str:
    """A question named in a sentence."""
    title = q.title or f"chưa viết, mã {q.key}"
    return title if len(title) <= 90 else f"{title[:88].rsplit(' ', 1)[0]}…"


def _rules(item: Entry, today: date) -> list[Finding]:
    found = [Finding(True, text, "bands" if "Xếp loại" in text else "questions") for text in grading.paper_problems(item)]
    if not 0 < Decimal(str(item.get("pass_mark", 0))) <= 100:
        found.append(Finding(True, "Điểm đạt phải lớn hơn 0 và không quá 100%, nếu không thì không ai đạt được.", "settings"))
    if item.get("review") == "after_last" and not item.get("attempts"):
        text = "Đáp án hiện sau lượt cuối, nhưng số lượt không giới hạn nên không bao giờ có lượt cuối."
        found.append(Finding(True, text, "settings"))
    if item.get("breaks") and item.get("shuffle", True):
        text = "Có ngắt trang, nhưng bài đang trộn câu hỏi nên trang chia theo số câu mỗi trang. Bỏ trộn nếu cần ngắt đúng chỗ."
        found.append(Finding(False, text, "settings"))
    starts = [Decimal(str(band["from"])) for band in item.get("bands") or []]
    if starts and min(starts) > 0:
        text = f"Xếp loại: ai dưới {format_number(min(starts))}% không thuộc mức nào. Thêm một mức bắt đầu từ 0 nếu cần."
        found.append(Finding(False, text, "bands"))
    if item.get("closes") and date.fromisoformat(item["closes"]) < today:
        found.append(Finding(False, "Ngày cuối được bắt đầu làm đã qua: không ai bắt đầu được nữa.", "settings"))
    return found


def _applying(item: Entry, named: Sequence[Chosen], pools: Sequence[tuple[Entry, list[Chosen]]]) -> list[Finding]:
    """A competence asked from level 2 on needs enough of its points on applying questions (domain analysis, 3.4)."""
    worth: dict[str, Fraction] = defaultdict(Fraction)
    applied: dict[str, Fraction] = defaultdict(Fraction)
    for q in named:
        if q.level >= 2:
            worth[q.competence] += Fraction(_points(item, q.key))
            applied[q.competence] += Fraction(_points(item, q.key)) if q.cognitive == "apply" else 0
    for rule, pool in pools:
        if rule["level"] >= 2 and pool:
            points = Fraction(str(rule.get("points", 1))) * rule["count"]
            worth[rule["competence"]] += points
            applied[rule["competence"]] += points * sum(q.cognitive == "apply" for q in pool) / len(pool)
    found = []
    for code, total in worth.items():
        share = int(100 * applied[code] / total) if total else 100
        if share < SITUATIONAL_FROM:
            text = f"{code} từ cấp 2: câu vận dụng mới chiếm khoảng {share}% số điểm; nên từ {SITUATIONAL_FROM}% trở lên."
            found.append(Finding(False, text))
    return found


def _time(pace: Decimal | None) -> list[Finding]:
    if pace is None or pace >= SHORT:
        return []
    said = format_number(pace, 1)
    return [Finding(False, f"Thời gian ngắn: trung bình {said} phút mỗi câu. Nên có ít nhất 1 phút.", "settings")]


def _habits(ready: Sequence[Chosen]) -> list[Finding]:
    specs = [grading.spec_from_source(q.entry, q.key) for q in ready]
    found = []
    for warning in grading.screen(specs):
        named = [short(ready[place]) for place in warning.places]
        more = f" (và {len(named) - 3} câu nữa)" if len(named) > 3 else ""
        found.append(Finding(False, f"{warning.message} Gồm: {'; '.join(named[:3])}{more}."))
    return found


def _remarks(named: Sequence[Chosen]) -> list[Finding]:
    found = []
    for q in named:
        if q.entry and q.state != "gone":
            said = grading.remark(q.entry, grading.spec_from_source(q.entry, q.key))
            found += [Finding(False, f"Câu “{short(q)}”: {warning.message}", "", q.id) for warning in said]
    return found[:MOST_NAMED]


def _law(ready: Sequence[Chosen], today: date) -> list[Finding]:
    cited = citations("question_version", {q.current_id for q in ready if q.current_id}, today)
    found = []
    for q in ready:
        ended = [f"{c.kind} {c.number}" for c in cited.get(q.current_id or 0, []) if not c.in_force]
        if ended:
            text = f"Câu “{short(q)}” dẫn văn bản không còn hiệu lực: {', '.join(dict.fromkeys(ended))}."
            found.append(Finding(False, text, "", q.id))
    return found[:MOST_NAMED]


@dataclass(frozen=True)
class Habit:
    """A habit found over a bank, with the questions meant."""

    message: str
    questions: list[tuple[int, str]]


def bank_habits(bank_id: int) -> list[Habit]:
    """What a reader of the bank's single-choice questions would guess answers by."""
    rows = picking.singles_in_use(bank_id)
    return [
        Habit(found.message, [rows[place][:2] for place in found.places])
        for found in grading.screen([spec for _, _, spec in rows])
    ]


def paper_of(item: Entry, bank_id: int, seed: int) -> list[tuple[Chosen, Decimal]]:
    """A paper as an officer would get it, drafts among the named questions included: question and points, in order."""
    named = [(q, _points(item, q.key)) for q in picking.chosen(bank_id, item.get("questions") or []) if q.entry]
    for rule in item.get("draw") or []:
        mixed = shuffled(_pool(bank_id, rule, item), seed, lambda q: q.key)
        named += [(q, Decimal(str(rule.get("points", 1)))) for q in mixed[: rule["count"]]]
    return shuffled(named, seed, lambda pair: pair[0].key) if item.get("shuffle", True) else named

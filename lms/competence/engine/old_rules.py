"""What other systems' rules would say of the same scores, oldest first: to compare and to explain, never to decide.

Canvas: the six calculation methods of its outcomes (instructure/canvas-lms, rollup score aggregator and its specs).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType


def highest(scores: Sequence[float]) -> float | None:
    """The best ever: Moodle's default grading of a quiz."""
    return max(scores, default=None)


def latest(scores: Sequence[float]) -> float | None:
    """The last."""
    return scores[-1] if scores else None


def average(scores: Sequence[float]) -> float | None:
    """The mean of all."""
    return sum(scores) / len(scores) if scores else None


def weighted_average(scores: Sequence[float], n: float = 65) -> float | None:
    """Canvas decaying_average: n % the latest, the rest the mean of all earlier."""
    if len(scores) < 2:
        return latest(scores)
    return n / 100 * scores[-1] + (1 - n / 100) * sum(scores[:-1]) / (len(scores) - 1)


def decaying_average(scores: Sequence[float], n: float = 65) -> float | None:
    """Canvas standard_decaying_average: d = n % the next + the rest of d, from the first on."""
    if not scores:
        return None
    held = scores[0]
    for score in scores[1:]:
        held = n / 100 * score + (1 - n / 100) * held
    return held


def n_mastery(scores: Sequence[float], n: float = 3, mastery: float = 3) -> float | None:
    """Canvas n_mastery: the mean of the scores at mastery, if there are at least n."""
    good = [score for score in scores if score >= mastery]
    return sum(good) / len(good) if good and len(good) >= n else None


CANVAS: Mapping[str, Callable[..., float | None]] = MappingProxyType(
    {
        "highest": highest,
        "latest": latest,
        "average": average,
        "decaying_average": weighted_average,
        "standard_decaying_average": decaying_average,
        "n_mastery": n_mastery,
    }
)


def canvas_score(method: str, scores: Sequence[float], *settings: float) -> float | None:
    """By one of Canvas's six, at its two decimals."""
    found = CANVAS[method](scores, *settings)
    return None if found is None else float(Decimal(repr(round(found, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def m_of_n(right: Sequence[bool], m: int, n: int) -> bool:
    """Kolibri: m right among the last n."""
    return sum(right[-n:]) >= m


def percent_rule(scores: Sequence[float], rule: str, least: float = 0.8) -> bool:
    """Whether the highest, latest or average share reaches `least`."""
    found = {"highest": highest, "latest": latest, "average": average}[rule](scores)
    return found is not None and found >= least


def verdicts(attempts: Sequence[float], answers: Sequence[float], least: float = 0.8) -> dict[str, bool]:
    """What each rule would say from `least` on: by the share of each attempt, and by single answers, both oldest first."""
    canvas = {method: canvas_score(method, attempts, *(() if method != "n_mastery" else (3, least))) for method in CANVAS}
    by_attempt = {method: score is not None and score >= least for method, score in canvas.items()} if attempts else {}
    return by_attempt | {"answers": percent_rule(answers, "average", least), "m_of_n": m_of_n([x >= 1 for x in answers], 8, 10)}

"""The invented officers: who they are and how far each has come. Pure: the same seed tells the same stories.

Names are put together from common Vietnamese syllables; whoever bears one is not meant.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

FAMILIES = (
    ("Nguyễn", 36), ("Trần", 11), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 6), ("Võ", 5), ("Phan", 4), ("Trương", 3), ("Bùi", 3), ("Đặng", 3),
    ("Đỗ", 2), ("Ngô", 2), ("Hồ", 2), ("Dương", 2), ("Lý", 1), ("Mai", 1), ("Cao", 1), ("Châu", 1), ("Lâm", 1), ("Đoàn", 1),
)  # fmt: skip
MIDDLE = {
    "F": ("Thị", "Thị Mỹ", "Thị Kim", "Ngọc", "Thị Thu", "Thị Hồng", "Thanh", "Thị Ngọc", "Mỹ", "Kim"),
    "M": ("Văn", "Hữu", "Minh", "Thanh", "Quốc", "Hoàng", "Công", "Đức", "Tấn", "Trung"),
}
GIVEN = {
    "F": (
        "Hường", "Lan", "Hoa", "Hạnh", "Nga", "Phượng", "Thảo", "Trang", "Tuyền", "Vân", "Yến", "Diễm", "Đào", "Giang", "Hằng", "Kiều",
        "Liên", "Loan", "Mai", "Ngân", "Nhung", "Oanh", "Quyên", "Thúy", "Trinh", "Uyên", "Xuân", "Ánh", "Bích", "Cúc",
    ),
    "M": (
        "An", "Ân", "Bình", "Cường", "Dũng", "Đạt", "Điền", "Đức", "Giàu", "Hải", "Hậu", "Hiếu", "Hòa", "Hùng", "Khoa", "Kiệt", "Lâm",
        "Lộc", "Long", "Nam", "Nghĩa", "Nhân", "Phúc", "Quang", "Sơn", "Tài", "Thắng", "Thuận", "Trí", "Tuấn",
    ),
}  # fmt: skip
POSITIONS = {
    "department": (("V2", 5), ("V6", 2), ("V5", 1), ("V8", 1)),
    "commune": (("V3", 3), ("V4", 5), ("V5", 2), ("V6", 2), ("V8", 1)),
    "service": (("V7", 4), ("V9", 2)),
    "other": (("V4", 6), ("V5", 1)),
}
TITLES = {"V8": ("Phó Chủ tịch UBND", "Phó Giám đốc", "Trưởng phòng"), "V9": ("Giảng viên",)}
DEFAULT_TITLES = ("Chuyên viên", "Chuyên viên", "Chuyên viên chính", "Cán sự", "Công chức Văn phòng - Thống kê")
KINDS = {"service": "vien_chuc"}
STAGES = (("absent", 8), ("enrolled", 14), ("reading", 24), ("failed", 6), ("completed", 48))


@dataclass(frozen=True)
class Place:
    """A unit of the real tree that gets invented officers."""

    unit_id: int
    kind: str
    is_home_affairs: bool = False


@dataclass(frozen=True)
class Officer:
    """One invented officer and how far they have come in the course: the share of lessons read, the share of questions answered right."""

    code: str
    full_name: str
    gender: str
    born: tuple[int, int | None, int | None]
    kind: str
    unit_id: int
    position: str
    title: str
    since: date
    email: str | None
    stage: str
    begun: datetime
    pace: timedelta
    skill: float
    reads: float
    picks: random.Random = field(compare=False, repr=False)


def _weighted(rng: random.Random, table: Sequence[tuple[Any, int]]) -> Any:
    return rng.choices([value for value, _ in table], [weight for _, weight in table])[0]


def officers(places: Sequence[Place], count: int, seed: int, now: datetime) -> Iterator[Officer]:
    """The stories of `count` officers spread over the places; `now` bounds every date in them."""
    rng = random.Random(seed)  # noqa: S311  a story, not a secret
    weights = [3 if place.kind == "commune" else 6 for place in places]
    for number in range(1, count + 1):
        yield _officer(rng, rng.choices(places, weights)[0], number, seed, now)


def _officer(rng: random.Random, place: Place, number: int, seed: int, now: datetime) -> Officer:
    gender = rng.choice("FM")
    name = f"{_weighted(rng, FAMILIES)} {rng.choice(MIDDLE[gender])} {rng.choice(GIVEN[gender])}"
    position = (
        "V1" if place.is_home_affairs and rng.random() < 0.6 else _weighted(rng, POSITIONS.get(place.kind, POSITIONS["commune"]))
    )
    year_only = rng.random() < 0.1
    born = (rng.randint(1967, 2002), None if year_only else rng.randint(1, 12), None if year_only else rng.randint(1, 28))
    since = now.date() - timedelta(days=rng.randint(20, 480))
    begun = now - timedelta(days=min(rng.randint(2, 300), (now.date() - since).days), hours=rng.randint(0, 9))
    code = f"DT{seed % 10}{number:06d}"
    return Officer(
        code=code, full_name=name, gender=gender, born=born, kind=KINDS.get(place.kind, "can_bo" if position == "V8" else "cong_chuc"),
        unit_id=place.unit_id, position=position, title=rng.choice(TITLES.get(position, DEFAULT_TITLES)), since=since,
        email=f"{code.lower()}@vidu.example" if rng.random() < 0.7 else None, stage=_weighted(rng, STAGES), begun=begun,
        pace=timedelta(hours=rng.randint(3, 40)), skill=rng.uniform(0.62, 0.97), reads=rng.uniform(0.1, 0.9),
        picks=random.Random(f"{seed}:{number}"),  # noqa: S311
    )  # fmt: skip

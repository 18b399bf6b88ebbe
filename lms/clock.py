"""The one clock. Instants are aware UTC; calendar facts are local dates in Đồng Tháp (Asia/Ho_Chi_Minh, no summer time)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Đồng Tháp."""
    return datetime.now(LOCAL).date()


def local(instant: datetime) -> datetime:
    """The same instant on a clock in Đồng Tháp."""
    return instant.astimezone(LOCAL)


def midnight(day: date) -> datetime:
    """The instant a local day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)

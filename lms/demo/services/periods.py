"""The province at the last closing days and today, so that its pages have a course to show."""

from collections.abc import Iterator
from datetime import datetime

from lms.clock import local
from lms.tracking.queries.periods import closings
from lms.tracking.services import begin_snapshot, count_snapshot

PERIODS = 4


def count_periods(at: datetime) -> Iterator[int]:
    """Count the province at each of these days; the caller commits after each number of persons."""
    today = local(at).date()
    for as_of in [*(closing.day for closing in closings(today, PERIODS)), today]:
        snapshot_id = begin_snapshot(as_of, at, "nightly" if as_of == today else "closing", None)
        yield 0
        for done, _ in count_snapshot(snapshot_id, at):
            yield done

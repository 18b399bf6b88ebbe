"""How long a level counts: whole months, grace, renewal. The spans are Sen's starting values (decision 22)."""

from datetime import date

import pytest

from lms.competence.rules import RULES_2, months_later


@pytest.mark.parametrize(
    ("earned", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # the last day of a month too short for it
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
    ],
)
def test_validity_ends_by_whole_months(earned, months, last):
    assert months_later(earned, months) == last


def test_renewal_begins_within_the_last_days_of_validity():
    until = date(2028, 11, 23)
    assert not RULES_2.renewable(until, date(2028, 5, 27))  # exactly 180 days before
    assert RULES_2.renewable(until, date(2028, 5, 28))
    assert not RULES_2.renewable(None, date(2028, 5, 28))  # a level of policy 1 has no end
    assert RULES_2.counts_until(until) == date(2029, 2, 21)

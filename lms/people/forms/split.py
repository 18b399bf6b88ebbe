"""The form that says where the officers of a split unit go."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from wtforms import Field, HiddenField, SelectField

from lms.people.forms.access import choices
from lms.people.services.unit_events import Change
from lms.web.forms import Form

STAY = "stay"


class SplitForm(Form):
    """Which new unit each officer goes to: as said for the person, else for the position, else for all. Made by `split_form`.

    Values are numbers in `Change.made`; STAY is the unit that goes on.
    """

    everyone = SelectField("Mọi người chuyển về")
    seen = HiddenField()  # whom the page listed: nobody who came meanwhile is moved unseen

    people: Sequence[Row] = ()
    below: Sequence[tuple[int, str]] = ()

    def of_position(self, position_id: int | None) -> Field:
        """The choice for a position."""
        return self[f"position_{position_id or 0}"]

    def of_person(self, person_id: int) -> Field:
        """The choice for a person."""
        return self[f"person_{person_id}"]

    def of_unit(self, unit_id: int) -> Field:
        """The choice for a unit below."""
        return self[f"unit_{unit_id}"]

    def target(self, person: Row) -> str:
        """Where the person goes, all choices considered."""
        own, group = self.of_person(person.person_id).data, self.of_position(person.position_id).data
        return own or group or self.everyone.data

    def positions(self) -> list[tuple[int | None, str, int]]:
        """The positions held in the unit: id, name, how many hold it."""
        counts = Counter((p.position_id, p.position_name or "Chưa xác định vị trí") for p in self.people)
        return [(position_id, name, n) for (position_id, name), n in counts.items()]

    def moves(self) -> dict[int, int]:
        """What services take: person id -> number of the new unit; who stays is not in it."""
        chosen = {p.person_id: self.target(p) for p in self.people}
        return {person_id: int(value) for person_id, value in chosen.items() if value != STAY}

    def units(self) -> dict[int, int]:
        """Unit below -> number of the new unit it goes under."""
        chosen = {unit_id: self.of_unit(unit_id).data for unit_id, _ in self.below}
        return {unit_id: int(value) for unit_id, value in chosen.items() if value != STAY}

    def seen_ids(self) -> frozenset[int]:
        """Whom the page listed."""
        return frozenset(int(part) for part in (self.seen.data or "").split(",") if part.isascii() and part.isdigit())

    def came(self, person_id: int) -> bool:
        """Whether the person was not on the page that was sent."""
        return bool(self.seen.data) and person_id not in self.seen_ids()

    def totals(self) -> list[tuple[str, str, list[Row]]]:
        """Each new unit (and the one that goes on): value, name, who goes there."""
        units = [(choice.value, choice.label) for choice in self.everyone.choices or []]
        return [(value, name, [p for p in self.people if self.target(p) == value]) for value, name in units]

    def chosen(self) -> dict[str, str]:
        """The choices that say something, to be carried on to the next step."""
        return {field.name: field.data for field in self if field.data and field.name != "seen"}

    def present_ids(self) -> str:
        """Whom the page lists now, as `seen` carries it on."""
        return ",".join(str(p.person_id) for p in self.people)


def split_form(change: Change, origin: str, people: Sequence[Row], below: Sequence[tuple[int, str]]) -> SplitForm:
    """The form for these people (queries.staff_of) and units below (queries.units_below)."""
    units = [(str(number), new.name) for number, new in enumerate(change.made)]
    if not change.ends:
        units.append((STAY, f"Ở lại {origin}"))
    first = units[0][0] if change.ends else STAY
    fields: dict[str, Any] = {"everyone": SelectField("Mọi người chuyển về", choices=choices(units), default=first)}
    positions = {p.position_id for p in people}
    as_all = ("", "Như mọi người")  # the page asks by position only when there are several
    by_all, by_position = choices([as_all, *units]), choices([("", "Theo vị trí") if len(positions) > 1 else as_all, *units])
    for position_id in positions:
        fields[f"position_{position_id or 0}"] = SelectField(choices=by_all, default="")
    for person in people:
        fields[f"person_{person.person_id}"] = SelectField(person.full_name, choices=by_position, default="")
    for unit_id, name in below:
        fields[f"unit_{unit_id}"] = SelectField(name, choices=choices(units), default=first)
    form = type("SplitOfUnit", (SplitForm,), fields)()
    form.people, form.below = people, below
    return form

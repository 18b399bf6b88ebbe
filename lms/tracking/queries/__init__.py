"""Reading competence: profiles, what an attempt changed, a unit's heat map."""

from lms.tracking.queries.framework import competence_ids
from lms.tracking.queries.holding import counting, held_levels
from lms.tracking.queries.profile import Line, Need, Offer, Piece, Profile, attempt_effects, profile
from lms.tracking.queries.unit import Cell, HeatMap, heat_map, units_of

__all__ = [
    "Cell",
    "HeatMap",
    "Line",
    "Need",
    "Offer",
    "Piece",
    "Profile",
    "attempt_effects",
    "competence_ids",
    "counting",
    "heat_map",
    "held_levels",
    "profile",
    "units_of",
]

"""Reading competence: profiles, why a level is held, what an attempt changed, a unit's heat map, which levels count on a day."""

from lms.tracking.queries.awards import award
from lms.tracking.queries.foresight import Claim, Foreseen, foresee
from lms.tracking.queries.framework import competence_ids, competences, positions_with_requirements
from lms.tracking.queries.holding import counting, held_levels
from lms.tracking.queries.needs import Need, Offer, position_choices
from lms.tracking.queries.profile import Effect, Line, Profile, Proven, attempt_effects, practice_effects, profile
from lms.tracking.queries.unit import Cell, HeatMap, heat_map, units_of
from lms.tracking.queries.why import Piece, Why, why

__all__ = [
    "Cell",
    "Claim",
    "Effect",
    "Foreseen",
    "HeatMap",
    "Line",
    "Need",
    "Offer",
    "Piece",
    "Profile",
    "Proven",
    "Why",
    "attempt_effects",
    "award",
    "competence_ids",
    "competences",
    "counting",
    "foresee",
    "heat_map",
    "held_levels",
    "position_choices",
    "positions_with_requirements",
    "practice_effects",
    "profile",
    "units_of",
    "why",
]

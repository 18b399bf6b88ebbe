"""Competence by rule: what evidence is worth, the level held, and what a position still lacks. Pure.

The rules are policy version 1, from the competence framework's own table of sources (domain analysis 3.4).
"""

from lms.competence.policy import POLICY_1, SOURCE_KINDS, Policy, award, quiz_source_kind, valid_until
from lms.competence.profile import Evidence, Fit, Held, current_level, gap, meets_position

__all__ = [
    "POLICY_1",
    "SOURCE_KINDS",
    "Evidence",
    "Fit",
    "Held",
    "Policy",
    "award",
    "current_level",
    "gap",
    "meets_position",
    "quiz_source_kind",
    "valid_until",
]

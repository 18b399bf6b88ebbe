"""Competence by rule: what a source is worth at most, and what a position still lacks. Pure.

The rules are policy version 1, from the competence framework's own table of sources (domain analysis 3.4).
"""

from lms.competence.policy import POLICY_1, SOURCE_KINDS, Policy, award, quiz_source_kind
from lms.competence.profile import Fit, gap, meets_position

__all__ = [
    "POLICY_1",
    "SOURCE_KINDS",
    "Fit",
    "Policy",
    "award",
    "gap",
    "meets_position",
    "quiz_source_kind",
]

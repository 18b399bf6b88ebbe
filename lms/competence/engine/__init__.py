"""Competence as a chance: from answers, products and ratings to "how sure are we that the level is met?". Pure: numpy and scipy.

No clock, no randomness, no hidden state: every figure can be computed again from ledger, items and policy, to the
same bytes, whatever the order the rows come in. Results are rounded to 1e-6.
"""

from lms.competence.engine.calibration import Calibration, calibrate, person_levels
from lms.competence.engine.claim import Claim, rollup
from lms.competence.engine.contribution import Contribution, explain
from lms.competence.engine.dossier import Dossier
from lms.competence.engine.estimate import OWN_PRIOR, Estimate, Prior, estimate, estimate_all, likelihoods, settle
from lms.competence.engine.fitting import Fit, doubtful, fit
from lms.competence.engine.gap import COMPETENT, NOT_ENOUGH, NOT_YET, Gap, Outlook, chance, expires, gap, outlook
from lms.competence.engine.item import GUESS, Item
from lms.competence.engine.item_flag import CHECK_KEY, CHECK_TAG, FLAGS, ItemFlag, item_statistics, screen
from lms.competence.engine.ledger import Attendance, Evidence, digest
from lms.competence.engine.old_rules import canvas_score, m_of_n, percent_rule, verdicts
from lms.competence.engine.policy import POLICY_2, Policy
from lms.competence.engine.posterior import EMPTY, Likelihood, extended, likelihood
from lms.competence.engine.prediction import predict
from lms.competence.engine.prior import broad_prior, priors_from_others
from lms.competence.engine.proof import Proof, effective_at, fewest_right, proofs
from lms.competence.engine.requirement import Requirement, required_level
from lms.competence.engine.responses import Responses, responses
from lms.competence.engine.selection import worth
from lms.competence.engine.standing import Standing, standings

__all__ = [
    "CHECK_KEY",
    "CHECK_TAG",
    "COMPETENT",
    "EMPTY",
    "FLAGS",
    "GUESS",
    "NOT_ENOUGH",
    "NOT_YET",
    "OWN_PRIOR",
    "POLICY_2",
    "Attendance",
    "Calibration",
    "Claim",
    "Contribution",
    "Dossier",
    "Estimate",
    "Evidence",
    "Fit",
    "Gap",
    "Item",
    "ItemFlag",
    "Likelihood",
    "Outlook",
    "Policy",
    "Prior",
    "Proof",
    "Requirement",
    "Responses",
    "Standing",
    "broad_prior",
    "calibrate",
    "canvas_score",
    "chance",
    "digest",
    "doubtful",
    "effective_at",
    "estimate",
    "estimate_all",
    "expires",
    "explain",
    "extended",
    "fewest_right",
    "fit",
    "gap",
    "item_statistics",
    "likelihood",
    "likelihoods",
    "m_of_n",
    "outlook",
    "percent_rule",
    "person_levels",
    "predict",
    "priors_from_others",
    "proofs",
    "required_level",
    "responses",
    "rollup",
    "screen",
    "settle",
    "standings",
    "verdicts",
    "worth",
]

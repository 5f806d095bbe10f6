"""What the privacy engine keeps, a module for each subject."""

from privacy.models.erasure import AccountErasure, AccountNotice, ErasureState, LeadErasure
from privacy.models.requests import AccountRequest, PrivacyRequest, Regime, Right, Stage
from privacy.models.retention import RetentionRun

__all__ = [
    "AccountErasure",
    "AccountNotice",
    "AccountRequest",
    "ErasureState",
    "LeadErasure",
    "PrivacyRequest",
    "Regime",
    "RetentionRun",
    "Right",
    "Stage",
]

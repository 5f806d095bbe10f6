"""What the privacy engine keeps, a module for each subject."""

from privacy.models.requests import AccountRequest, PrivacyRequest, Regime, Right, Stage
from privacy.models.retention import RetentionRun

__all__ = ["AccountRequest", "PrivacyRequest", "Regime", "RetentionRun", "Right", "Stage"]

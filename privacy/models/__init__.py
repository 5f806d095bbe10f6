"""What the privacy engine keeps, a module for each subject."""

from privacy.models.backup import Backup
from privacy.models.breaches import Breach, BreachEntry, BreachOrganisation, EntryKind
from privacy.models.door import DoorLink
from privacy.models.erasure import AccountErasure, AccountNotice, ErasureState, LeadErasure
from privacy.models.holds import LegalHold
from privacy.models.leaving import OrganisationPurge, Parcel, ParcelState
from privacy.models.registers import AuthorityDemand, Company, Duty
from privacy.models.requests import (
    AccountRequest,
    Channel,
    Concerns,
    DeskSettings,
    ExtensionReason,
    IdentityMethod,
    PrivacyRequest,
    Regime,
    Right,
    Stage,
)
from privacy.models.retention import RetentionRun

__all__ = [
    "AccountErasure",
    "AccountNotice",
    "AccountRequest",
    "AuthorityDemand",
    "Backup",
    "Breach",
    "BreachEntry",
    "BreachOrganisation",
    "Channel",
    "Company",
    "Concerns",
    "DeskSettings",
    "DoorLink",
    "Duty",
    "EntryKind",
    "ErasureState",
    "ExtensionReason",
    "IdentityMethod",
    "LeadErasure",
    "LegalHold",
    "OrganisationPurge",
    "Parcel",
    "ParcelState",
    "PrivacyRequest",
    "Regime",
    "RetentionRun",
    "Right",
    "Stage",
]

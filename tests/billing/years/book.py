"""What the world outside knows: visitors what they were promised, people what they pressed, VIES what it said.

The oracle judges by this and by the provider's own state, and by nothing that billing computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass
class Buyer:
    """One organisation, as its people and visitors know it."""

    organisation: UUID
    anchor: date
    country: str
    vat_id: str
    #: Whether its VAT number is one: VIES says so whenever VIES answers.
    is_business: bool
    #: How many leads its plan has for it, where the platform decided that.
    included: int | None
    agreed_at: datetime | None = None
    #: How many of its months had begun when they ended that.
    agreed_months: int | None = None
    #: Each acknowledged lead, when it came; and those that were set off in time.
    leads: dict[UUID, datetime] = field(default_factory=dict)
    spam: set[UUID] = field(default_factory=set)
    #: Invoices that an officer noted as paid in another way.
    settled: set[str] = field(default_factory=set)
    #: The years that an officer invoiced by transfer: from when until when, and of which plan.
    given: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    #: When VIES said that the number is valid.
    proofs: list[datetime] = field(default_factory=list)


@dataclass
class Book:
    buyers: list[Buyer] = field(default_factory=list)

"""Rules for what the product does not keep today, so that it cannot begin to without one.

Statistics about visitors are off (promise A20), questions to support are answered elsewhere (E13), and no
cookie needs consent (D28). Whoever adds such a table declares it under the rule that stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from privacy import periods
from privacy.declarations import Text


@dataclass(frozen=True, slots=True)
class StandingRule:
    """A period that waits for its table. `after` is written as in `privacy.declarations.Rule`."""

    name: str
    anchor: str
    after: str
    about: Text

    def due(self, anchor: datetime) -> datetime:
        """When something goes that counts from this moment."""
        return periods.later(anchor, periods.parse(self.after))


STANDING = {
    rule.name: rule
    for rule in (
        StandingRule(
            "analytics", "seen_at", "settings.RETENTION_ANALYTICS_MONTHS", _("statistics about visitors; off")
        ),
        StandingRule(
            "support_ticket",
            "closed_at",
            "settings.RETENTION_SUPPORT_DAYS",
            _("questions to support; kept elsewhere"),
        ),
        StandingRule("cookie_consent", "given_at", "P13M", _("consent to cookies; none is asked for")),
    )
}

"""Who got somebody's data, by name: the organisation's recipients and the platform's sub-processors.

Art. 15(1)(c) GDPR as the Court of Justice reads it (C-154/21): the recipients themselves, not their kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from audit.recipients import name_of, recipients_of


def receivers_of(keys: Sequence[UUID], *, object_kind: str) -> list[str]:
    """Names of everybody to whom any of these objects went, without doubles."""
    found = [name_of(kind, identifier) for kind, identifier in recipients_of(keys, object_kind=object_kind)]
    return sorted(set(found))


def processors(*, of_organisation: bool) -> list[str]:
    """Who processes on behalf of the controller: of an organisation the platform, and who works for that."""
    named = []
    if of_organisation:
        named.append(
            _("Opmaat, which runs this service on behalf of the organisation, in the European Union")
        )
    if settings.POSTMARK_SERVER_TOKEN:
        named.append(
            _(
                "Postmark (AC PM LLC), which delivers the mails, in the United States, under the standard "
                "contractual clauses of the European Commission (Art. 46(2)(c) GDPR)"
            )
        )
    return named

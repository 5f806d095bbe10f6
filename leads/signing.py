"""Signing a stored quote: by the worker, before anybody is told of the request.

Signed is what comes out once more on the quote's own version. What lies in the table and does not is never
certified, whoever wrote it there.
"""

from datetime import timedelta

import structlog

from delivery.jobs import JobCall, TryLater, enqueue, handler
from leads.models import Lead, Status
from leads.quotes import comes_out_again
from leads.signatures import sign
from tenancy.keys import KeyUnreadable, NoKey

log = structlog.get_logger()

KEY_IS_LOOKED_FOR_EVERY = timedelta(hours=1)


def sign_quote(lead: Lead) -> None:
    """Sign a request's quote, once; where the key is not there, as soon as it is.

    A visitor's request is worth more than a signature: it is told of without one, and the log says so.
    """
    if lead.quote_signature is not None:
        return
    try:
        _sign(lead)
    except (NoKey, KeyUnreadable) as error:
        log.error("quote_not_signed", exc_info=error)
        enqueue("leads.sign", organisation_id=lead.organisation_id, ids={"lead": str(lead.pk)})


@handler("leads.sign")
def sign_later(call: JobCall) -> None:
    """Sign the quote of a request that was told of without a signature."""
    lead = Lead.objects.filter(pk=call.ids["lead"]).select_related("configurator", "version").first()
    if lead is None or lead.quote_signature is not None or lead.status == Status.QUARANTINED:
        return
    try:
        _sign(lead)
    except (NoKey, KeyUnreadable):
        raise TryLater(KEY_IS_LOOKED_FOR_EVERY) from None


def _sign(lead: Lead) -> None:
    if not comes_out_again(lead):
        log.error("quote_differs", lead_id=str(lead.pk), version_id=str(lead.version_id))
        return
    lead.quote_signature = sign(lead.quote, configurator=lead.configurator.public_key)
    Lead.objects.filter(pk=lead.pk).update(quote_signature=lead.quote_signature)

"""News for the apps above and for the other halves of billing: sent in the transaction of the change itself.

A receiver works in that transaction, asks nobody outside for anything (it leaves a job), and is happy to be
told twice.
"""

from django.dispatch import Signal

#: Sent with ``invoice`` (the row of the mirror) and ``fetched`` (FetchedInvoice, with its lines), when the
#: mirror learned something new of an invoice: that it became open or paid, failed, or was taken back.
invoice_changed = Signal()

#: Sent with ``organisation_id``, ``invoice`` (the row of the mirror it takes back, or None where that is not
#: known yet) and ``fetched`` (FetchedCreditNote), whenever a credit note was fetched.
credit_note_fetched = Signal()

#: Sent with ``account``, when what access depends on changed.
standing_changed = Signal()

#: Sent inside the organisation's transaction, under the account's lock, with ``account``: its limits may be
#: others than before.
limits_decided = Signal()

#: Sent inside the organisation's transaction, with ``organisation_id`` and ``shown``: whether its pages may
#: show their forms. It may say again what was so before.
form_decided = Signal()

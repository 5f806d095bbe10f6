"""News for the apps above, which this app may not import."""

from django.dispatch import Signal

#: Sent inside the organisation's transaction, with ``organisation``, when the period for keeping leads
#: changed: whoever keeps leads moves the date on which each may go.
lead_retention_changed = Signal()

#: Sent inside the organisation's transaction, with ``organisation``, when it was deactivated, restored or
#: terminated, so when ``terminated_at`` moved: every date that counts from there moves with it.
lifecycle_changed = Signal()

#: Sent inside the organisation's transaction, with ``organisation`` and ``days``, before a shorter period is
#: decided: whoever keeps leads answers how many it would delete at once.
shorter_retention_asked = Signal()

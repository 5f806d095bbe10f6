"""News for the apps above, which this app may not import."""

from django.dispatch import Signal

#: Sent inside the organisation's transaction, with ``organisation``, when the period for keeping leads
#: changed: whoever keeps leads moves the date on which each may go.
lead_retention_changed = Signal()

#: Sent inside the organisation's transaction, with ``organisation``, when it was deactivated, restored or
#: terminated, so when ``terminated_at`` moved: every date that counts from there moves with it.
lifecycle_changed = Signal()

#: Sent inside the organisation's transaction, with ``organisation``, when the platform suspended it or lifted
#: that again.
suspension_changed = Signal()

#: Sent inside the organisation's transaction, with ``organisation`` and ``days``, before a shorter period is
#: decided: whoever keeps leads answers how many it would delete at once.
shorter_retention_asked = Signal()

#: Sent inside the organisation's transaction, with ``organisation``, when it was founded.
founded = Signal()

#: Sent inside the organisation's transaction, with ``organisation_id``, ``of`` (what is to be added, such as
#: "seats") and ``count`` (how many there are), before one is added. A receiver locks, counts, and raises
#: ``organisations.allowances.NoRoom`` where it would be too many.
room_wanted = Signal()

#: Sent with ``organisation``: whoever sends bills answers the addresses to which they go.
bill_readers_asked = Signal()

#: Sent with ``organisation``, ``permission`` and ``to`` (what it is used for, where that alone may wait),
#: before a right is used to change something: a receiver answers a Notice where it is withheld for now.
right_used = Signal()

#: Sent with ``organisation`` and the reader's ``permissions`` for each page: a list of Notice.
notices_wanted = Signal()

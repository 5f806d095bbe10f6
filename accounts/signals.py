"""News for the apps above, which this app may not import."""

from django.dispatch import Signal

#: Sent in the transaction that begins the wait, with ``user``, ``hours`` and ``stop_link``: whoever answers
#: for the person's doings is told, and may stop it.
lost_factor_waits = Signal()

#: Sent in the transaction that takes the second factor off, with ``user``.
lost_factor_taken_off = Signal()

#: Sent in the transaction that ends every session of a person who reports misuse, with ``user``: whoever
#: keeps the register of breaches opens a case.
misuse_reported = Signal()

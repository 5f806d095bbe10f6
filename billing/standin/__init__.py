"""A stand-in for Stripe: it speaks the same API over HTTP, keeps its own clock and takes no money.

It knows nothing of the rest of the product and imports nothing of it, nor of Django or Stripe's library:
what the two agree on, they agree on over the wire. It was written from the shapes in Stripe's library and
from Stripe's documentation, and was never compared with the live service.

``world.py`` holds what exists and what time it is; a module per subject says what can be done with it;
``server.py`` listens; ``control.py`` tells how a test or a demonstration takes hold of it.
"""

"""What is true of all configurations of a draft: lowest and highest price, what cannot be had, what clashes.

`prove` divides the configurator into parts that do not touch each other (`components`), and searches each
of them (`searching`) with bounds that are never too tight (`ranges`, `bounds`, `narrowing`). What it says was
proved, or it says that it only looked at so many.
"""

from configurators.proving.findings import Choice, Clash, Extreme, Proof
from configurators.proving.proof import prove

__all__ = ["Choice", "Clash", "Extreme", "Proof", "prove"]

"""How large a formula and its numbers may grow.

A formula has no loops: every node runs at most once, so the limit on nodes is the limit on work.
"""

MAX_SOURCE = 2000
MAX_NODES = 400
MAX_DEPTH = 100
MAX_WHOLE_DIGITS = 15  # of a number written in a formula
MAX_DECIMALS = 10
MAX_EXPONENT = 64

# Of every number computed: at least this is #LIMIT!.
MAGNITUDE_DIGITS = 30
SIGNIFICANT_DIGITS = 100
QUOTIENT_PLACES = 20

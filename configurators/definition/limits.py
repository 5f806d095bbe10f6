"""The constants of the schema: its version, and how large a definition may be."""

SCHEMA_VERSION = 2

LANGUAGES = ("nl", "en", "fr")

#: Decimals of the smallest coin.
MINOR_UNITS = {
    "EUR": 2,
    "GBP": 2,
    "USD": 2,
    "CHF": 2,
    "DKK": 2,
    "NOK": 2,
    "SEK": 2,
    "PLN": 2,
    "CZK": 2,
    "JPY": 0,
}

CONTACT_FIELDS = ("name", "email", "phone")
#: The last one is what every object has in a browser.
RESERVED_KEYS = frozenset({*CONTACT_FIELDS, "true", "false", "subtotal", "constructor"})

MAX_BYTES = 512 * 1024
MAX_DEPTH = 12
MAX_STEPS = 50
MAX_GROUPS = 200
MAX_ITEMS = 12  # of a repeat
MAX_OPTIONS = 100
MAX_LAYERS = 60
MAX_LINES = 200
MAX_TABLES = 50
MAX_PLACES = 200  # on an axis, or tiers
MAX_CELLS = 10_000  # of one table
MAX_CONSTRAINTS = 500
MAX_PAIRS = 2500  # of one constraint
MAX_FORMULA_NODES = 20_000
MAX_TEXT = 2000
MAX_KEY = 60
MAX_ANSWER_TEXT = 5000
MAX_DAYS = 36_500  # from today, of a date
MAX_SHOWN_DECIMALS = 6  # of a calculated number
DEFAULT_TEXT_LENGTH = 500
#: What a visitor may hand in as a file, and how many of them one question takes.
FILE_KINDS = ("image", "pdf")
MAX_FILES = 5
MAX_PROBLEMS = 200

"""What stands on a visitor's page, part by part, in words of one language."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from configurators.files import LARGEST_FILE, LARGEST_FILE_MB, HandedIn
from configurators.shown_images import ShownImage, ShownLayers

#: By kind of group, how it is drawn.
TEMPLATES = {
    "single": "choice", "multi": "choice", "number": "number", "quantity": "number",
    "boolean": "boolean", "text": "text", "date": "date", "file": "file",
    "calculated": "calculated", "contact": "contact",
}  # fmt: skip
_TICKS = 10


@dataclass(frozen=True, slots=True)
class ShownLine:
    name: str
    note: str
    amount: str


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """``total`` is a dash where there is no price for these answers, and ``vat`` then says so."""

    lines: list[ShownLine]
    total: str
    vat: str
    #: The total as a plain amount; '' where there is none, or none is shown.
    gross: str = ""

    @property
    def spoken(self) -> str:
        """The total as a sentence, for a screen reader."""
        return _("Total including VAT: %(total)s") % {"total": self.total}


@dataclass(frozen=True, slots=True)
class ShownOption:
    key: str
    label: str
    help: str
    image: str
    photo: ShownImage | None
    chosen: bool
    price: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactField:
    name: str
    label: str
    type: str
    autocomplete: str
    max_length: int
    required: bool
    value: str
    error: str

    @property
    def id(self) -> str:
        return f"contact-{self.name}"


@dataclass(slots=True)
class ShownGroup:
    """One question; what a kind does not have is empty."""

    key: str
    kind: str
    label: str
    help: str
    required: bool
    #: Whether that follows other answers.
    required_if: bool
    hidden: bool
    error: str
    remark: str = ""
    value: str | bool = ""
    price: str = ""
    reason: str = ""
    alone: bool = False
    options: list[ShownOption] = field(default_factory=list)
    fields: list[ContactField] = field(default_factory=list)
    unit: str = ""
    low: str = ""
    high: str = ""
    step: str = ""
    limits: list[str] = field(default_factory=list)
    mark: str = ""
    whole: bool = False
    multiline: bool = False
    max_length: int = 0
    too_early: str = ""
    too_late: str = ""
    accept: str = ""
    most: int = 0
    files: list[HandedIn] = field(default_factory=list)
    #: Whether it asks how many items there are.
    repeats: bool = False

    largest = LARGEST_FILE
    largest_mb = LARGEST_FILE_MB

    @property
    def template(self) -> str:
        return f"configurators/public/_{TEMPLATES[self.kind]}.html"

    @property
    def input_type(self) -> str:
        return "radio" if self.kind == "single" else "checkbox"

    @property
    def ticks(self) -> list[int]:
        return [100 * tick // _TICKS for tick in range(_TICKS + 1)]


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of a repeat with its questions, such as “Window 2”."""

    key: str
    label: str
    hidden: bool
    groups: list[ShownGroup]

    @property
    def template(self) -> str:
        return "configurators/public/_item.html"


@dataclass(frozen=True, slots=True)
class ShownStep:
    key: str
    title: str
    short: str
    hidden: bool
    groups: list[ShownGroup | ShownItem]


@dataclass(frozen=True, slots=True)
class ShownPage:
    title: str
    intro: str
    #: Whether each choice has its price, and whether at least a total is shown.
    priced: bool
    totalled: bool
    #: Whether the confirmation is the first to say what it costs.
    told_at_last: bool
    #: Whether what is asked, or can be chosen, follows other answers.
    follows: bool
    submittable: bool
    takes_files: bool
    steps: list[ShownStep]
    price: ShownPrice
    drawing: str
    layers: ShownLayers | None

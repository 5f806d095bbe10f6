"""The words in which an app says what personal data it holds, and for how long.

Each app has one page, `<app>/personal_data.py`, that a data-protection officer can read. It names every
column of every table of the app, either as personal (what it is, why, on what ground) or as not personal
(with the reason). A new column that is not named there fails `manage.py check`.

This module imports nothing else of the product, so that every app may import it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise
Role = Literal["controller", "processor"]


class Subject(StrEnum):
    """Whose data a table holds."""

    LEAD = "lead"  # who asked an organisation for an offer
    ACCOUNT = "account"  # who signs in
    VISITOR = "visitor"  # who looked or tried, and is neither of the two
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Case:
    """Rows that go by another period: those whose `column` holds `value`, or anything where it is ANYTHING.

    `anchor` is empty where they count from the same moment as the others.
    """

    column: str
    value: str | bool
    after: str
    anchor: str = ""


#: The `value` of a Case for rows whose column is filled.
ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Until:
    """A moment that no row outlives, whatever its own period says ("organisation.restorable_until")."""

    anchor: str
    after: str = "P0D"


@dataclass(frozen=True, slots=True)
class Rule:
    """How long rows are kept, counted from an anchor.

    `anchor` is a column of the table ("submitted_at") or of the row it belongs to ("lead.submitted_at").
    `after` is an ISO 8601 period ("P90D", "P2Y", "PT24H"), the name of a setting that holds a number of days
    or years ("settings.RETENTION_LEAD_ORIGIN_DAYS", "settings.RETENTION_ACCOUNT_YEARS"), or a column with a
    number of days ("organisation.lead_retention_days").
    `action` is the only choice there is (promise H25): the row is deleted, or the columns declared personal
    are blanked for good and the row stays.
    `column` carries the date on which that happens. A table without it goes with the row it belongs to.
    `cases` names the rows that go by another period, `until` a moment that none of them outlives; both are
    computed like the rule itself. `how` says in words what else deletes the row, or what does where no sweep
    does; `shorter` which rows their own code dates earlier. `hold=False` is for copies of what is kept
    elsewhere, which no legal hold needs.
    """

    name: str
    anchor: str
    after: str
    action: Literal["delete", "anonymise"] = "delete"
    column: str = "purge_after"
    shorter: str = ""
    how: str = ""
    cases: tuple[Case, ...] = ()
    until: Until | None = None
    hold: bool = True


@dataclass(frozen=True, slots=True)
class SpelledOut:
    """Where the text stands of which a column keeps the hash: a table, its column of hashes and of texts."""

    label: str
    by: str
    column: str


@dataclass(frozen=True, slots=True)
class Personal:
    """A column with something about a person.

    `category` is dotted, from the general to the particular: "contact.email", "technical.ip".
    `rule` is only for a column that is blanked before its row goes. `provided` is true where the person gave
    the value themselves, so that it is theirs to take along (Art. 20(1) GDPR); what we made of it is not.
    `spelled_out` names where a text is kept of which the column has only the hash; its person reads the text.
    `file` marks the bytes of a file, which its person gets as a file and not as a value.
    """

    category: str
    purpose: str
    basis: str
    label: Text = ""
    sealed: bool = False
    hashed: bool = False
    org_visible: bool = True
    seen_by: Text = ""
    source: Text = ""
    provided: bool = False
    rule: Rule | None = None
    spelled_out: SpelledOut | None = None
    file: bool = False


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """A column that says nothing about a person, and why it does not."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class JSONKeys:
    """What stands in a JSON column, key by key.

    "*" stands for keys that are data themselves (identifiers of options, names of locales);
    "[]" for the elements, where the column holds a list.
    """

    keys: Mapping[str, Personal | NotPersonal]

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", MappingProxyType(dict(self.keys)))

    def personal(self) -> dict[str, Personal]:
        return {key: value for key, value in self.keys.items() if isinstance(value, Personal)}

    def allows(self, key: str) -> bool:
        return key in self.keys or "*" in self.keys


Field = Personal | NotPersonal | JSONKeys


@dataclass(frozen=True, slots=True)
class Whose:
    """How a row leads to its person: `column` holds the key of a row of `root`, or the hash of an address.

    `root` is the label of the table with one row per person or request ("leads.Lead", "accounts.User"). A
    reference to it needs no `Whose`: it is read from the model. With `by="address"` the column is the blind
    index of the person's address, or the address itself where it stands in clear.
    """

    root: str
    column: str
    by: Literal["key", "address"] = "key"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure does with the rows of a person (Art. 17 GDPR).

    *delete*: the row goes, with the root or by itself. *blank*: the named columns are emptied and the row
    stays. *keep*: nothing is touched, on a `ground` of Art. 17(3) ("17(3)(b)"), in words in `why`; it then
    goes by its own rule.
    """

    what: Literal["delete", "blank", "keep"] = "delete"
    ground: str = ""
    why: Text = ""
    columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.what == "blank") != bool(self.columns):
            raise ValueError("What an erasure empties is named column by column, and nothing else is.")
        if self.what == "keep" and not (self.ground and self.why):
            raise ValueError("What an erasure keeps needs a ground and a reason.")


DELETE = Erasure()


@dataclass(frozen=True, slots=True)
class Also:
    """A second way from a person to rows, which only an erasure takes.

    `root` is the label of a person's root, or of any table whose rows these go with: a copy of a mail goes
    with the mail. With `by="prefix"` the column begins with the key, up to a colon. With `alone` only rows
    are taken that no reference to the root claims.
    """

    root: str
    column: str
    by: Literal["key", "address", "prefix"] = "key"
    erasure: Erasure = DELETE
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """One table: `label` is "app.Model", or the bare name of a table that has no model.

    `root` is true where one row stands for one person (an account) or one thing a person did (a lead).
    `called` is what an officer reads for its rows ("Requests for an offer").
    `apart` says why no row can be found by its person, where that is so. `title` is what a person reads above
    the rows in a copy of their data, where the category of the columns does not say it.
    `automated_decision` is true where a machine alone decides with effect for a person (Art. 22);
    `automated_text` then says how, and what can be done about it. A computed price is no such decision.
    """

    label: str
    role: Role
    subject: Subject
    rule: Rule | None
    fields: Mapping[str, Field]
    seen_by: Text = ""
    page: str = ""
    root: bool = False
    whose: Whose | None = None
    erasure: Erasure = DELETE
    apart: str = ""
    title: Text = ""
    called: Text = ""
    also: tuple[Also, ...] = ()
    automated_decision: bool = False
    automated_text: Text = ""

    @property
    def is_personal(self) -> bool:
        return any(
            isinstance(value, Personal) or (isinstance(value, JSONKeys) and bool(value.personal()))
            for value in self.fields.values()
        )


@dataclass(slots=True)
class Collector:
    """Where `declare` puts what the pages say. Filled by `privacy.registry.load()`."""

    declarations: dict[str, Declaration] = field(default_factory=dict)
    twice: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, declaration: Declaration) -> None:
        known = self.declarations.get(declaration.label)
        if known is not None and known.page != declaration.page:
            self.twice.append((declaration.label, known.page, declaration.page))
            return
        self.declarations[declaration.label] = declaration


collector = Collector()


def declare(
    label: str,
    *,
    role: Role,
    fields: Mapping[str, Field],
    subject: Subject | str = Subject.NONE,
    rule: Rule | None = None,
    seen_by: Text = "",
    root: bool = False,
    whose: Whose | None = None,
    erasure: Erasure = DELETE,
    apart: str = "",
    title: Text = "",
    called: Text = "",
    also: tuple[Also, ...] = (),
    automated_decision: bool = False,
    automated_text: Text = "",
) -> Declaration:
    """Say what a table holds. The second declaration of a table on another page is an error of the check."""
    declaration = Declaration(
        label=label,
        role=role,
        subject=Subject(subject),
        rule=rule,
        fields=MappingProxyType(dict(fields)),
        seen_by=seen_by,
        root=root,
        whose=whose,
        erasure=erasure,
        apart=apart,
        automated_decision=automated_decision,
        automated_text=automated_text,
        title=title,
        called=called,
        also=also,
        page=str(sys._getframe(1).f_globals.get("__name__", "")),
    )
    collector.add(declaration)
    return declaration

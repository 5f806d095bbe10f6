"""What is held about the person of a request, by group of fields, for the officer who decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from privacy import registry
from privacy.declarations import Subject
from privacy.models.requests import AccountRequest, PrivacyRequest
from privacy.requests.sealed import AnyRequest, person_of
from privacy.subject.finding import with_address
from privacy.subject.reading import Person, Section, Value, Withheld, sections_about
from privacy.vocabulary import CATEGORIES
from tenancy.encryption import normalise_email

#: Shown of each group; the whole of it is in the copy that the person gets.
SHOWN = 8


@dataclass(slots=True)
class Group:
    """The fields of one category, in as many rows as there are."""

    name: str
    values: list[Value] = field(default_factory=list)
    rows: int = 0

    @property
    def label(self) -> str:
        return str(CATEGORIES.get(self.name, self.name))

    @property
    def shown(self) -> list[str]:
        """The first values without doubles, shortened: enough to know what this is."""
        texts = dict.fromkeys(value.shown.splitlines()[0][:60] for value in self._readable() if value.shown)
        return list(texts)[:SHOWN]

    @property
    def fields(self) -> list[str]:
        """What kinds of data these are."""
        return list(dict.fromkeys(value.label for value in self.values))

    def _readable(self) -> Iterator[Value]:
        return (value for value in self.values if not value.withheld and not value.internal)


@dataclass(slots=True)
class Kept:
    """What an erasure leaves whatever is decided, and why (Art. 17(3))."""

    label: str
    why: str
    ground: str
    rows: int


@dataclass(slots=True)
class Found:
    groups: list[Group]
    kept: list[Kept]
    tables: int

    @property
    def values(self) -> int:
        return sum(len(group.values) for group in self.groups)


def found(request: AnyRequest) -> Found:
    """Everything of the current organisation, or of the platform, about the person of a request."""
    person = _whom(request)
    if person is None:
        return Found([], [], 0)
    sections = sections_about(person, plane="tenant" if isinstance(request, PrivacyRequest) else "control")
    return Found(_groups(sections), _kept(sections), len(registry.held_about(person.root)))


def _whom(request: AnyRequest) -> Person | None:
    """None where it is not known whom to look for."""
    email = normalise_email(person_of(request).email)
    if isinstance(request, AccountRequest):
        keys = (request.user_id,) if request.user_id else ()
        return Person(registry.root_of(Subject.ACCOUNT), keys, email) if keys else None
    if not email:
        return None
    return Person(registry.root_of(Subject.LEAD), tuple(with_address(email)), email)


def _groups(sections: list[Section]) -> list[Group]:
    groups: dict[str, Group] = {}
    for section in sections:
        if section.declaration.erasure.what != "keep":
            _collect(section, groups)
    order = list(CATEGORIES)
    return sorted(groups.values(), key=lambda group: order.index(group.name))


def _collect(section: Section, groups: dict[str, Group]) -> None:
    for record in section.records:
        touched = set()
        for value in record.values:
            if value.internal or value.withheld == Withheld.ANOTHER:
                continue
            name = value.declared.category.partition(".")[0]
            groups.setdefault(name, Group(name)).values.append(value)
            touched.add(name)
        for name in touched:
            groups[name].rows += 1


def _kept(sections: list[Section]) -> list[Kept]:
    return [
        Kept(
            str(section.declaration.title or section.declaration.label),
            str(section.declaration.erasure.why),
            section.declaration.erasure.ground,
            len(section.records),
        )
        for section in sections
        if section.declaration.erasure.what == "keep"
    ]

"""A copy of somebody's data as programs read it: JSON after a schema, CSV to take along, and both in a ZIP.

The JSON is the whole answer of Art. 15. The CSV is what Art. 20 lets a person take along: what they gave
themselves, under an agreement or with consent, and nothing that was made of it (promise H30).
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.subject.copy import Copy
from privacy.subject.reading import Value
from privacy.subject.schema import VERSION, copy_schema

#: Consent, and an agreement or what was asked for before one (Art. 20(1)(a) GDPR).
PORTABLE_BASES = frozenset({"6(1)(a)", "6(1)(b)"})
#: First characters that a spreadsheet would take for a formula, and what it passes over before them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PASSED_OVER = " \u00a0\u200b\ufeff"


def as_document(copy: Copy) -> dict[str, Any]:
    """The copy as JSON holds it, by the schema of ``privacy.subject.schema``."""
    return {
        "version": VERSION,
        "made_at": copy.made_at.isoformat(),
        "controller": {
            "name": copy.controller.name,
            "address": copy.controller.address,
            "email": copy.controller.email,
            "privacy_policy": copy.controller.policy_url,
        },
        "uses": [
            {"purpose": use.purpose, "basis": use.basis, "categories": list(use.categories)}
            for use in copy.uses
        ],
        "recipients": [*copy.receivers, *copy.processors],
        "source": copy.source,
        "automated_decisions": copy.automated,
        "rights": copy.rights,
        "complain_to": dict(zip(("name", "url"), copy.complain_to, strict=True)),
        "accesses": [
            {"what": access.what, "action": access.action, "at": access.at.isoformat()}
            for access in copy.accesses
        ],
        "data": {name: rows for name, rows in _tables(copy).items() if rows},
        "kept": {part.section.declaration.label: part.kept for part in copy.parts},
    }


def as_json(copy: Copy) -> bytes:
    return json.dumps(as_document(copy), ensure_ascii=False, indent=2).encode()


def as_csv(copy: Copy) -> bytes:
    """What the person gave, one value a line, as a spreadsheet opens it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["table", "row", "field", "label", "value"])
    for part in copy.parts:
        for number, record in enumerate(part.section.records, 1):
            for value in record.values:
                if is_portable(value):
                    label = part.section.declaration.label
                    texts = (value.name, str(value.label), _text(value))
                    writer.writerow([label, number, *map(_harmless, texts)])
    return text.getvalue().encode("utf-8-sig")


def as_zip(copy: Copy, *, page: bytes) -> bytes:
    """The page to read, the JSON with its schema, and the CSV, in one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.html", page)
        archive.writestr("copy.json", as_json(copy))
        archive.writestr("copy.schema.json", json.dumps(copy_schema(), ensure_ascii=False, indent=2))
        archive.writestr("portable.csv", as_csv(copy))
        archive.writestr("README.txt", _read_me(copy))
        for number, file in enumerate(copy.files, 1):
            archive.writestr(f"files/{number}-{file.name}", file.make(), zipfile.ZIP_STORED)
    return packed.getvalue()


def is_portable(value: Value) -> bool:
    return value.declared.provided and value.declared.basis in PORTABLE_BASES and not value.withheld


def _tables(copy: Copy) -> dict[str, list[dict[str, Any]]]:
    """Rows by table; of an account, one table may come from several organisations."""
    found: dict[str, list[dict[str, Any]]] = {}
    for part in copy.parts:
        rows = [{value.name: _document(value) for value in record.values} for record in part.section.records]
        found.setdefault(part.section.declaration.label, []).extend(rows)
    return found


def _document(value: Value) -> Any:
    return {"withheld": str(value.withheld)} if value.withheld else value.value


def _text(value: Value) -> str:
    return value.value if isinstance(value.value, str) else json.dumps(value.value, ensure_ascii=False)


def _harmless(text: str) -> str:
    """An apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text.lstrip(_PASSED_OVER).startswith(_FORMULA) else text


def _read_me(copy: Copy) -> str:
    lines = [
        _("Your data at %(name)s, on %(date)s.")
        % {"name": copy.controller.name, "date": date_format(copy.made_at)},
        "",
        _("copy.html: everything, to read in a browser"),
        _("copy.json: the same for programs; copy.schema.json says what stands where"),
        _("files: the files that you handed in, if there are any"),
        _("portable.csv: what you gave yourself, to take along to another service"),
    ]
    return "\n".join(lines) + "\n"

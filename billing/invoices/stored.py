"""A document as JSON, and back: what was issued, word for word."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from billing.invoices.document import Invoice, Line, Party, Vat
from billing.numbering import Kind
from billing.vat.deciding import Category

_DAYS = ("issued_on", "due_on", "supplied_from", "supplied_until")


def as_json(invoice: Invoice) -> dict[str, Any]:
    """Amounts and dates as text, so that nothing is rounded on the way."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(invoice), default=str))
    return found


def digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def from_json(content: dict[str, Any]) -> Invoice:
    """The document that ``as_json`` made this of."""
    apart = ("lines", "seller", "buyer", "vat", "tax_charged")
    plain = {name: value for name, value in content.items() if name not in apart}
    days = {name: date.fromisoformat(content[name]) for name in _DAYS}
    return Invoice(
        **plain
        | days
        | {
            "kind": Kind(content["kind"]),
            "corrected_on": _day(content["corrected_on"]),
            "seller": Party(**content["seller"]),
            "buyer": Party(**content["buyer"]),
            "vat": _vat(content["vat"]),
            "tax_charged": Decimal(content["tax_charged"]) if content["tax_charged"] is not None else None,
            "lines": tuple(_line(line) for line in content["lines"]),
        }
    )


def _line(content: dict[str, Any]) -> Line:
    return Line(
        text=content["text"],
        quantity=Decimal(content["quantity"]),
        unit_price=Decimal(content["unit_price"]),
        unit=content["unit"],
        starts_on=_day(content["starts_on"]),
        ends_on=_day(content["ends_on"]),
        vat=_vat(content["vat"]) if content["vat"] else None,
    )


def _vat(content: dict[str, Any]) -> Vat:
    return Vat(
        Category(content["category"]), Decimal(content["rate"]), content["note"], content["provisional"]
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

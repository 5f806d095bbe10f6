"""Credit notes: taking back a part of an invoice, before it is paid or after."""

from __future__ import annotations

from decimal import Decimal

from billing.standin import catalogue, invoices, lines, refunds, standing
from billing.standin.answers import PAGE, page, whole_list
from billing.standin.errors import invalid
from billing.standin.parameters import Kind, each, group, merged, one_of, pairs, text, texts, whole
from billing.standin.routes import api
from billing.standin.world import Obj, World

_PATH = "/v1/credit_notes"
_LINE: Kind = group(
    {
        "type": one_of("invoice_line_item", "custom_line_item"),
        "amount": whole,
        "description": text,
        "invoice_line_item": text,
        "quantity": whole,
        "tax_rates": texts,
        "unit_amount": whole,
    },
    "type",
)
_NOTE: dict[str, Kind] = {
    "amount": whole,
    "credit_amount": whole,
    "effective_at": whole,
    "invoice": text,
    "lines": each(_LINE),
    "memo": text,
    "metadata": pairs,
    "out_of_band_amount": whole,
    "reason": one_of("duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
    "refund_amount": whole,
}


@api("POST", _PATH, _NOTE, "invoice")
def create(world: World, given: Obj) -> Obj:
    invoice, note = _worked_out(world, given)
    world.add(note)
    for row in note["lines"]["data"]:
        row["id"] = world.ids.new("credit_note_line_item")
    note["lines"]["url"] = f"{_PATH}/{note['id']}/lines"
    world.say("credit_note.created", note)
    with world.changing(invoice, "invoice.updated"):
        _write_on(world, invoice, note)
    if note["post_payment_amount"]:
        _give_back(world, invoice, note, given)
    elif invoice["status"] == "open" and not invoice["amount_remaining"]:
        invoices.mark_paid(world, invoice)
        standing.after_paid(world, invoice)
    return note


@api("POST", _PATH + "/preview", _NOTE, "invoice")
def preview(world: World, given: Obj) -> Obj:
    """As it would be; nothing is kept."""
    _invoice, note = _worked_out(world, given)
    return {"id": "cn_preview", **note}


@api("GET", _PATH + "/preview", _NOTE, "invoice")
def preview_by_get(world: World, given: Obj) -> Obj:
    return preview(world, given)


def _worked_out(world: World, given: Obj) -> tuple[Obj, Obj]:
    invoice = world.get("invoice", given["invoice"], param="invoice")
    if invoice["status"] not in ("open", "paid", "uncollectible"):
        raise invalid(
            "You can only create credit notes for invoices that are open, paid or uncollectible.",
            param="invoice",
        )
    rows = _rows(world, invoice, given)
    sums = lines.totals(rows)
    before = invoice["pre_payment_credit_notes_amount"] + invoice["post_payment_credit_notes_amount"]
    if sums["total"] <= 0 or before + sums["total"] > invoice["total"]:
        raise invalid("The credit note is larger than what is left of the invoice.", param="amount")
    paid = invoice["status"] == "paid"
    if paid:
        _check_parts(given, sums["total"])
    number = len(world.all("credit_note", invoice=invoice["id"])) + 1
    note_number = f"{invoice['number']}-CN-{number:02d}"
    return invoice, {
        "object": "credit_note",
        "amount": sums["total"],
        "amount_shipping": 0,
        "created": world.now_for(invoice),
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": given.get("effective_at") or world.now_for(invoice),
        "invoice": invoice["id"],
        "lines": whole_list("", rows),
        "livemode": False,
        "memo": given.get("memo"),
        "metadata": merged(None, given.get("metadata")),
        "number": note_number,
        "out_of_band_amount": given.get("out_of_band_amount"),
        "pdf": f"{world.url}/invoice/{invoice['id']}/print",
        "post_payment_amount": sums["total"] if paid else 0,
        "pre_payment_amount": 0 if paid else sums["total"],
        "pretax_credit_amounts": [],
        "reason": given.get("reason"),
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "subtotal": sums["subtotal"],
        "subtotal_excluding_tax": sums["subtotal_excluding_tax"],
        "total": sums["total"],
        "total_excluding_tax": sums["total_excluding_tax"],
        "total_taxes": sums["total_taxes"],
        "type": "post_payment" if paid else "pre_payment",
        "voided_at": None,
    }


def _check_parts(given: Obj, total: int) -> None:
    parts = [given.get(name) or 0 for name in ("refund_amount", "credit_amount", "out_of_band_amount")]
    if sum(parts) != total:
        raise invalid(
            "The sum of credit amount, refund amount and out of band amount must equal the post payment"
            f" amount, which is {total}."
        )


def _rows(world: World, invoice: Obj, given: Obj) -> list[Obj]:
    wanted = given.get("lines")
    if not wanted:
        total = invoice["total"] if given.get("amount") is None else given["amount"]
        return _spread(world, invoice, total)
    return [_row(world, invoice, one) for one in wanted]


def _spread(world: World, invoice: Obj, total: int) -> list[Obj]:
    """An amount without lines takes of every tax its share; a whole invoice is taken back line by line."""
    if total == invoice["total"]:
        wanted = [
            {"type": "invoice_line_item", "invoice_line_item": row["id"]} for row in invoice["lines"]["data"]
        ]
        return [_row(world, invoice, one) for one in wanted]
    on_top = sum(tax["amount"] for tax in invoice["total_taxes"] if tax["tax_behavior"] == "exclusive")
    tax = catalogue.rounded(_share(total, invoice["total"], on_top))
    whole_tax = [{**one, "amount": tax, "taxable_amount": total - tax} for one in invoice["total_taxes"][:1]]
    return [_note_line("custom_line_item", total - tax, 1, "Credit", whole_tax)]


def _share(part: int, of: int, amount: int) -> Decimal:
    return Decimal(amount) * part / of if of else Decimal(0)


def _row(world: World, invoice: Obj, given: Obj) -> Obj:
    customer = world.get("customer", invoice["customer"])
    if given["type"] == "custom_line_item":
        amount = (given.get("unit_amount") or 0) * (given.get("quantity") or 1)
        rates = catalogue.tax_rates(world, given.get("tax_rates"), param="lines[tax_rates]")
        taxes = lines.taxes(amount, rates, customer)
        return _note_line(given["type"], amount, given.get("quantity") or 1, given.get("description"), taxes)
    name = given.get("invoice_line_item")
    origin = next((row for row in invoice["lines"]["data"] if row["id"] == name), None)
    if origin is None:
        raise invalid(f"No such invoice line item: '{name}'", param="lines", code="resource_missing")
    quantity = given.get("quantity") or origin["quantity"] or 1
    amount = given.get("amount")
    if amount is None:
        amount = catalogue.rounded(_share(quantity, origin["quantity"] or 1, origin["amount"]))
    names = [tax["tax_rate_details"]["tax_rate"] for tax in origin["taxes"]]
    taxes = lines.taxes(amount, [world.get("tax_rate", one) for one in names], _as_invoiced(invoice))
    row = _note_line(given["type"], amount, quantity, origin["description"], taxes)
    return {**row, "invoice_line_item": name}


def _as_invoiced(invoice: Obj) -> Obj:
    """Exempt then is exempt now."""
    return {"tax_exempt": invoice["customer_tax_exempt"]}


def _note_line(kind: str, amount: int, quantity: int, description: str | None, taxes: list[Obj]) -> Obj:
    return {
        "object": "credit_note_line_item",
        "id": "cnli_preview",
        "amount": amount,
        "description": description,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "tax_rates": [],
        "taxes": taxes,
        "type": kind,
        "unit_amount": None,
        "unit_amount_decimal": None,
    }


def _write_on(world: World, invoice: Obj, note: Obj) -> None:
    if note["pre_payment_amount"]:
        invoice["pre_payment_credit_notes_amount"] += note["total"]
        invoice["amount_due"] -= note["total"]
        invoice["amount_remaining"] -= note["total"]
        if intent := invoices.intent_of(world, invoice):
            intent["amount"] = max(0, invoice["amount_remaining"])
    else:
        invoice["post_payment_credit_notes_amount"] += note["total"]


def _give_back(world: World, invoice: Obj, note: Obj, given: Obj) -> None:
    if amount := given.get("refund_amount"):
        intent = invoices.intent_of(world, invoice)
        charge = world.find("charge", intent["latest_charge"]) if intent else None
        if charge is None:
            raise invalid("There is no charge to refund.", param="refund_amount")
        refund = refunds.make(world, charge, amount=amount)
        note["refunds"] = [{"amount_refunded": amount, "refund": refund["id"], "type": "refund"}]
    if amount := given.get("credit_amount"):
        customer = world.get("customer", invoice["customer"])
        with world.changing(customer, "customer.updated"):
            customer["balance"] -= amount


@api("GET", _PATH, {**PAGE, "customer": text, "invoice": text})
def list_(world: World, given: Obj) -> Obj:
    return page(world, _PATH, world.all("credit_note"), given, equal=("customer", "invoice"))


@api("GET", _PATH + "/{note}")
def retrieve(world: World, given: Obj, note_id: str) -> Obj:
    return world.get("credit_note", note_id)


@api("GET", _PATH + "/{note}/lines", PAGE)
def list_lines(world: World, given: Obj, note_id: str) -> Obj:
    note = world.get("credit_note", note_id)
    rows = [{**row, "_n": -n} for n, row in enumerate(note["lines"]["data"])]
    return page(world, f"{_PATH}/{note_id}/lines", rows, given)


@api("POST", _PATH + "/{note}/void")
def void(world: World, given: Obj, note_id: str) -> Obj:
    """One before payment alone; the invoice is owed in full again."""
    note = world.get("credit_note", note_id)
    invoice = world.get("invoice", note["invoice"])
    if note["type"] != "pre_payment" or note["status"] != "issued" or invoice["status"] != "open":
        raise invalid("You can only void a credit note of an open invoice.")
    note.update({"status": "void", "voided_at": world.now_for(note)})
    with world.changing(invoice, "invoice.updated"):
        _write_on(world, invoice, {**note, "total": -note["total"]})
    world.say("credit_note.voided", note)
    return note

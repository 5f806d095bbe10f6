"""An invoice as UBL 2.1 after EN 16931, in the shape of Peppol BIS Billing 3.0.

The names of business terms (BT-…) are those of EN 16931-1.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from billing.invoices.document import Invoice, Line, Party, Vat
from billing.numbering import Kind
from billing.vat.deciding import Category

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{0}-2"
_CUSTOMISATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
#: UNTDID 1001.
_TYPE = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
#: UNTDID 4461: transfer, and by means that the document does not tell (a debit would want its mandate).
_TRANSFER, _COLLECTED = "58", "1"
_EXEMPTION = {Category.REVERSE_CHARGE: "VATEX-EU-AE", Category.OUTSIDE: "VATEX-EU-O"}
#: ISO 6523: which register a company's number is of.
_REGISTERS = {"NL": "0106", "BE": "0208", "FR": "0002"}

ET.register_namespace("cac", _CAC)
ET.register_namespace("cbc", _CBC)


def ubl(invoice: Invoice) -> bytes:
    """The document as XML. What it lacks is for billing.invoices.content to say."""
    name = "Invoice" if invoice.kind is Kind.INVOICE else "CreditNote"
    root = ET.Element(f"{{{_ROOT.format(name)}}}{name}")
    _header(root, invoice)
    _party(root, "AccountingSupplierParty", invoice.seller, invoice, is_seller=True)
    _party(root, "AccountingCustomerParty", invoice.buyer, invoice, is_seller=False)
    _payment(root, invoice)
    _taxes(root, invoice)
    _totals(root, invoice)
    for number, line in enumerate(invoice.lines, start=1):
        _line(root, number, line, invoice)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True, default_namespace=None)


def _header(root: ET.Element, invoice: Invoice) -> None:
    is_invoice = invoice.kind is Kind.INVOICE
    _text(root, "CustomizationID", _CUSTOMISATION)
    _text(root, "ProfileID", _PROFILE)
    _text(root, "ID", invoice.number)
    _day(root, "IssueDate", invoice.issued_on)
    if is_invoice:
        _day(root, "DueDate", invoice.due_on)
    _text(root, "InvoiceTypeCode" if is_invoice else "CreditNoteTypeCode", _TYPE[invoice.kind])
    if note := "; ".join(part.vat.note for part in invoice.parts if part.vat.note):
        _text(root, "Note", note)
    _text(root, "DocumentCurrencyCode", "EUR")
    _text(root, "BuyerReference", invoice.reference or invoice.number)
    period = _part(root, "InvoicePeriod")
    _day(period, "StartDate", invoice.supplied_from)
    _day(period, "EndDate", invoice.supplied_until)
    if invoice.corrects:
        corrected = _part(_part(root, "BillingReference"), "InvoiceDocumentReference")
        _text(corrected, "ID", invoice.corrects)
        if invoice.corrected_on:
            _day(corrected, "IssueDate", invoice.corrected_on)


def _party(root: ET.Element, role: str, party: Party, invoice: Invoice, *, is_seller: bool) -> None:
    inner = _part(_part(root, role), "Party")
    register = _REGISTERS.get(party.country)
    if party.registration and register:
        _text(inner, "EndpointID", party.registration, schemeID=register)
    _text(_part(inner, "PartyName"), "Name", party.name)
    address = _part(inner, "PostalAddress")
    _text(address, "StreetName", party.street)
    _text(address, "CityName", party.city)
    if party.postcode:
        _text(address, "PostalZone", party.postcode)
    _text(_part(address, "Country"), "IdentificationCode", party.country)
    _tax_scheme(inner, party, invoice, is_seller=is_seller)
    legal = _part(inner, "PartyLegalEntity")
    _text(legal, "RegistrationName", party.name)
    if party.registration:
        _text(legal, "CompanyID", party.registration, **({"schemeID": register} if register else {}))


def _tax_scheme(inner: ET.Element, party: Party, invoice: Invoice, *, is_seller: bool) -> None:
    """Outside the scope of VAT neither side may be named by a VAT number there (rule BR-O-02).

    Dutch law still wants the seller's, so it stands as another registration for taxes (BT-32).
    """
    outside = invoice.vat.category is Category.OUTSIDE
    if not party.vat_id or (outside and not is_seller):
        return
    scheme = _part(inner, "PartyTaxScheme")
    _text(scheme, "CompanyID", party.vat_id)
    _text(_part(scheme, "TaxScheme"), "ID", "LOC" if outside else "VAT")


def _payment(root: ET.Element, invoice: Invoice) -> None:
    means = _part(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", _COLLECTED if invoice.direct_debit else _TRANSFER)
    _text(means, "PaymentID", invoice.number)
    if invoice.iban and not invoice.direct_debit:
        _text(_part(means, "PayeeFinancialAccount"), "ID", invoice.iban.replace(" ", ""))


def _taxes(root: ET.Element, invoice: Invoice) -> None:
    total = _part(root, "TaxTotal")
    _amount(total, "TaxAmount", invoice.tax)
    for each in invoice.parts:
        part = _part(total, "TaxSubtotal")
        _amount(part, "TaxableAmount", each.net)
        _amount(part, "TaxAmount", each.tax)
        category = _category(part, "TaxCategory", each.vat)
        code = _EXEMPTION.get(each.vat.category)
        if code:
            _text(category, "TaxExemptionReasonCode", code)
            _text(category, "TaxExemptionReason", each.vat.note)
        _scheme(category)


def _totals(root: ET.Element, invoice: Invoice) -> None:
    sums = _part(root, "LegalMonetaryTotal")
    _amount(sums, "LineExtensionAmount", invoice.net)
    _amount(sums, "TaxExclusiveAmount", invoice.net)
    _amount(sums, "TaxInclusiveAmount", invoice.gross)
    _amount(sums, "PayableAmount", invoice.gross)


def _line(root: ET.Element, number: int, line: Line, invoice: Invoice) -> None:
    is_invoice = invoice.kind is Kind.INVOICE
    row = _part(root, "InvoiceLine" if is_invoice else "CreditNoteLine")
    _text(row, "ID", str(number))
    _text(
        row,
        "InvoicedQuantity" if is_invoice else "CreditedQuantity",
        _plain(line.quantity),
        unitCode=line.unit,
    )
    _amount(row, "LineExtensionAmount", line.net)
    if line.starts_on and line.ends_on:
        period = _part(row, "InvoicePeriod")
        _day(period, "StartDate", line.starts_on)
        _day(period, "EndDate", line.ends_on)
    item = _part(row, "Item")
    _text(item, "Name", line.text)
    _scheme(_category(item, "ClassifiedTaxCategory", line.vat or invoice.vat))
    _amount(_part(row, "Price"), "PriceAmount", line.unit_price)


def _category(parent: ET.Element, name: str, vat: Vat) -> ET.Element:
    category = _part(parent, name)
    _text(category, "ID", vat.category.value)
    if vat.category is not Category.OUTSIDE:
        _text(category, "Percent", _plain(vat.rate))
    return category


def _scheme(category: ET.Element) -> None:
    _text(_part(category, "TaxScheme"), "ID", "VAT")


def _part(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_CAC}}}{name}")


def _text(parent: ET.Element, name: str, value: str, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = value


def _day(parent: ET.Element, name: str, value: date) -> None:
    _text(parent, name, value.isoformat())


def _amount(parent: ET.Element, name: str, value: Decimal) -> None:
    _text(parent, name, _plain(value), currencyID="EUR")


def _plain(value: Decimal) -> str:
    return format(value, "f")

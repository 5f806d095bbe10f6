"""Documents that were issued, for ever as they were; and the series of our own numbers."""

from django.db import models
from django.db.models.functions import Now

from billing.numbering import Kind
from organisations.models import Organisation
from tenancy.models import ControlModel


class Series(ControlModel):
    """The last number that was taken by an entity, in a financial year, for one kind of document."""

    entity = models.CharField(max_length=16)
    financial_year = models.CharField(max_length=7)
    kind = models.CharField(max_length=16)
    last = models.PositiveIntegerField()
    last_issued_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "financial_year", "kind"], name="one_series_per_year_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.financial_year} {self.kind}"


class IssuedInvoice(ControlModel):
    """An invoice or credit note as it was issued. No role may change a row, or delete one before its date.

    ``number`` is Stripe's where Stripe collects (``source`` names its document there), else our own.
    ``content`` is the document as data (``billing.invoices.document``), naming the company and no contact
    person.
    """

    class Issuer(models.TextChoices):
        STRIPE = "stripe"
        OURS = "ours"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, related_name="issued_invoices", db_constraint=False
    )
    entity = models.CharField(max_length=16)
    issuer = models.CharField(max_length=8, choices=Issuer)
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Kind])
    number = models.CharField(max_length=40)
    source = models.CharField(max_length=255, blank=True)
    issued_on = models.DateField()
    #: The document that a credit note takes back; it may go a year before this one.
    corrects_id = models.UUIDField(null=True)
    treatment = models.CharField(max_length=4)
    listed = models.BooleanField(default=False)
    oss = models.BooleanField(default=False)
    net_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    gross_cents = models.BigIntegerField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(db_default=Now())
    #: The end of its financial year, from which the years count that it is kept.
    books_closed_at = models.DateTimeField()
    purge_after = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "number"], name="one_document_per_number"),
            models.UniqueConstraint(
                fields=["source"], condition=~models.Q(source=""), name="one_document_per_source"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-issued_on"], name="issued_invoice_by_buyer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class InvoiceFile(ControlModel):
    """A document's PDF or UBL, made once after it was issued, byte for byte."""

    class Form(models.TextChoices):
        PDF = "pdf"
        UBL = "ubl"

    invoice = models.ForeignKey(
        IssuedInvoice, on_delete=models.DO_NOTHING, related_name="files", db_index=False, db_constraint=False
    )
    form = models.CharField(max_length=3, choices=Form)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())
    purge_after = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "form"], name="one_file_of_a_form_per_invoice"),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.invoice_id}"

"""What the API takes and answers, for its description (OpenAPI); views answer exactly this."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from leads.consents import Consent, Ground
from leads.models import Status


class Choice(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class Configurator(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Contact(serializers.Serializer):
    name = serializers.CharField()
    email = serializers.EmailField()
    phone = serializers.CharField(allow_blank=True)


class File(serializers.Serializer):
    label = serializers.CharField(help_text="The question that it answers.")  # type: ignore[assignment]
    name = serializers.CharField()
    type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")


class PriceLine(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.CharField(help_text="A plain decimal, such as 1234.50.")


class Price(serializers.Serializer):
    net = serializers.CharField(allow_null=True)
    vat = serializers.CharField(allow_null=True)
    gross = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    lines = PriceLine(many=True)


class Lead(serializers.Serializer):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=[s.value for s in Status if s is not Status.QUARANTINED])
    submitted_at = serializers.DateTimeField()
    language = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    configurator = Configurator()
    contact = Contact(allow_null=True)
    configuration = Choice(many=True, help_text="What was chosen, in the visitor's language.")
    answers = Choice(many=True, help_text="What was written, with the questions.")
    files = File(
        many=True,
        help_text="Files that came along. A colleague downloads them on the request's page, which keeps a "
        "record of it; the API hands out none.",
    )
    inputs = serializers.DictField(help_text="The choices by the keys of the configurator.")
    price = Price()
    marketing_consent = serializers.ChoiceField(
        choices=Consent.values, help_text="How far consent to news and offers is; only confirmed counts."
    )
    may_mail_offers = serializers.BooleanField()
    mail_ground = serializers.ChoiceField(
        choices=Ground.values,
        help_text="customer: only similar products of your own, with the unsubscribe_url in each mail.",
    )
    unsubscribe_url = serializers.URLField(
        allow_null=True, help_text="List-Unsubscribe of each commercial mail (RFC 8058); null: send none."
    )


class LeadPage(serializers.Serializer):
    leads = Lead(many=True)
    next = serializers.URLField(allow_null=True)


class Notice(serializers.Serializer):
    id = serializers.UUIDField()
    event = serializers.CharField(
        help_text="lead.erased, lead.rectified, lead.restricted or lead.consent_withdrawn"
    )
    leads = serializers.ListField(child=serializers.UUIDField())
    created_at = serializers.DateTimeField()
    deadline_at = serializers.DateTimeField(allow_null=True)


class NoticePage(serializers.Serializer):
    notices = Notice(many=True)
    next = serializers.URLField(allow_null=True)


class Acknowledged(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.CharField()


class FieldProblem(serializers.Serializer):
    field = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


ERRORS = {(code, "application/problem+json"): Problem for code in ("400", "401", "403", "404", "429")}
PAGING = [
    OpenApiParameter("cursor", str, description="From “next” of the page before."),
    OpenApiParameter("limit", int, description="1 to 100; 50 unless told."),
]
LIST = [
    OpenApiParameter("status", str, enum=[s.value for s in Status if s is not Status.QUARANTINED]),
    OpenApiParameter("since", str, description="Asked at or after this moment, with its time zone."),
    *PAGING,
]

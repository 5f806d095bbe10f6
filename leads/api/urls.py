"""/api/v1/…"""

from django.db import transaction
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from leads.api import description, views

app_name = "api"


def _own_transaction(view):
    """The organisation is known only once the key is: the view opens its transaction itself."""
    return transaction.non_atomic_requests(view)


class LeadNameConverter(StringConverter):
    """A lead's reference or key; anything else, an address above all, is no address of ours."""

    regex = "[A-Za-z0-9-]{4,36}"


register_converter(LeadNameConverter, "lead_name")

urlpatterns = [
    path("leads/", _own_transaction(views.Leads.as_view()), name="leads"),
    path("leads/<lead_name:lead>/", _own_transaction(views.OneLead.as_view()), name="lead"),
    path("erasures/", _own_transaction(views.Notices.as_view()), name="erasures"),
    path(
        "notices/<uuid:notice>/acknowledge/",
        _own_transaction(views.Acknowledgement.as_view()),
        name="acknowledge",
    ),
    path("schema/", description.schema, name="schema"),
]

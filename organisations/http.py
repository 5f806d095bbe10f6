"""What a request is known to carry once the middleware has let it through."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from organisations.models import Membership, Organisation


class SignedInRequest(HttpRequest):
    """A request by somebody who has signed in."""

    user: User
    htmx: HtmxDetails


class TenantRequest(SignedInRequest):
    """A request under ``/o/<slug>/`` by a member, inside that organisation's transaction."""

    organisation: Organisation
    membership: Membership

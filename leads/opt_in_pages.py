"""/privacy/confirm/<token>/: the page of the link by which somebody confirms that they want offers by mail.

Opening it changes nothing, however often; the button confirms; a used, late or unknown link says what it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from configurators.notices import Wording, confirmation_wording
from delivery.mail_choices import choices_url
from delivery.mailed_tokens import BadToken
from leads import double_opt_in
from leads.double_opt_in import NotWaiting, Opened, State
from organisations.models import Organisation
from organisations.person_pages import LANGUAGE_NAMES, person_page, render
from tenancy.context import tenant
from tenancy.keys import NoKey

_STATUS = {State.EXPIRED: 410, State.WITHDRAWN: 410, State.UNKNOWN: 404}


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked for, with a button; then that it is done, and how to stop."""
    try:
        with _entered(token) as organisation:
            if organisation is None:
                return _page(None, Opened(State.UNKNOWN))
            opened = double_opt_in.open_link(token)
            with translation.override(_language_of(request, opened)):
                if request.method == "POST":
                    return _confirmed(request, token, organisation)
                return _page(organisation, opened)
    except (BadToken, NoKey):
        return _page(None, Opened(State.UNKNOWN))


@contextmanager
def _entered(token: str) -> Iterator[Organisation | None]:
    """Within the organisation that a token names, if it is still there."""
    organisation = Organisation.objects.active().filter(pk=double_opt_in.organisation_of(token)).first()
    if organisation is None:
        yield None
        return
    with tenant(organisation.pk):
        yield organisation


def _confirmed(request: HttpRequest, token: str, organisation: Organisation) -> HttpResponse:
    """Only the words that stood above the button count: if they are others by now, they are shown anew."""
    wording = _wording(organisation)
    if request.POST.get("wording") != wording.sha256:
        opened = double_opt_in.open_link(token)
        return _page(organisation, opened, status=409 if opened.state == State.WAITING else None)
    try:
        double_opt_in.confirm(token, wording=wording)
    except NotWaiting as refused:
        if refused.state != State.CONFIRMED:
            return _page(organisation, double_opt_in.open_link(token))
    response = HttpResponseRedirect(f"{request.path}?{urlencode({'lang': wording.language})}")
    response.status_code = 303
    return response


def _page(organisation: Organisation | None, opened: Opened, *, status: int | None = None) -> HttpResponse:
    context: dict[str, object] = {"opened": opened, "state": opened.state.value}
    if organisation is not None:
        context["wording"] = _wording(organisation)
    if opened.state == State.CONFIRMED and opened.lead is not None:
        context["choices_url"] = choices_url(
            opened.address_index, lead_id=opened.lead.pk, language=translation.get_language() or "en"
        )
    answer = status or _STATUS.get(opened.state, 200)
    return render("leads/opt_in.html", context, organisation=organisation, status=answer)


def _wording(organisation: Organisation) -> Wording:
    return confirmation_wording(organisation, translation.get_language() or organisation.language)


def _language_of(request: HttpRequest, opened: Opened) -> str:
    """As chosen on the page, else as the request was made."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGE_NAMES:
        return asked
    return opened.lead.language if opened.lead else translation.get_language() or "en"

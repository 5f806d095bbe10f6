"""One's own page: name, language, and the ways to what else may be changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.forms import LanguageForm, NameForm
from accounts.language import choose_language, remember_language
from accounts.links import came_from, destination, next_path
from accounts.views.doors import PersonRequest, own_form, public_action, sent, show


@own_form
def settings(request: PersonRequest) -> HttpResponse:
    """Show the account, and take a new name."""
    user = request.user
    form = NameForm(sent(request), initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        return redirect("accounts:settings")
    return show(
        request,
        "settings",
        form=form,
        authenticator=user.authenticator,
        codes_left=user.recovery_codes.count(),
        acceptances=user.acceptances.order_by("-accepted_at"),
    )


@public_action
def language(request: HttpRequest) -> HttpResponse:
    """Remember a language, for the person or for the browser, and go back to the page."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return show(
            request, "refused", status=422, field="language", reason=_("We do not speak this language.")
        )
    chosen = form.cleaned_data["language"]
    choose_language(user=request.user if request.user.is_authenticated else None, language=chosen)
    response = redirect(next_path(request) or came_from(request) or destination(""))
    remember_language(response, chosen)
    return response

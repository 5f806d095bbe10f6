"""What a visitor gets to read: the page again with its answers, or JSON for the page's own script.

While a form is not shown, a page that was opened before serves for its day, and nobody gets another one:
who needs a new token reads what everybody reads then.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _

from configurators import public_page
from configurators.answers import Answers, preview_form
from configurators.dates import opened_on
from configurators.evaluation import Evaluation
from configurators.files import HandedIn
from configurators.look import ThemeRefused
from configurators.money import money
from configurators.presentation import Filled, typed_contact
from configurators.published import Version
from leads import form_token, rates, refusals, told_prices
from leads.capture import Captured, IntakeUnavailable
from leads.files import handing_in
from leads.files import refusals as file_refusals
from leads.form_token import BadToken, ExpiredToken, FormToken
from leads.posted import JSON, Posted
from leads.refusals import FORM, Refused
from leads.visits import Visit, asked_language, publication_now, version_begun

_as_json = json.JSONEncoder(ensure_ascii=False).encode
_NO_STORE = {"Cache-Control": "no-store"}
#: Statuses that no visitor's own page leads to: a plain sentence is answer enough.
_WITHOUT_PAGE = frozenset({400, 403, 410, 411, 413, 415, 429})


def accepted(visit: Visit, posted: Posted, captured: Captured, evaluation: Evaluation) -> HttpResponse:
    """The same for every request that was taken in, suspected or not, first or repeated."""
    price, currency = told_prices.told_at_last(evaluation), evaluation.currency
    if posted.is_json:
        told = {} if price is None else {"price": money(price, currency, visit.language)}
        return json_reply(201, {"reference": captured.reference} | told)
    query = {"reference": captured.reference}
    if price is not None:
        query["price"] = told_prices.sealed(
            price, currency, public_key=visit.public_key, reference=captured.reference
        )
    address = public_page.address(visit.public_key, "thanks", visit.language, visit.embedded)
    response = HttpResponseRedirect(f"{address}&{urlencode(query)}", headers=_NO_STORE)
    response.status_code = 303
    return response


def priced_page(visit: Visit, posted: Posted) -> HttpResponse:
    """The page again with the price of its answers: "Update the price" without JavaScript."""
    return _page_again(visit, posted, errors={}, status=200)


def page_with_link(visit: Visit, posted: Posted, *, url: str, message: str) -> HttpResponse:
    """The page again with the link behind which its choices are kept."""
    return _page_again(visit, posted, errors={}, status=200, kept=public_page.KeptLink(url, message))


def refusal(visit: Visit, posted: Posted | None, refused: Refused) -> HttpResponse:
    """The reasons, each beside its field, in the visitor's language."""
    if visit.request.content_type == JSON:
        return refusal_as_json(visit, posted.token if posted else "", refused)
    if refused.status == 410:
        response = public_page.closed(visit.publication, visit.language, visit.embedded)
    elif posted is None or refused.status in _WITHOUT_PAGE:
        response = _refusal_alone(visit, posted, refused)
    else:
        errors = _in_words(refused, visit.language)
        response = _page_again(visit, posted, errors=errors, status=refused.status, fresh=refused.fresh_token)
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def definition(body: bytes, *, packed: bool) -> HttpResponse:
    """Named by its bytes, so it never changes."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding, Origin"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(body, content_type="application/json", headers=headers)


def style_sheet(text: str) -> HttpResponse:
    """Its address says all that it depends on, so it never changes."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Origin"}
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers=headers)


def image(body: bytes) -> HttpResponse:
    """Its address says what it is, so it never changes; nothing in it may ever run, wherever it is opened."""
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Origin",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        # The page of another site may show it, whatever its own isolation.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return HttpResponse(body, content_type="image/webp", headers=headers)


def theme_refused(visit: Visit, refused: ThemeRefused) -> HttpResponse:
    """Why a site does not get the colours that it asked for, for whoever builds it."""
    with translation.override(visit.language):
        errors = {".".join(map(str, problem.path)): str(problem.message) for problem in refused.problems}
    return json_reply(422, {"code": "theme", "message": " ".join(errors.values()), "errors": errors})


def gone(visit: Visit) -> HttpResponse:
    """Something of a page that is not shown, or not any more."""
    with translation.override(visit.language):
        return json_reply(404, {"code": "gone", "message": _("This is not there any more.")})


def unknown(request: HttpRequest) -> HttpResponse:
    """No such configurator."""
    language = asked_language(request)
    if request.content_type == JSON:
        with translation.override(language):
            return json_reply(404, {"code": "unknown", "message": _("This configurator does not exist.")})
    return public_page.not_found(language)


def unavailable_at_all(request: HttpRequest, posted: Posted | None) -> HttpResponse:
    """No database, and this configurator is not known yet: what was posted waits in the page itself."""
    refused, language = refusals.unavailable(), asked_language(request)
    with translation.override(language):
        text = str(refused.errors[FORM])
        if posted and posted.uploads:
            text = f"{text} {file_refusals.AGAIN}"
        heading = _("Just a moment")
    if request.content_type == JSON:
        response = json_reply(503, {"code": refused.code, "message": text})
    else:
        response = public_page.render_message(
            status=503, language=language, heading=heading, text=text,
            again=fields_of(posted) if posted else None, again_url=request.get_full_path(),
        )  # fmt: skip
    response.headers["Retry-After"] = str(refused.retry_after)
    return response


def fields_of(posted: Posted) -> list[tuple[str, str]]:
    """A form's fields as they were sent, for sending them again."""
    answers = [(name, value) for name, values in posted.answers.items() for value in values]
    contact = [(f"contact.{name}", value) for name, values in posted.contact.items() for value in values]
    own = [("form.token", posted.token), ("form.website", posted.website)]
    own += [("form.action", posted.action)] if posted.action != "submit" else []
    return answers + contact + own + ([("form.marketing", "yes")] if posted.marketing else [])


def json_bytes(body: bytes) -> HttpResponse:
    """JSON that is written already."""
    return HttpResponse(body, content_type="application/json", headers=_NO_STORE)


def json_reply(status: int, document: Mapping[str, Any]) -> HttpResponse:
    body = _as_json(document).encode()
    return HttpResponse(body, status=status, content_type="application/json", headers=_NO_STORE)


def refusal_as_json(visit: Visit, token: str, refused: Refused) -> HttpResponse:
    """The reasons by their fields, for a page's own script, which had that token."""
    if refused.fresh_token and instead_of_the_form(visit):
        refused = refusals.closed()
    errors = _in_words(refused, visit.language)
    document: dict[str, Any] = {"code": refused.code, "message": " ".join(errors.values()), "errors": errors}
    if refused.fresh_token:
        document["token"] = _token_for_the_same_screen(visit, token)
    response = json_reply(refused.status, document)
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _refusal_alone(visit: Visit, posted: Posted | None, refused: Refused) -> HttpResponse:
    words = _in_words(refused, visit.language)
    with translation.override(visit.language):
        heading = _("This could not be sent")
    return public_page.render_message(
        status=refused.status,
        language=visit.language,
        heading=heading,
        text=" ".join(words.values()),
        publication=visit.publication,
        embedded=visit.embedded,
        again=fields_of(posted) if posted and refused.retry_after else None,
        again_url=visit.request.get_full_path(),
    )


def _page_again(
    visit: Visit,
    posted: Posted,
    *,
    errors: dict[str, str],
    status: int,
    fresh: bool = False,
    kept: public_page.KeptLink | None = None,
) -> HttpResponse:
    shown = _shown_before(visit, posted.token)
    version = None if fresh else _version_begun(visit, shown)
    if version is None and (instead := instead_of_the_form(visit)):
        return instead
    token = _token_again(visit, posted, shown) if version and shown else visit.fresh_token()
    version = version or visit.publication.version
    if rates.asks_too_much(visit.request.META, visit.public_key, version.compiled.price_display):
        return refusal(visit, posted, refusals.too_many_prices())
    with translation.override(visit.language):
        opened = opened_on(shown.issued_at) if shown and not fresh else None
        answers, found = preview_form(version.compiled, posted.answers, opened=opened)
        if not errors:
            errors = {
                name: str(e[0].message)
                for name, e in found.items()
                if e[0].code not in ("required", "unknown")
            }
    filled = Filled(
        answers=answers,
        errors=errors,
        typed=posted.answers,
        contact=typed_contact(posted.contact),
        files=_files_again(visit, answers),
    )
    return public_page.render_page(
        visit.publication, language=visit.language, embedded=visit.embedded, token=token, version=version,
        filled=filled, marketing=posted.marketing and _says_the_same(visit, shown), status=status, kept=kept,
    )  # fmt: skip


def _files_again(visit: Visit, answers: Answers) -> dict[str, list[HandedIn]]:
    """What was handed in and can still be sent; where nobody can be asked, nothing is promised."""
    try:
        return handing_in.still_here(visit.publication, answers.files) if answers.files else {}
    except IntakeUnavailable:
        return {}


def instead_of_the_form(visit: Visit) -> HttpResponse | None:
    """What is read while the form is not shown, as on a first visit; None where it is.

    Only here is asked what is so at this moment: whoever sends with a good token needs nothing new.
    """
    publication = publication_now(visit)
    if not publication.intake_on:
        return public_page.closed(publication, visit.language, visit.embedded)
    if publication.form_hidden:
        return public_page.resting(publication, visit.language, visit.embedded)
    return None


def _version_begun(visit: Visit, shown: FormToken | None) -> Version | None:
    """The version that the visitor began with; None where it serves no longer."""
    try:
        return version_begun(visit, shown) if shown and not shown.has_expired else None
    except IntakeUnavailable:
        return None


def _token_again(visit: Visit, posted: Posted, shown: FormToken) -> str:
    """The visitor goes on with the token they began with, and so with its hour.

    The page shows the wordings of this moment, in the language that was asked for, and so its token
    names those: a lead tells what its visitor could last read.
    """
    if _says_the_same(visit, shown):
        return posted.token
    notice, consent = _wordings(visit)
    return form_token.renew(visit.public_key, shown, notice_sha256=notice, consent_sha256=consent)


def _shown_before(visit: Visit, token: str) -> FormToken | None:
    """What the visitor's page showed, also where it stood open too long; None where nobody can know."""
    try:
        return form_token.read(visit.public_key, token)
    except ExpiredToken as expired:
        return expired.token
    except BadToken:
        return None


def _says_the_same(visit: Visit, shown: FormToken | None) -> bool:
    """Whether a page now has the wordings of the one before: a tick beside others is no consent."""
    notice, consent = _wordings(visit)
    return shown is not None and shown.notice_sha256 == notice and shown.consent_sha256 in ("", consent)


def _wordings(visit: Visit) -> tuple[str, str]:
    publication = visit.publication
    return publication.notices[visit.language].sha256, publication.consents[visit.language].sha256


def _token_for_the_same_screen(visit: Visit, token: str) -> str:
    """A fresh token for a page that stays as it is, wordings included: its script only sends again."""
    shown = _shown_before(visit, token)
    if shown is None:
        return visit.fresh_token()
    return form_token.issue(
        visit.public_key,
        version_id=visit.publication.version.id,
        notice_sha256=shown.notice_sha256,
        consent_sha256=shown.consent_sha256,
    )


def _in_words(refused: Refused, language: str) -> dict[str, str]:
    with translation.override(language):
        return {name: str(text) for name, text in refused.errors.items()}

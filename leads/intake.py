"""What a visitor's browser asks of us: the page, the price of a configuration, and taking a request in.

Taking in is a sequence of checks, cheapest first, that ends in one statement to Postgres. Whoever is
suspected of not being a person gets the same answer as everyone; their request is put aside.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configurators import public_page
from configurators.answers import Answers, Errors, InvalidAnswers, read_form, read_json
from configurators.contact import Contact, read_contact
from configurators.evaluation import Evaluation, evaluate, quote_json
from configurators.playable import played
from configurators.published import Published, Version
from leads import form_token, rates, refusals, replies, signatures
from leads.addresses import client_address
from leads.capture import Captured, IntakeUnavailable, Submission, capture_lead
from leads.form_token import BadToken, ExpiredToken, FormToken
from leads.live_price import live_drawing, live_price
from leads.posted import Posted, json_body, read_post
from leads.refusals import Messages, Refused
from leads.visits import UnknownKey, Visit, version_begun, visit_of
from organisations.domains import origins
from tenancy.encryption import normalise_email

_in_order = json.JSONEncoder(sort_keys=True).encode
View = Callable[[Visit], HttpResponse]


def _public(methods: Callable[..., Any], *, fresh: bool = False) -> Callable[[View], Any]:
    """A view for anybody, in no transaction; without cookies there is nothing that CSRF could borrow."""

    def decorate(view: View) -> Any:
        @wraps(view)
        def answer(request: HttpRequest, key: str) -> HttpResponse:
            try:
                visit = visit_of(request, key, fresh=fresh and request.method != "POST")
            except UnknownKey:
                return replies.unknown(request)
            except IntakeUnavailable:
                return replies.unavailable_at_all(request, _readable(request))
            return view(visit)

        return login_not_required(csrf_exempt(transaction.non_atomic_requests(methods(answer))))

    return decorate


@_public(require_http_methods(["GET", "HEAD", "POST"]), fresh=True)
def page(visit: Visit) -> HttpResponse:
    """``/c/<key>/``: the configurator; a POST asks for an offer."""
    if visit.request.method == "POST":
        return _take_in(visit)
    if not visit.publication.intake_on:
        return public_page.closed(visit.publication, visit.language, visit.embedded)
    if visit.publication.form_hidden:
        return public_page.resting(visit.publication, visit.language, visit.embedded)
    return public_page.cached_page(
        visit.publication, visit.language, visit.embedded, visit.fresh_token(), packed=visit.unpacks
    )


@_public(require_POST)
def price(visit: Visit) -> HttpResponse:
    """``/c/<key>/price/``: what the page must show for the answers of this moment."""
    try:
        changes = live_price(_version_shown(visit), visit.language, json_body(visit.request))
    except Refused as refused:
        return replies.refusal(visit, None, refused)
    return replies.json_bytes(changes)


@_public(require_safe)
def definition(visit: Visit) -> HttpResponse:
    """``/c/<key>/definition/?v=…``: what the page reckons with by itself, kept by browsers for ever.

    Not of a form that nobody is shown. A page that finds none asks for each price instead.
    """
    publication = visit.publication
    found = played(publication.version, visit.language)
    is_shown = publication.intake_on and not publication.form_hidden
    if not is_shown or visit.request.GET.get("v") != found.name:
        return replies.gone(visit)
    return replies.definition(found.packed if visit.unpacks else found.body, packed=visit.unpacks)


@_public(require_POST)
def drawing(visit: Visit) -> HttpResponse:
    """``/c/<key>/drawing/``: the picture of the answers of this moment."""
    try:
        picture = live_drawing(_version_shown(visit), visit.language, json_body(visit.request))
    except Refused as refused:
        return replies.refusal(visit, None, refused)
    return replies.json_bytes(picture)


@_public(require_safe)
def thanks(visit: Visit) -> HttpResponse:
    """``/c/<key>/thanks/``: the confirmation for whoever has no JavaScript."""
    return public_page.render_thanks(
        visit.publication, language=visit.language, embedded=visit.embedded, reference=visit.reference
    )


def _readable(request: HttpRequest) -> Posted | None:
    """What was posted, where it is a form that can be kept in the answer."""
    try:
        return read_post(request) if request.method == "POST" else None
    except Refused:
        return None


def _version_shown(visit: Visit) -> Version:
    """The version on the visitor's screen; the token that says which stands in a header of its own."""
    token = visit.request.META.get("HTTP_X_FORM_TOKEN")
    if token:
        try:
            version = version_begun(visit, form_token.read(visit.public_key, token))
        except (BadToken, IntakeUnavailable):
            version = None
        if version is not None:
            return version
    return visit.publication.version


# --- Taking a request in ------------------------------------------------------------------------


def _take_in(visit: Visit) -> HttpResponse:
    posted: Posted | None = None
    address = client_address(visit.request.META)
    try:
        posted = read_post(visit.request)
        _check_sender(visit, address)
        if posted.action == "price":
            return replies.priced_page(visit, posted)
        captured = _capture(visit, posted, address)
    except Refused as refused:
        return replies.refusal(visit, posted, refused)
    return replies.accepted(visit, posted, captured)


def _check_sender(visit: Visit, address: str) -> None:
    if rates.too_many(address, visit.public_key):
        raise refusals.too_many()
    if not _is_from_here(visit.request, visit.publication):
        raise refusals.not_from_here()


def _is_from_here(request: HttpRequest, publication: Published) -> bool:
    """Whether the page that sent this is ours, one of a listed site, or does not say."""
    origin = request.META.get("HTTP_ORIGIN")
    if not origin or origin in (settings.SITE_URL, settings.PUBLIC_URL):
        return True
    if origin.partition("://")[2] == request.META.get("HTTP_HOST"):
        return True
    return origin in origins(publication.organisation.embed_domains)


def _capture(visit: Visit, posted: Posted, address: str) -> Captured:
    token = _token(visit, posted)
    version = _version(visit, token)
    answers, contact = _read(visit, version, posted)
    evaluation = evaluate(version.compiled, answers)
    if evaluation.violations:
        raise refusals.contradicting(evaluation, visit.language)
    if evaluation.blocked:
        raise refusals.no_price()
    reason = _suspicion(visit, posted, token, address)
    submission = _submission(visit, posted, token, version, evaluation, contact, reason, address)
    with refusals.refusals_of_capture():
        try:
            return capture_lead(submission)
        except IntakeUnavailable:
            rates.forgive(address, visit.public_key)
            raise


def _token(visit: Visit, posted: Posted) -> FormToken:
    try:
        return form_token.read(visit.public_key, posted.token)
    except ExpiredToken:
        raise refusals.expired_token() from None
    except BadToken:
        raise refusals.bad_token() from None


def _version(visit: Visit, token: FormToken) -> Version:
    try:
        version = version_begun(visit, token)
    except IntakeUnavailable:
        raise refusals.unavailable() from None
    if version is None:
        raise refusals.bad_token()
    return version


def _read(visit: Visit, version: Version, posted: Posted) -> tuple[Answers, Contact]:
    """The answers and the contact, or every error of both at once."""
    compiled, errors = version.compiled, Messages()
    answers = contact = None
    try:
        answers = (read_json if posted.is_json else read_form)(compiled, posted.answers)
    except InvalidAnswers as invalid:
        errors |= _first(invalid.errors)
    try:
        contact = read_contact(compiled, posted.contact, country=visit.publication.organisation.country)
    except InvalidAnswers as invalid:
        errors |= {f"contact.{name}": text for name, text in _first(invalid.errors).items()}
    if answers is None or contact is None:
        raise refusals.wrong_answers(errors)
    return answers, contact


def _first(errors: Errors) -> Messages:
    return {name: found[0].message for name, found in errors.items()}


def _suspicion(visit: Visit, posted: Posted, token: FormToken, address: str) -> str:
    """Why this may not be a person; '' where nothing says so."""
    often = rates.suspicious(address, visit.public_key)
    if posted.website:
        return "honeypot"
    if token.age < form_token.HUMAN_SECONDS:
        return "fast"
    return "rate" if often else ""


def _submission(
    visit: Visit,
    posted: Posted,
    token: FormToken,
    version: Version,
    evaluation: Evaluation,
    contact: Contact,
    reason: str,
    address: str,
) -> Submission:
    publication, organisation = visit.publication, visit.publication.organisation
    texts = {key: answer.text for key, answer in evaluation.answers.texts.items()}
    quote = quote_json(evaluation, language=visit.language)
    same = [quote["inputs"], texts, contact.name, contact.email, contact.phone, posted.marketing]
    return Submission(
        organisation_id=organisation.id,
        public_key=publication.public_key,
        configurator_id=publication.configurator_id,
        version_id=version.id,
        submission_key=token.submission_key,
        body=_in_order(same).encode(),
        language=visit.language,
        source="embed" if visit.embedded else "page",
        quote=json.dumps(quote),
        quote_signature=signatures.sign(quote, configurator=publication.public_key),
        gross=_gross(evaluation),
        shown_gross=posted.shown if posted.shown != _gross(evaluation) else None,
        currency=evaluation.currency,
        notice_sha256=token.notice_sha256,
        marketing_sha256=_consent_shown(visit, token) if posted.marketing else None,
        quarantine_reason=reason,
        retention_days=settings.RETENTION_QUARANTINE_DAYS
        if reason
        else organisation.lead_retention_days or 365,
        origin_days=settings.RETENTION_LEAD_ORIGIN_DAYS,
        name=contact.name,
        email=contact.email,
        email_key=normalise_email(contact.email),
        phone=contact.phone,
        answers=json.dumps(texts) if texts else None,
        ip=address,
    )


def _consent_shown(visit: Visit, token: FormToken) -> str:
    """The hash of the wording that stood beside the box: the one on the page, whatever it is by now."""
    return token.consent_sha256 or visit.publication.consents[visit.language].sha256


def _gross(evaluation: Evaluation) -> Decimal | None:
    return evaluation.gross if evaluation.compiled.has_prices else None

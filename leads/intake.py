"""What a visitor's browser asks of us: the page, the price of a configuration, and taking a request in.

Taking in is a sequence of checks, cheapest first, that ends in one statement to Postgres. Whoever is
suspected of not being a person gets the same answer as everyone; their request is put aside.
"""

import json
from contextlib import suppress
from decimal import Decimal

from django.conf import settings
from django.http import HttpResponse

from configurators import public_page
from configurators.answers import Answers, Errors, InvalidAnswers, read_form, read_json
from configurators.contact import Contact, read_contact
from configurators.dates import opened_on
from configurators.evaluation import Evaluation, evaluate, quote_json
from configurators.look import ThemeRefused, asked_for, look_of, style_sheet
from configurators.playable import played
from configurators.published import Version
from leads import form_token, rates, refusals, replies, saved_pages, senders, told_prices
from leads.addresses import client_address
from leads.beginning import begun
from leads.capture import Captured, IntakeClosed, IntakeUnavailable, Submission, capture_lead
from leads.files import handing_in
from leads.files.pages import keep_uploads
from leads.form_token import FormToken
from leads.live_price import live_drawing, live_price
from leads.models import LeadFile
from leads.posted import Posted, json_body, read_post, read_small
from leads.refusals import Messages, Refused
from leads.visitor_views import visitor_view
from leads.visits import Visit, version_shown
from tenancy.encryption import normalise_email

_in_order = json.JSONEncoder(sort_keys=True).encode


@visitor_view("GET", "HEAD", "POST", fresh=True)
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


@visitor_view("POST")
def price(visit: Visit) -> HttpResponse:
    """``/c/<key>/price/``: what the page must show for the answers of this moment."""
    version = version_shown(visit)
    if version is None:
        return replies.gone(visit)
    try:
        if rates.asks_too_much(visit.request.META, visit.public_key, version.compiled.price_display):
            raise refusals.too_many_prices()
        changes = live_price(version, visit.language, json_body(visit.request))
    except Refused as refused:
        return replies.refusal(visit, None, refused)
    return replies.json_bytes(changes)


@visitor_view("GET", "HEAD")
def definition(visit: Visit) -> HttpResponse:
    """``/c/<key>/definition/?v=…``: what the page reckons with by itself, kept by browsers for ever.

    Not of a form that nobody is shown. A page that finds none asks for each price instead.
    """
    publication = visit.publication
    found = played(publication.version, visit.language)
    if not publication.is_shown or visit.request.GET.get("v") != found.name:
        return replies.gone(visit)
    return replies.definition(found.packed if visit.unpacks else found.body, packed=visit.unpacks)


@visitor_view("GET", "HEAD")
def theme(visit: Visit) -> HttpResponse:
    """``/c/<key>/theme/?v=…``: the style sheet of its own theme, kept by browsers for ever.

    Without ``v``: of that theme with what a site wants otherwise, such as ``?accent=#0f4d43``, if it reads.
    """
    asked = visit.request.GET.dict()
    if "v" in asked:
        look = look_of(visit.publication)
        found = look and asked["v"] == look.name
        return replies.style_sheet(style_sheet(look.declarations)) if look and found else replies.gone(visit)
    try:
        return replies.style_sheet(style_sheet(asked_for(visit.publication, asked)))
    except ThemeRefused as refused:
        return replies.theme_refused(visit, refused)


@visitor_view("POST")
def drawing(visit: Visit) -> HttpResponse:
    """``/c/<key>/drawing/``: the picture of the answers of this moment."""
    version = version_shown(visit)
    if version is None:
        return replies.gone(visit)
    try:
        picture = live_drawing(version, visit.language, json_body(visit.request))
    except Refused as refused:
        return replies.refusal(visit, None, refused)
    return replies.json_bytes(picture)


@visitor_view("GET", "HEAD")
def thanks(visit: Visit) -> HttpResponse:
    """``/c/<key>/thanks/``: the confirmation for whoever has no JavaScript."""
    price = told_prices.opened(
        visit.request.GET.get("price", ""),
        public_key=visit.public_key,
        reference=visit.reference,
        language=visit.language,
    )
    return public_page.render_thanks(
        visit.publication,
        language=visit.language,
        embedded=visit.embedded,
        reference=visit.reference,
        price=price,
    )


# --- Taking a request in ------------------------------------------------------------------------


def _take_in(visit: Visit) -> HttpResponse:
    posted: Posted | None = None
    address = client_address(visit.request.META)
    try:
        senders.check(visit, address)
    except Refused as refused:  # nobody reads much for them
        return replies.refusal(visit, read_small(visit.request), refused)
    try:
        posted = read_post(visit.request, files=bool(visit.publication.version.compiled.file_groups))
        if posted.uploads:
            keep_uploads(visit, posted)
        if posted.action == "price":
            return replies.priced_page(visit, posted)
        if posted.action == "save":
            return saved_pages.kept_page(visit, posted)
        captured, evaluation = _capture(visit, posted, address)
    except Refused as refused:
        return replies.refusal(visit, posted, refused)
    return replies.accepted(visit, posted, captured, evaluation)


def _capture(visit: Visit, posted: Posted, address: str) -> tuple[Captured, Evaluation]:
    token, version = begun(visit, posted.token)
    answers, contact = _read(visit, version, posted, token)
    evaluation = evaluate(version.compiled, answers)
    if evaluation.violations:
        raise refusals.contradicting(evaluation, visit.language)
    if evaluation.blocked:
        raise refusals.no_price()
    files = _claims(visit, answers, token)
    reason = _suspicion(visit, posted, token, address)
    submission = _submission(visit, posted, token, version, evaluation, contact, reason, address, files)
    with refusals.refusals_of_capture():
        try:
            captured = capture_lead(submission)
        except IntakeUnavailable:
            rates.forgive(address, visit.public_key)
            raise
        except IntakeClosed:
            _claims(visit, answers, token)  # or another request took one of them meanwhile
            raise
        if captured.replayed and files:
            with suppress(IntakeUnavailable):  # they go after a day by themselves
                handing_in.forget_strays(visit.publication, token)
        elif not reason:
            rates.not_left_unclaimed(address, visit.public_key, sum(file.sent_size for file in files))
        return captured, evaluation


def _read(visit: Visit, version: Version, posted: Posted, token: FormToken) -> tuple[Answers, Contact]:
    """The answers and the contact, or every error of both at once."""
    compiled, errors = version.compiled, Messages()
    answers = contact = None
    try:
        read = read_json if posted.is_json else read_form
        answers = read(compiled, posted.answers, opened=opened_on(token.issued_at))
    except InvalidAnswers as invalid:
        errors |= _first(invalid.errors)
    try:
        contact = read_contact(compiled, posted.contact, country=visit.publication.organisation.country)
    except InvalidAnswers as invalid:
        errors |= {f"contact.{name}": text for name, text in _first(invalid.errors).items()}
    if answers is None or contact is None:
        raise refusals.wrong_answers(errors)
    return answers, contact


def _claims(visit: Visit, answers: Answers, token: FormToken) -> list[LeadFile]:
    """The files of this request; every reason why one cannot be sent, beside its question."""
    try:
        return handing_in.claims(visit.publication, answers.files, token) if answers.files else []
    except IntakeUnavailable:
        raise refusals.unavailable() from None


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
    files: list[LeadFile],
) -> Submission:
    publication, organisation = visit.publication, visit.publication.organisation
    texts = {key: answer.text for key, answer in evaluation.answers.texts.items()}
    quote = quote_json(evaluation, language=visit.language)
    same = [quote["inputs"], texts, contact.name, contact.email, contact.phone, posted.marketing]
    if files:
        same.append([[file.question, bytes(file.fingerprint).hex()] for file in files])
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
        files=[file.pk for file in files] if version.compiled.file_groups else None,
    )


def _consent_shown(visit: Visit, token: FormToken) -> str:
    """The hash of the wording that stood beside the box: the one on the page, whatever it is by now."""
    return token.consent_sha256 or visit.publication.consents[visit.language].sha256


def _gross(evaluation: Evaluation) -> Decimal | None:
    return evaluation.gross if evaluation.compiled.has_prices else None

"""The letters of a request, in the language of its person, from the controller that was asked.

Each names the controller, whom to write to, the authority to complain to and the way to court (H37). Where
somebody gave no e-mail address the letter is shown at the desk, to be printed and posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from delivery import letters as composing
from delivery.letters import Letter
from delivery.mail import open_letter, send_account_mail, send_tenant_mail
from delivery.models import AccountMail, SentMail
from organisations.models import Organisation
from privacy.models.requests import AccountRequest, PrivacyRequest
from privacy.requests.authorities import authority_of
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import EVERYTHING, GROUNDS, Decision, Outcome, decided
from privacy.requests.sealed import AnyRequest, open_part, person_of, wish_of
from privacy.vocabulary import CATEGORIES

PURPOSE = "privacy_request"
TEMPLATES, ANSWER = "request_", "request_answer"

Mail = SentMail | AccountMail


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers for the data, and where to write to them."""

    name: str
    address: str
    email: str


def send_received(request: AnyRequest) -> Mail | None:
    """That it came in, by when there will be an answer, and how to show who asks."""
    return _send(request, "request_received")


def send_identity_asked(request: AnyRequest) -> Mail | None:
    return _send(request, "request_identity_asked")


def send_extended(request: AnyRequest) -> Mail | None:
    """That it takes longer, why, and until when (Art. 12(3))."""
    return _send(request, "request_extended")


def send_unverified(request: AnyRequest) -> Mail | None:
    """That it ended because nobody showed who asks (Art. 12(2)), and that they may ask again."""
    return _send(request, "request_unverified")


def send_forwarded(request: AnyRequest, organisations: Sequence[object]) -> Mail | None:
    """To which organisations it was passed on, or that none holds anything."""
    return _send(request, "request_forwarded", organisations=organisations)


def send_answer(request: AnyRequest, carried: Carried) -> Mail | None:
    """What was decided on which ground, who was told, and from when no backup holds it any more."""
    return _send(request, ANSWER, **answer_context(request, carried))


def answer(request: AnyRequest, carried: Carried) -> Letter:
    """The answer as it would be sent, for the desk to show."""
    return compose(request, ANSWER, **answer_context(request, carried))


def answer_sent(request: AnyRequest) -> Letter | None:
    """The answer as it was sent; None where none was, or once its mail is gone."""
    if request.answered_at is None:
        return None
    sent = _mails_to(request).filter(template=ANSWER, created_at__gte=request.answered_at)
    read = (open_letter(mail, request.owner_id) for mail in sent.order_by("created_at"))
    return next((letter for letter in read if request.reference in letter.subject), None)


def draft(request: AnyRequest, decisions: list[Decision], *, remark: str = "") -> Letter:
    """The answer as it would read with decisions that have not been taken."""
    context = answer_context(request, Carried(), decisions) | {"remark": remark}
    return compose(request, ANSWER, **context)


def compose(request: AnyRequest, template: str, **more: Any) -> Letter:
    with override(request.language):
        context = _context(request) | more
    return composing.compose(template=template, context=context, language=request.language)


def _send(request: AnyRequest, template: str, **more: Any) -> Mail | None:
    """Send it to the address on file; None where there is none."""
    to = person_of(request).email
    if not to:
        return None
    with override(request.language):
        context = _context(request) | more
    if isinstance(request, AccountRequest):
        return send_account_mail(
            user_id=request.user_id, to=to, template=template, context=context, language=request.language
        )
    controller = context["controller"]
    return send_tenant_mail(
        to=to,
        template=template,
        context=context,
        language=request.language,
        lead_id=None,
        purpose=PURPOSE,
        reply_to=controller.email,
        sender_name=controller.name,
    )


def _context(request: AnyRequest) -> dict[str, Any]:
    authority, language = authority_of(request.country), get_language() or request.language
    return {
        "request": request,
        "right": request.get_right_display(),
        "person": person_of(request),
        "wish": wish_of(request).get("text", ""),
        "proof_url": door_of(request),
        "controller": controller_of(request),
        "authority": authority.name_in(language),
        "authority_url": authority.url_in(language),
        "received_on": timezone.localdate(request.received_at),
    }


def door_of(request: AnyRequest) -> str:
    """Where the person asks for the link that shows who they are."""
    address = settings.PUBLIC_URL + reverse("door:request")
    if not isinstance(request, PrivacyRequest):
        return f"{address}?lang={request.language}"
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=request.organisation_id)
    return f"{address}?lang={request.language}&organisation={slug}"


def controller_of(request: AnyRequest) -> Controller:
    if isinstance(request, PrivacyRequest):
        organisation = Organisation.objects.get(pk=request.organisation_id)
        return Controller(
            organisation.controller_name or organisation.name,
            organisation.controller_address,
            organisation.controller_email,
        )
    return Controller(
        settings.PRIVACY_CONTACT_NAME, settings.PRIVACY_CONTACT_ADDRESS, settings.PRIVACY_CONTACT
    )


def answer_context(
    request: AnyRequest, carried: Carried, decisions: list[Decision] | None = None
) -> dict[str, Any]:
    """The decisions in words: what was granted, and what was not with its ground and end."""
    with override(request.language):
        decisions = decided(request.decisions) if decisions is None else decisions
        return {
            "granted": [_words(request, each) for each in decisions if each.grants],
            "denied": [_words(request, each) for each in decisions if not each.grants],
            "erased": any(each.outcome == Outcome.ERASED for each in decisions),
            "carried": carried,
            "remark": open_part(request, "remark").get("text", ""),
        }


def _words(request: AnyRequest, decision: Decision) -> dict[str, Any]:
    return {
        "group": group_label(decision.group),
        "everything": decision.group == EVERYTHING,
        "ground": str(GROUNDS[request.right].get(decision.ground, "")),
        "until": decision.until_day,
    }


def group_label(group: str) -> str:
    return str(CATEGORIES.get(group, group))


def date_mails(request: AnyRequest) -> None:
    """A letter with a name in it goes when the name in its request does."""
    if request.person_index is None or request.identifiers_until is None:
        return
    since = request.received_at - timedelta(days=1)
    _mails_to(request).filter(created_at__gte=since, purge_after__gt=request.identifiers_until).update(
        purge_after=request.identifiers_until
    )


def _mails_to(request: AnyRequest) -> QuerySet[Any]:
    """The letters about requests to the address of one."""
    model = SentMail if isinstance(request, PrivacyRequest) else AccountMail
    if request.person_index is None:
        return model._default_manager.none()
    return model._default_manager.filter(
        recipient_index=bytes(request.person_index), template__startswith=TEMPLATES
    )

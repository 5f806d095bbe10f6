"""Sending mail: composed and recorded in the caller's transaction, handed over by a job.

The record comes first and is the intent. The hand-over marks it *sending* before the provider is asked;
a hand-over that finds the mark looks for the mail at the provider before it asks again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from delivery import letters, mail_choices
from delivery.jobs import JobCall, TryLater, enqueue, handler
from delivery.letters import Letter
from delivery.models import AccountMail, MailState, SentMail, Suppression
from delivery.transactional import require_transactional
from tenancy.context import current_organisation_id, tenant
from tenancy.encryption import blind_index, normalise_email, seal, unseal
from tenancy.ids import uuid7
from tenancy.keys import PLATFORM
from tenancy.ledger.entries import note

log = structlog.get_logger(__name__)

#: The provider's search lags: only after this long does "not found" mean "never accepted".
SEARCH_LAG = timedelta(minutes=5)
#: The header by which the mailbox and the provider know the same mail again.
REFERENCE_HEADER = "X-Mail-Reference"
#: What the ledger calls it (privacy.ledger).
SUPPRESS = "suppress"
#: Suppresses an address whatever the topic.
EVERY_TOPIC = "*"

Mail = SentMail | AccountMail


class RecipientRefused(Exception):
    """Raised by an e-mail backend: the provider will never deliver to this address."""


class NotSent(Exception):
    """Raised by an e-mail backend that is certain: the provider has not accepted the mail."""


class NoConsent(ValueError):
    """A mail with a topic names no consent on which it rests."""


def send_account_mail(
    *, user_id: UUID | None, to: str, template: str, context: Mapping[str, Any], language: str
) -> AccountMail:
    """Record a mail of the platform about an account, and leave the job that hands it over."""
    letter = letters.compose(template=template, context=context, language=language)
    fields = _recorded(AccountMail, PLATFORM, to=to, letter=letter, template=template, language=language)
    with transaction.atomic():
        mail = AccountMail.objects.create(user_id=user_id, **fields)
        enqueue("delivery.send_account_mail", organisation_id=None, ids={"mail": str(mail.id)})
    return mail


def send_tenant_mail(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    lead_id: UUID | None,
    purpose: str,
    topic: str = "",
    consent_id: UUID | None = None,
    asks_for_consent: bool = False,
    reply_to: str = "",
    sender_name: str = "",
) -> SentMail:
    """Record a mail of the current organisation, and leave the job that hands it over.

    A mail with a ``topic`` is one that a person may refuse: it needs the consent it rests on, and is
    recorded as suppressed, unsent, where the address has refused the topic. Any other must be known to be
    transactional. With a topic, and where a mail asks for consent, it carries the one-click unsubscribe.
    """
    if topic:
        _require_consent(topic, consent_id)
    else:
        require_transactional(template)
    owner = current_organisation_id()
    refusable = bool(topic) or asks_for_consent
    letter = letters.compose(
        template=template,
        context=context,
        language=language,
        reply_to=reply_to,
        sender_name=sender_name,
        choices_url=_choices_url(owner, to, lead_id, language) if refusable else "",
    )
    fields = _recorded(SentMail, owner, to=to, letter=letter, template=template, language=language)
    with transaction.atomic():
        mail = SentMail(lead_id=lead_id, purpose=purpose, topic=topic, consent_id=consent_id, **fields)
        if topic and is_suppressed(bytes(mail.recipient_index), topic=topic):
            mail.state = MailState.SUPPRESSED
        mail.save(force_insert=True)
        if mail.state == MailState.WAITING:
            enqueue("delivery.send_mail", organisation_id=owner, ids={"mail": str(mail.id)})
    return mail


def _choices_url(owner: UUID, to: str, lead_id: UUID | None, language: str) -> str:
    index = blind_index(owner, "email", normalise_email(letters.address(to)))
    return mail_choices.choices_url(index, lead_id=lead_id, language=language)


def _require_consent(topic: str, consent_id: UUID | None) -> None:
    if consent_id is None:
        raise NoConsent("A mail with a topic needs the consent on which it rests.")


def is_suppressed(recipient_index: bytes, *, topic: str) -> bool:
    """Whether an address gets no mail of this topic from the current organisation."""
    return Suppression.objects.filter(
        recipient_index=recipient_index, topic__in=[topic, EVERY_TOPIC]
    ).exists()


def suppress(address: str, *, topic: str, reason: str) -> None:
    """Let an address get no more mail of a topic from the current organisation."""
    index = blind_index(current_organisation_id(), "email", normalise_email(address))
    suppress_index(index, topic=topic, reason=reason)


def suppress_index(recipient_index: bytes, *, topic: str, reason: str) -> None:
    """The same for an address of which only the keyed hash is at hand. Survives a restored backup."""
    _, fresh = Suppression.objects.get_or_create(
        recipient_index=recipient_index, topic=topic, defaults={"reason": reason}
    )
    if fresh:
        note(
            SUPPRESS,
            organisation_id=current_organisation_id(),
            tag=recipient_index,
            more={"topic": topic, "reason": reason},
        )


def lift_suppression(recipient_index: bytes, *, topic: str) -> None:
    """Let mail of a topic go to an address again, since its person asked for it anew.

    The ledger is not told: a backup that comes back without that asking brings the suppression with it.
    """
    Suppression.objects.filter(recipient_index=recipient_index, topic=topic).delete()


def hold_back(leads: Iterable[UUID]) -> int:
    """Let no mail about these leads leave that still waits; answers how many were held back."""
    waiting = SentMail.objects.filter(lead_id__in=list(leads), state=MailState.WAITING)
    return waiting.update(state=MailState.SUPPRESSED)


def _recorded(
    model: type[Mail], owner: UUID, *, to: str, letter: Letter, template: str, language: str
) -> dict[str, Any]:
    row_id, table, now = uuid7(), model._meta.db_table, timezone.now()
    recipient = letters.address(to)
    return {
        "id": row_id,
        "template": template,
        "language": language,
        "recipient": seal(owner, recipient, place=f"{table}.recipient:{row_id}"),
        "recipient_index": blind_index(owner, "email", normalise_email(recipient)),
        "content": seal(owner, letter.to_json(), place=f"{table}.content:{row_id}"),
        "created_at": now,
        "purge_after": now + timedelta(days=settings.RETENTION_MAIL_DAYS),
    }


# --- The hand-over ----------------------------------------------------------------------------------


@handler("delivery.send_account_mail", external=True)
def hand_over_account_mail(call: JobCall) -> None:
    """Send one mail of the platform; a mail that is gone needs no sending."""
    mail = AccountMail.objects.filter(pk=call.ids["mail"]).first()
    _hand_over(mail, PLATFORM)


@handler("delivery.send_mail", external=True)
def hand_over_mail(call: JobCall) -> None:
    """Send one mail of an organisation; the provider is asked outside its transaction."""
    assert call.organisation_id is not None
    with tenant(call.organisation_id):
        mail = SentMail.objects.filter(pk=call.ids["mail"]).first()
    _hand_over(mail, call.organisation_id)


def _hand_over(mail: Mail | None, owner: UUID) -> None:
    if mail is None or mail.state not in {MailState.WAITING, MailState.SENDING}:
        return
    connection = get_connection()
    if mail.state == MailState.SENDING and not _may_ask_again(mail, owner, connection):
        return
    message = _message(mail, owner, connection)
    _mark(mail, owner, state=MailState.SENDING, asked_at=timezone.now())
    try:
        connection.send_messages([message])
    except RecipientRefused:
        _refused(mail, owner)
        return
    except NotSent:
        _mark(mail, owner, state=MailState.WAITING)
        raise
    _mark_sent(mail, owner, getattr(message, "provider_message_id", ""))


def _may_ask_again(mail: Mail, owner: UUID, connection: Any) -> bool:
    """After a hand-over that died unanswered: find the mail, or wait until its absence means something."""
    find = getattr(connection, "find_sent", None)
    found = find(str(mail.id)) if find else ""
    if found:
        _mark_sent(mail, owner, found)
        return False
    asked_at: datetime = mail.asked_at or mail.created_at
    left = asked_at + getattr(connection, "search_lag", SEARCH_LAG) - timezone.now()
    if left > timedelta(0):
        raise TryLater(left)
    return True


def _message(mail: Mail, owner: UUID, connection: Any) -> EmailMultiAlternatives:
    letter, recipient = open_letter(mail, owner), open_recipient(mail, owner)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=_sender(letter.sender_name),
        to=[recipient],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=_headers(mail, letter),
        connection=connection,
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _headers(mail: Mail, letter: Letter) -> dict[str, str]:
    refusing = mail_choices.headers(letter.choices_url) if letter.choices_url else {}
    return {REFERENCE_HEADER: str(mail.id), **refusing}


def _sender(name: str) -> str:
    """Our own address, under the organisation's name where the mail is sent for it."""
    own_name, own_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or own_name, own_address))


def open_letter(mail: Mail, owner: UUID) -> Letter:
    """What a recorded mail says."""
    place = f"{mail._meta.db_table}.content:{mail.pk}"
    return Letter.from_json(unseal(owner, bytes(mail.content), place=place))


def open_recipient(mail: Mail, owner: UUID) -> str:
    """To whom a recorded mail goes."""
    return unseal(owner, bytes(mail.recipient), place=f"{mail._meta.db_table}.recipient:{mail.pk}")


def _refused(mail: Mail, owner: UUID) -> None:
    """Never ask again; an organisation's mails to the address stop altogether."""
    _mark(mail, owner, state=MailState.REFUSED)
    log.warning("mail_refused", mail_id=mail.pk)
    if isinstance(mail, SentMail):
        with tenant(owner):
            suppress_index(bytes(mail.recipient_index), topic=EVERY_TOPIC, reason="refused_by_provider")


def _mark_sent(mail: Mail, owner: UUID, provider_message_id: str) -> None:
    _mark(
        mail,
        owner,
        state=MailState.SENT,
        sent_at=timezone.now(),
        provider_message_id=provider_message_id[:80],
    )


def _mark(mail: Mail, owner: UUID, **changes: Any) -> None:
    if isinstance(mail, SentMail):
        with tenant(owner):
            SentMail.objects.filter(pk=mail.pk).update(**changes)
    else:
        AccountMail.objects.filter(pk=mail.pk).update(**changes)

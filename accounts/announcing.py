"""Telling everybody with an account that a text will change (H51, E20)."""

from django.db.models import QuerySet

from accounts import legal
from accounts.links import absolute
from accounts.models import LegalNotice, LegalPublication, User
from accounts.notices import notify
from accounts.publications import send_notices
from delivery.jobs import JobCall, handler
from delivery.models import AccountMail, MailState

AT_ONCE = 200


@handler("accounts.announce_publication", external=False)
def announce_publication(call: JobCall) -> None:
    """Write to the next people who have not been written to, and leave the rest to another job."""
    publication = LegalPublication.objects.get(pk=call.ids["publication"])
    people = list(_not_told(publication)[: AT_ONCE + 1])
    for user in people[:AT_ONCE]:
        _tell(user, publication)
    if len(people) > AT_ONCE:
        send_notices(publication)


def refused_notices(publication: LegalPublication) -> list[User]:
    """The people whose provider refused the mail: the officer finds another way."""
    mails = LegalNotice.objects.filter(publication=publication).values("mail_id")
    refused = AccountMail.objects.filter(pk__in=mails, state=MailState.REFUSED).values("user_id")
    return list(User.objects.filter(pk__in=refused).order_by("email"))


def _not_told(publication: LegalPublication) -> QuerySet[User]:
    told = LegalNotice.objects.filter(publication=publication).values("user_id")
    return User.objects.filter(is_active=True).exclude(pk__in=told).order_by("id")


def _tell(user: User, publication: LegalPublication) -> None:
    mail = notify(
        user,
        "account_document_changes",
        document=legal.document(publication.kind, user.language, publication.version).title,
        effective_at=publication.effective_at,
        link=absolute(f"accounts:{publication.kind}", user.language, publication.version),
        is_contract=publication.kind in legal.CONTRACTS,
    )
    LegalNotice.objects.create(publication=publication, user=user, mail_id=mail.pk)

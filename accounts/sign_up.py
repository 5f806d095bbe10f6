"""From a form to an account, by way of a mail that proves the address.

The answer to the form never depends on whether the address has an account, and neither does the
work behind it: the password is hashed, a row stored and an errand left in both cases. The errand
(``errands.answer_sign_up``) looks, and writes one mail or the other.
"""

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import legal, publications, throttle, tickets
from accounts.models import PendingSignUp, TermsAcceptance, User
from audit.events import record_platform
from delivery.jobs import enqueue


class AddressTaken(Exception):
    """Two links for one address were followed; the first made the account."""


@transaction.atomic
def ask_for_account(*, email: str, name: str, password: str, language: str, next_path: str) -> None:
    """Store the wish and leave the errand that answers it by mail."""
    terms = publications.in_force(legal.TERMS).document(language)
    pending = PendingSignUp.objects.create(
        email=email,
        name=name,
        password=make_password(password),
        language=language,
        terms_version=terms.version,
        terms_sha256=terms.sha256,
        next_path=next_path,
        **tickets.period(PendingSignUp),
    )
    if throttle.may_mail(email):
        enqueue("accounts.answer_sign_up", organisation_id=None, ids={"pending_sign_up": str(pending.pk)})


def open_account(*, pending: PendingSignUp, password: str, address: str) -> User | None:
    """Make the account for someone who has both the mail and the password; None for a wrong one.

    The password proves that the reader of the mail is who asked: a stranger who signed up with
    another's address cannot be let in by that other's click. Raises throttle.TooSoon, and
    AddressTaken when the address got an account by another way meanwhile.
    """
    attempt = throttle.begin(purpose="sign-up", account=str(pending.pk), address=address)
    if not check_password(password, pending.password):
        return None
    throttle.succeeded(attempt)
    try:
        with transaction.atomic():
            return _make_user(pending)
    except IntegrityError:
        raise AddressTaken from None


def _make_user(pending: PendingSignUp) -> User:
    now = timezone.now()
    user = User.objects.create(
        email=pending.email,
        name=pending.name,
        password=pending.password,
        language=pending.language,
        email_verified_at=now,
    )
    TermsAcceptance.objects.create(
        user=user,
        document=legal.TERMS,
        version=pending.terms_version,
        sha256=pending.terms_sha256,
        language=pending.language,
        accepted_at=pending.created_at,
    )
    PendingSignUp.objects.filter(email=pending.email).delete()
    # That the box was ticked; a date of birth is never asked (C23).
    record_platform(
        "account.opened",
        user_id=user.pk,
        detail={"minimum_age_stated": settings.MINIMUM_AGE},
        evidence=True,
    )
    return user

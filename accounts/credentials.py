"""Changing what a person signs in with: the password and the address."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import throttle, tickets
from accounts.models import EmailChange, LostFactor, PasswordReset, User
from accounts.notices import notify
from accounts.sessions import end_all_sessions
from audit.events import record_platform
from delivery.jobs import enqueue


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Set a new password, end every session and every mailed link, and tell the person. Second factors stay.

    A change of address or a lost second factor that is under way ends too: it may be a stranger's, whom
    this keeps out.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordReset.objects.filter(user=user).delete()
    EmailChange.objects.filter(user=user).delete()
    LostFactor.objects.filter(user=user).delete()
    end_all_sessions(user=user)
    record_platform("account.password_changed", user_id=user.pk, evidence=True)
    notify(user, "account_password_changed")


@transaction.atomic
def ask_for_password_reset(*, email: str) -> None:
    """Leave the errand that mails a link, if the address has an account; the same work either way."""
    wish = PasswordReset.objects.create(email=email, **tickets.period(PasswordReset))
    if throttle.may_mail(email):
        enqueue("accounts.answer_password_reset", organisation_id=None, ids={"password_reset": str(wish.pk)})


@transaction.atomic
def reset_password(*, token: str, password: str) -> User | None:
    """Spend the mailed link on a new password; None when it was spent or has ended.

    It signs nobody in and leaves the second factor alone. Who reads the mail is the owner, so the
    failures of strangers are forgotten.
    """
    wish = tickets.find(PasswordReset, token, lock=True)
    if wish is None or wish.user is None or not wish.user.is_active:
        return None
    user = wish.user
    change_password(user=user, password=password)
    throttle.forgive(purpose="sign-in", account=user.email)
    return user


@transaction.atomic
def ask_for_email_change(*, user: User, new_email: str) -> None:
    """Leave the errand that asks the new address, and warn the present one."""
    EmailChange.objects.filter(user=user).delete()
    wish = EmailChange.objects.create(user=user, new_email=new_email, **tickets.period(EmailChange))
    if throttle.may_mail(new_email):
        enqueue("accounts.answer_email_change", organisation_id=None, ids={"email_change": str(wish.pk)})
    record_platform("account.email_change_asked", user_id=user.pk)
    notify(user, "account_email_change_asked")


def change_email(*, token: str) -> User | None:
    """Spend the mailed link on the new address; None when it ended, or someone else has the address now."""
    try:
        with transaction.atomic():
            return _change_email(token)
    except IntegrityError:
        return None


def _change_email(token: str) -> User | None:
    wish = tickets.find(EmailChange, token, lock=True)
    if wish is None or not wish.user.is_active:
        return None
    user, old_email = wish.user, wish.user.email
    user.email = wish.new_email
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email", "email_verified_at"])
    EmailChange.objects.filter(user=user).delete()
    PasswordReset.objects.filter(user=user).delete()
    LostFactor.objects.filter(user=user).delete()
    end_all_sessions(user=user)
    record_platform("account.email_changed", user_id=user.pk, evidence=True)
    notify(user, "account_email_changed", to=old_email)
    return user

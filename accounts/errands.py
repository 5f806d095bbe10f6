"""What follows a form that anyone may send, done after its answer has left.

Only here is it looked up whether an address has an account, so that neither the answer nor the time
it takes can tell. Each errand runs in the transaction that strikes it off; a row that is gone means
it was done, or is no longer wanted.
"""

from uuid import UUID

from django.conf import settings

from accounts import lost_factor, tickets
from accounts.links import absolute
from accounts.models import EmailChange, LostFactor, PasswordReset, PendingSignUp, User
from accounts.notices import notify
from delivery.jobs import JobCall, handler
from delivery.mail import send_account_mail


@handler("accounts.answer_sign_up", external=False)
def answer_sign_up(call: JobCall) -> None:
    """Mail the link that opens the account, or say that there is one already.

    The mail does not repeat the name that was typed: a stranger could have typed an advertisement.
    """
    pending = PendingSignUp.objects.usable().filter(pk=call.ids["pending_sign_up"]).first()
    if pending is None:
        return
    user = User.objects.with_email(pending.email)
    if user is not None:
        pending.delete()
        notify(user, "account_exists", sign_in_link=absolute("accounts:sign-in"))
        return
    link = absolute("accounts:verify", tickets.issue(pending), next_path=pending.next_path)
    pending.next_path = ""
    pending.save(update_fields=["next_path"])
    send_account_mail(
        user_id=None,
        to=pending.email,
        template="account_verify",
        context={"link": link},
        language=pending.language,
    )


@handler("accounts.answer_password_reset", external=False)
def answer_password_reset(call: JobCall) -> None:
    """Mail the link, or nothing: nobody is written to who has no account."""
    wish = PasswordReset.objects.usable().filter(pk=call.ids["password_reset"]).first()
    if wish is None:
        return
    user = User.objects.with_email(wish.email)
    if user is None:
        wish.delete()
        return
    wish.user, wish.email = user, ""
    wish.save(update_fields=["user", "email"])
    notify(
        user, "account_password_reset", link=absolute("accounts:password-reset-confirm", tickets.issue(wish))
    )


@handler("accounts.answer_email_change", external=False)
def answer_email_change(call: JobCall) -> None:
    """Mail the new address its link, or tell its owner that it is in use already."""
    wish = EmailChange.objects.usable().select_related("user").filter(pk=call.ids["email_change"]).first()
    if wish is None:
        return
    owner = User.objects.with_email(wish.new_email)
    if owner is not None:
        wish.delete()
        notify(owner, "account_exists", sign_in_link=absolute("accounts:sign-in"))
        return
    link = absolute("accounts:confirm-email", tickets.issue(wish))
    notify(wish.user, "account_confirm_email", to=wish.new_email, link=link)


@handler("accounts.answer_lost_factor", external=False)
def answer_lost_factor(call: JobCall) -> None:
    """Mail the link that begins the wait, unless one runs already."""
    wish = LostFactor.objects.usable().select_related("user").filter(pk=call.ids["lost_factor"]).first()
    if wish is None or wish.due_at is not None or not wish.user.is_active:
        return
    link = absolute("accounts:lost-factor-confirm", tickets.issue(wish))
    notify(wish.user, "account_lost_factor", link=link, hours=settings.LOST_FACTOR_HOURS)


@handler("accounts.take_off_lost_factor", external=False)
def take_off_lost_factor(call: JobCall) -> None:
    """The wait is over, unless somebody stopped it."""
    lost_factor.take_off(lost_factor_id=UUID(call.ids["lost_factor"]))

"""Mails that tell a person what happened to their account, so that a stranger's act is seen."""

from typing import Any

from accounts.links import absolute
from accounts.models import User
from delivery.mail import send_account_mail
from delivery.models import AccountMail


def notify(user: User, template: str, *, to: str | None = None, **context: Any) -> AccountMail:
    """Send one of ``templates/mail/account_*.txt`` to the person, in their language."""
    return send_account_mail(
        user_id=user.pk,
        to=to or user.email,
        template=template,
        context={"name": user.name, "reset_link": absolute("accounts:password-reset"), **context},
        language=user.language,
    )

"""For someone who lost the authenticator app and the recovery codes: a way back that takes its time.

The password and the mailbox begin it, and nobody can hasten it. The wait is the safety: in it the person
and every owner of their organisations can stop it by a link, and so does whoever gives a code, chooses
another password or another address.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import throttle, tickets
from accounts.links import absolute
from accounts.models import LostFactor, User
from accounts.notices import notify
from accounts.signals import lost_factor_taken_off, lost_factor_waits
from accounts.two_step import forget_factor
from audit.events import record_platform
from delivery.jobs import enqueue
from tenancy.ids import random_key

#: Tells the link that stops a wait from the one that begins it.
STOP = ".stop"
#: A worker that was away so long finds nothing left to take off.
SWEPT_AFTER = timedelta(days=30)


@transaction.atomic
def ask(*, user: User) -> None:
    """Leave the errand that mails the link. While a wait runs, asking again changes nothing."""
    User.objects.select_for_update().get(pk=user.pk)  # two requests at once make one wish
    if LostFactor.objects.filter(user=user, due_at__isnull=False).exists():
        return
    if not throttle.may_mail(user.email):
        return  # the link of the last mail goes on working
    LostFactor.objects.filter(user=user).delete()
    wish = LostFactor.objects.create(user=user, **tickets.period(LostFactor))
    record_platform("account.lost_factor_asked", user_id=user.pk, evidence=True)
    enqueue("accounts.answer_lost_factor", organisation_id=None, ids={"lost_factor": str(wish.pk)})


@transaction.atomic
def begin_wait(*, token: str) -> bool:
    """Spend the mailed link on the wait, and tell everybody who may stop it; False when it has ended."""
    wish = tickets.find(LostFactor, token, lock=True)
    if wish is None or not wish.user.is_active or wish.user.authenticator is None:
        return False
    hours, stop = settings.LOST_FACTOR_HOURS, random_key(tickets.TOKEN_LENGTH)
    wish.token_hash, wish.stop_hash = None, tickets.hash_of(LostFactor, stop, purpose=STOP)
    wish.due_at = wish.expires_at = timezone.now() + timedelta(hours=hours)
    wish.purge_after = wish.due_at + SWEPT_AFTER
    wish.save()
    enqueue(
        "accounts.take_off_lost_factor",
        organisation_id=None,
        ids={"lost_factor": str(wish.pk)},
        due_at=wish.due_at,
    )
    record_platform("account.lost_factor_waits", user_id=wish.user_id, detail={"hours": hours}, evidence=True)
    told: dict[str, Any] = {"hours": hours, "stop_link": absolute("accounts:lost-factor-stop", stop)}
    notify(wish.user, "account_lost_factor_waits", **told)
    lost_factor_waits.send(sender=User, user=wish.user, **told)
    return True


def waiting(stop_token: str) -> LostFactor | None:
    """The wait that this link can stop."""
    hashed = tickets.hash_of(LostFactor, stop_token, purpose=STOP)
    return LostFactor.objects.filter(stop_hash=hashed).select_related("user").first()


@transaction.atomic
def stop(*, token: str) -> bool:
    """End the wait; the second factor stays. False when it was over already."""
    wish = waiting(token)
    return wish is not None and _end(wish.user, "account.lost_factor_stopped")


@transaction.atomic
def found_again(*, user: User) -> None:
    """End what is under way for someone who has just given a code: nothing is lost."""
    _end(user, "account.lost_factor_found")


@transaction.atomic
def take_off(*, lost_factor_id: UUID) -> None:
    """Remove the second factor when the wait is over, end every session, and ask for another one."""
    wish = LostFactor.objects.select_for_update().filter(pk=lost_factor_id, due_at__lte=Now()).first()
    if wish is None:
        return
    user = wish.user
    forget_factor(user=user)
    User.objects.filter(pk=user.pk).update(must_set_up_two_step=True)
    record_platform("account.lost_factor_taken_off", user_id=user.pk, evidence=True)
    notify(user, "account_lost_factor_taken_off", sign_in_link=absolute("accounts:sign-in"))
    lost_factor_taken_off.send(sender=User, user=user)


def _end(user: User, action: str) -> bool:
    deleted, _by_model = LostFactor.objects.filter(user=user).delete()
    if deleted:
        record_platform(action, user_id=user.pk, evidence=True)
        notify(user, "account_lost_factor_stopped")
    return bool(deleted)

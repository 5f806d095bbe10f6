"""The second factor: setting it up, asking for it, taking it away."""

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Authenticator, LostFactor, User
from accounts.notices import notify
from accounts.recovery_codes import looks_like_one, replace_codes, use_code
from accounts.sessions import end_all_sessions
from audit.events import record_platform

_SEED_BYTES = 20
_QUIET = 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person scans or types to tie their app to the account."""

    secret: str
    path: str
    size: int

    @property
    def secret_in_groups(self) -> str:
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


def start_setup(*, user: User) -> Authenticator:
    """Make a seed that counts for nothing until ``confirm_setup``; starting again makes another."""
    Authenticator.objects.filter(user=user, confirmed=False).delete()
    device = Authenticator(user=user, name="Authenticator", confirmed=False)
    device.set_seed(os.urandom(_SEED_BYTES).hex())
    device.save()
    return device


def unconfirmed(user: User) -> Authenticator | None:
    """The setup that the person has begun and not finished."""
    return Authenticator.objects.filter(user=user, confirmed=False).first()


def enrolment(device: Authenticator) -> Enrolment:
    """The seed as text and as a QR code."""
    secret = base64.b32encode(device.key()).decode().rstrip("=")
    issuer = settings.OTP_TOTP_ISSUER
    label = quote(f"{issuer}:{device.user.email}")
    uri = f"otpauth://totp/{label}?" + urlencode({"secret": secret, "issuer": issuer})
    code = segno.make(uri, error="m")
    return Enrolment(secret=secret, path=_path(code.matrix), size=len(code.matrix) + 2 * _QUIET)


def _path(matrix: Iterable[Iterable[int]]) -> str:
    """The dark modules as one SVG path, inside the quiet zone that scanners need."""
    return "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )


@transaction.atomic
def confirm_setup(*, device: Authenticator, code: str) -> list[str] | None:
    """Turn the second factor on and answer the recovery codes; None when the code is wrong.

    Every session of the person ends; the caller keeps its own.
    """
    device = Authenticator.objects.select_for_update().get(pk=device.pk)
    if device.confirmed or not device.verify_token(code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    User.objects.filter(pk=device.user_id).update(must_set_up_two_step=False)
    codes = replace_codes(user=device.user)
    end_all_sessions(user=device.user)
    record_platform("account.two_step_on", user_id=device.user_id, evidence=True)
    notify(device.user, "account_two_step_on")
    return codes


@transaction.atomic
def verify_code(*, user: User, code: str) -> Authenticator | None:
    """The person's authenticator, if the code is its present one or an unused recovery code.

    Wrong codes of the app make the next one wait; recovery codes are too long to guess and never
    wait, so nobody who tries codes can keep the owner out.
    """
    device = Authenticator.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return None
    if not looks_like_one(code):
        return device if device.verify_token("".join(code.split())) else None
    if not use_code(user=user, code=code):
        return None
    record_platform("account.recovery_code_used", user_id=user.pk, evidence=True)
    notify(user, "account_recovery_code_used", left=user.recovery_codes.count())
    return device


def seconds_to_wait(user: User) -> int:
    """How long the next code of the app will be refused unread."""
    device = user.authenticator
    allowed, reason = device.verify_is_allowed() if device else (True, None)
    if allowed or reason is None:
        return 0
    return max(1, ceil((reason["locked_until"] - timezone.now()).total_seconds()))


@transaction.atomic
def turn_off(*, user: User) -> None:
    """Remove the second factor with its codes, and end every session."""
    forget_factor(user=user)
    record_platform("account.two_step_off", user_id=user.pk, evidence=True)
    notify(user, "account_two_step_off")


def forget_factor(*, user: User) -> None:
    """What every way of losing the second factor has in common; the caller says and records why."""
    Authenticator.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()
    LostFactor.objects.filter(user=user).delete()
    end_all_sessions(user=user)


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """New codes in place of the old ones."""
    codes = replace_codes(user=user)
    record_platform("account.recovery_codes_renewed", user_id=user.pk, evidence=True)
    notify(user, "account_recovery_codes_renewed")
    return codes

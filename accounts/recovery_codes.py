"""Ten codes for the day the phone is gone. Each holds 120 bits, is shown once and works once."""

import secrets

from accounts.models import RecoveryCode, User
from tenancy.encryption import blind_index
from tenancy.keys import PLATFORM

HOW_MANY = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 of them, none that looks like another
_LENGTH = 24
_GROUP = 4


def replace_codes(*, user: User) -> list[str]:
    """Make new codes and answer them; the old ones stop working."""
    codes = [_new_code() for _ in range(HOW_MANY)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes)
    return codes


def use_code(*, user: User, code: str) -> bool:
    """Spend a code. Two requests with the same code at once: one of them gets False."""
    deleted, _ = RecoveryCode.objects.filter(user=user, code_hash=_hash(user, code)).delete()
    return deleted == 1


def looks_like_one(text: str) -> bool:
    """Whether this can only be meant as a recovery code, not as the six figures of an app."""
    return len(_letters_of(text)) == _LENGTH


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[i : i + _GROUP] for i in range(0, _LENGTH, _GROUP))


def _hash(user: User, code: str) -> bytes:
    return blind_index(PLATFORM, "recovery_code", f"{user.pk}:{_letters_of(code)}")


def _letters_of(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()

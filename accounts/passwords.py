"""What makes a password good enough: long, not common, hard to guess for someone who knows you."""

import re
import unicodedata
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 128
_ZXCVBN_READS = 72
_STRONG_ENOUGH = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_FEW = 6
#: zxcvbn tries each way to read figures and signs as letters: 576 ways, and twelve seconds, for some
#: passwords. Of the signs for one letter one is kept.
_ONE_SIGN_FOR_A_LETTER = str.maketrans("@{[<|$+", "4(((!57")

#: What Dutch and French speakers reach for, and what we are about; English zxcvbn knows by itself.
COMMON_WORDS = (Path(__file__).parent / "common_words.txt").read_text().split()


class LengthValidator:
    """12 to 128 characters, of any kind."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            message = _("This password is too short. Use at least %(count)d characters.")
            raise ValidationError(message % {"count": SHORTEST}, code="password_too_short")
        if len(password) > LONGEST:
            message = _("This password is too long. Use at most %(count)d characters.")
            raise ValidationError(message % {"count": LONGEST}, code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least %(count)d characters. A sentence of a few words is easy to remember.") % {
            "count": SHORTEST
        }


class GuessabilityValidator:
    """Refuses what is long but easy to guess, such as a name, a season and a year."""

    def validate(self, password: str, user: Any = None) -> None:
        plain, known = _plain(password), [*COMMON_WORDS, *_words_of(user)]
        read = plain.translate(_ONE_SIGN_FOR_A_LETTER)[:_ZXCVBN_READS]
        score = zxcvbn(read, user_inputs=known)["score"]
        if score < _STRONG_ENOUGH or _is_known_words_with_trimmings(plain, known):
            raise ValidationError(
                _("This password is easy to guess. Use a few words that do not belong together."),
                code="password_easy_to_guess",
            )

    def get_help_text(self) -> str:
        return _("Not a word, a name or a date with some figures behind it.")


def _is_known_words_with_trimmings(plain: str, known: list[str]) -> bool:
    """Whether, without the words that a guesser knows and a year, hardly anything is left."""
    rest = plain
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, " ")
    rest = _YEAR.sub(" ", rest)
    return rest != plain and len(set(rest) - {" "}) < _FEW


def _words_of(user: Any) -> list[str]:
    """The parts of the person's name and address, which a guesser tries first."""
    text = f"{getattr(user, 'name', '') or ''} {getattr(user, 'email', '') or ''}"
    letters = "".join(c if c.isalnum() else " " for c in _plain(text))
    return [word for word in letters.split() if len(word) > 2]


def _plain(text: str) -> str:
    """Lower case without accents, so that "été" is found as "ete"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()

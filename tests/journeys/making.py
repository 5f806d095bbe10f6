"""What the furnishing of a house is made with: people and their way in, and visitors who send something."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation

LANGUAGES = ("nl", "en", "fr")
PASSWORD = "juweel trap zeven mist"
SEED = "00" * 20
Told = dict[str, Any]


class People:
    """Makes people and keeps their way in; the password is hashed once for all of them."""

    def __init__(self) -> None:
        from django.contrib.auth.hashers import make_password

        self.password = make_password(PASSWORD)
        self.told: Told = {}

    def three(self, part: str, *, app: str = "") -> dict[str, "User"]:
        """One person for each language; ``app`` is "on" with an authenticator, "begun" during setup."""
        return {language: self.one(part, language, app) for language in LANGUAGES}

    def one(self, part: str, language: str, app: str, *, confirmed: bool = True) -> "User":
        """Not ``confirmed``: what cannot be taken back asks once more who it is."""
        from django.utils import timezone

        from accounts.models import Authenticator, User

        user = User(name=f"{part.title()} Peeters", email=f"{part}.{language}@example.org", language=language)
        user.password, user.email_verified_at = self.password, timezone.now()
        user.save()
        device = None
        if app:
            device = Authenticator(user=user, name="Authenticator", confirmed=app == "on")
            device.set_seed(SEED)
            device.save()
        self.told.setdefault(part, {})[language] = {
            "email": user.email,
            "session": _session(user, device if app == "on" else None, confirmed),
        }
        return user


def _session(user: "User", device: Any, confirmed: bool) -> str:
    """A session with the second factor where there is one."""
    import time

    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY

    from accounts.step_up import CONFIRMED_AT

    client = Client()
    client.force_login(user)
    session = client.session
    # Confirmed for longer than any look around lasts, or so long ago that it counts no more.
    session[CONFIRMED_AT] = int(time.time()) + (3600 if confirmed else -3600)
    if device is not None:
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return str(session.session_key)


def fill_in(organisation: "Organisation") -> None:
    for name, value in {
        "controller_name": "Acme Veranda’s BV",
        "controller_address": "Dorpsstraat 1\n1234 AB Ons Dorp",
        "controller_email": "privacy@acme.example",
        "privacy_policy_url": "https://acme.example/privacy",
        "lead_retention_days": 365,
        "notification_email": "post@acme.example",
        "embed_domains": ["www.acme.example", "shop.acme.example"],
    }.items():
        setattr(organisation, name, value)
    organisation.save()


def send(key: str, name: str, language: str, *, website: str) -> None:
    """One visitor's form, as a browser without JavaScript posts it ten seconds after the page came."""
    import re
    from urllib.parse import urlencode

    from django.test import Client
    from django.utils import timezone
    from time_machine import travel

    visitor, address = Client(), f"/c/{key}/?lang={language}"
    with travel(timezone.now() - timedelta(seconds=10), tick=False):
        page = visitor.get(address).content.decode()
    token = re.search(r'name="form.token" value="([^"]+)"', page)
    assert token is not None
    email = name.lower().replace(" ", ".") + "@example.com"
    fields = _chosen(page) | {
        "contact.name": [name],
        "contact.email": [email],
        "form.token": [token[1]],
        "form.website": [website],
        "form.action": ["submit"],
    }
    answer = visitor.post(address, urlencode(fields, doseq=True), "application/x-www-form-urlencoded")
    assert answer.status_code < 400, answer.content.decode()[:3000]


def _chosen(page: str) -> dict[str, list[str]]:
    """What the form says when nothing is touched."""
    import re
    from html import unescape

    chosen: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        found = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        name, kind = found.get("name", ""), found.get("type", "text")
        if not name or name.startswith(("contact.", "form.")):
            continue
        if kind in ("radio", "checkbox") and not re.search(r"\schecked\b", tag):
            continue
        chosen.setdefault(unescape(name), []).append(unescape(found.get("value", "")))
    return chosen

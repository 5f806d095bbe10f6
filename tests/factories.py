"""Makers of rows, without surprises: each makes one thing and what it cannot exist without."""

from django.utils import timezone

from accounts.models import User

PASSWORD = "correct horse battery staple"


def make_user(*, name: str = "Dana", email: str | None = None, language: str = "en") -> User:
    """A person with a verified address at example.org and the password PASSWORD."""
    user = User(name=name, email=email or f"{name.lower()}@example.org", language=language)
    user.email_verified_at = timezone.now()
    user.set_password(PASSWORD)
    user.save()
    return user

"""Owners answer for their team: they read when a colleague's lost second factor is to be taken off."""

from typing import Any

from accounts.models import User
from accounts.notices import notify
from organisations.models import Membership
from organisations.permissions import Role


def tell_owners_of_the_wait(sender: Any, user: User, hours: int, stop_link: str, **kwargs: Any) -> None:
    """Each owner of each of the person's organisations gets the link that stops it."""
    for owner, names in _owners_over(user).items():
        notify(
            owner,
            "organisation_lost_factor_waits",
            colleague=user.name,
            organisations=names,
            hours=hours,
            stop_link=stop_link,
        )


def tell_owners_of_the_end(sender: Any, user: User, **kwargs: Any) -> None:
    """The same people, when it has happened."""
    for owner, names in _owners_over(user).items():
        notify(owner, "organisation_lost_factor_taken_off", colleague=user.name, organisations=names)


def _owners_over(user: User) -> dict[User, str]:
    """The other owners, each with the names of the organisations that they share with the person."""
    theirs = Membership.objects.in_use().filter(user=user)
    names: dict[User, list[str]] = {}
    owners = Membership.objects.in_use().filter(
        organisation__in=theirs.values("organisation"), role=Role.OWNER, user__is_active=True
    )
    for owner in owners.exclude(user=user).select_related("user", "organisation"):
        names.setdefault(owner.user, []).append(owner.organisation.name)
    return {owner: ", ".join(found) for owner, found in names.items()}

"""What payments and a suspension withhold from an organisation, and what it reads about that on its pages.

Only what changes something can be withheld. Reading, exporting, erasing, deciding on requests of people,
letting members go, leaving, and paying never are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.links import absolute
from billing import gateway
from billing.access import Access, Act, Billing, may
from billing.accounts import access_of, account_of
from billing.models import BillingAccount
from organisations import suspensions
from organisations.allowances import Notice
from organisations.models import Organisation
from organisations.permissions import Permission

#: The act of the policy that a right serves.
ACTS = {
    Permission.CONFIGURATORS_EDIT: Act.EDIT,
    Permission.CONFIGURATORS_PUBLISH: Act.EDIT,
    Permission.LEADS_WORK: Act.EDIT,
    Permission.ORGANISATION_MANAGE: Act.EDIT,
    Permission.INTEGRATIONS_MANAGE: Act.INTEGRATE,
}
#: Where only one use of a right waits: its others, such as letting a member go and paying, never do.
ACTS_OF_ONE_USE = {
    (Permission.MEMBERS_MANAGE, "invite"): Act.ADD,
    (Permission.BILLING_MANAGE, "buy"): Act.BUY,
}
#: How long before its end a trial is spoken of.
SOON = timedelta(days=3)


def when_a_right_is_used(
    sender: Any, organisation: Organisation, permission: Permission, to: str = "", **kwargs: Any
) -> Notice | None:
    act = ACTS_OF_ONE_USE.get((permission, to)) if to else ACTS.get(permission)
    if act is None or not _is_limited(organisation):
        return None
    account = account_of(organisation)
    step = access_of(account)
    return None if may(act, step) else _notice(account, step)


def when_notices_are_wanted(
    sender: Any, organisation: Organisation, permissions: frozenset[Permission], **kwargs: Any
) -> list[Notice]:
    if not _is_limited(organisation):
        return []
    account = account_of(organisation)
    step = access_of(account)
    if step is Access.FULL:
        return _about_the_trial(account, permissions)
    found = _notice(account, step)
    if step is Access.SUSPENDED:
        return [found]
    return [found if Permission.BILLING_VIEW in permissions else _for_others(found)]


def _is_limited(organisation: Organisation) -> bool:
    """Whether there is anything to look up: without a price list only a suspension takes something away."""
    return gateway.is_set_up() or organisation.suspended_at is not None


def _about_the_trial(account: BillingAccount, permissions: frozenset[Permission]) -> list[Notice]:
    ends, now = account.trial_ends_at, timezone.now()
    if account.billing != Billing.NONE or ends is None or Permission.BILLING_VIEW not in permissions:
        return []
    if not now < ends < now + SOON:
        return []
    text = _("Choose a plan to go on adding and changing. Nothing is deleted, and no request is lost.")
    return [Notice("info", _("The trial ends soon"), text, _page(account.organisation), _("See the plan"))]


def _notice(account: BillingAccount, step: Access) -> Notice:
    if step is Access.SUSPENDED:
        return _suspended(account.organisation)
    tone = "warning" if step in (Access.WARNED, Access.LIMITED) else "danger"
    title = _("A payment did not arrive") if account.overdue_since else _("There is no plan now")
    return Notice(tone, title, _consequence(step), _page(account.organisation), _("See the plan"))


def _consequence(step: Access) -> str:
    if step is Access.WARNED:
        return _("Nothing stops for now.")
    if step is Access.LIMITED:
        return _("Nothing can be added until that is put right. All the rest works.")
    if step is Access.INTAKE_ONLY:
        return _(
            "Nothing can be changed until that is put right. Requests still come in, and you can always read,"
            " export and erase them."
        )
    return _(
        "Your forms are not shown, and nothing can be changed, until that is put right. You can always read,"
        " export and erase what you received."
    )


def _suspended(organisation: Organisation) -> Notice:
    """The reason and since when; its page says the rest, and takes the appeal."""
    found = suspensions.current(organisation)
    reason = found.get_reason_display() if found else ""
    since = date_format(timezone.localtime(organisation.suspended_at), "DATE_FORMAT")
    text = _(
        "Since %(since)s: %(reason)s. Your forms are not shown and nothing can be changed. Nothing is"
        " deleted, requests that visitors had begun are stored, and you can always read, export and erase."
    ) % {"since": since, "reason": reason}
    page = absolute("organisations:suspension", organisation.slug)
    return Notice("danger", _("This organisation is suspended"), text, page, _("What this means"))


def _for_others(notice: Notice) -> Notice:
    """For a reader who cannot look at the plan."""
    asks = _("An owner can put it right.")
    return Notice(notice.tone, notice.title, f"{notice.text} {asks}")


def _page(organisation: Organisation) -> str:
    return absolute("billing:plan", organisation.slug)

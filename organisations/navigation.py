"""The entries of an organisation's menu: what the reader may see, of what is installed."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.http import TenantRequest
from organisations.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``count`` names a page that answers how many things wait there."""

    name: str
    label: Promise
    icon: str
    permission: Permission
    count: str = ""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: Promise
    icon: str
    url: str
    is_current: bool
    count_url: str


ENTRIES = (
    Entry("organisations:overview", _("Overview"), "layout-dashboard", Permission.ORGANISATION_VIEW),
    Entry("configurators:list", _("Configurators"), "sliders-horizontal", Permission.CONFIGURATORS_VIEW),
    Entry("leads:inbox", _("Requests"), "inbox", Permission.LEADS_VIEW, count="leads:new-count"),
    Entry(
        "privacy:desk", _("Privacy"), "shield-check", Permission.PRIVACY_VIEW, count="privacy:waiting-count"
    ),
    Entry("billing:plan", _("Plan"), "credit-card", Permission.BILLING_VIEW),
    Entry("organisations:integrations", _("Integrations"), "plug", Permission.INTEGRATIONS_MANAGE),
    Entry("organisations:members", _("Team"), "users", Permission.MEMBERS_VIEW),
    Entry("organisations:record", _("Record"), "history", Permission.AUDIT_VIEW),
    Entry("organisations:settings", _("Settings"), "settings", Permission.ORGANISATION_MANAGE),
)


def navigation(request: TenantRequest) -> list[NavigationItem]:
    """The menu for this reader on this page."""
    slug = request.organisation.slug
    items = []
    for entry in ENTRIES:
        url = page_of(entry.name, slug)
        if url and request.membership.may(entry.permission):
            count_url = page_of(entry.count, slug) if entry.count else ""
            items.append(NavigationItem(entry.label, entry.icon, url, False, count_url))
    return _mark_current(items, request.path)


def page_of(name: str, slug: str) -> str:
    """The address of a page of the organisation; empty where the app that has it is absent."""
    try:
        return reverse(name, kwargs={"organisation": slug})
    except NoReverseMatch:
        return ""


def _mark_current(items: list[NavigationItem], path: str) -> list[NavigationItem]:
    """The longest address that the page's own begins with is where the reader is.

    Pages that run outside the organisation's transaction have the same addresses under /organisations/.
    """
    path = path.replace("/organisations/", "/o/", 1)
    here = max((item.url for item in items if path.startswith(item.url)), key=len, default="")
    return [
        NavigationItem(item.label, item.icon, item.url, item.url == here, item.count_url) for item in items
    ]

"""What the privacy policy says of each retention rule, and the longest period that it may ever name.

The table on the page is made from the rules themselves: a shorter period in the settings is a shorter period
on the page. A rule about people without a line here fails the check, and so does one that keeps longer than
the product has ever promised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import legal
from privacy import periods, registry
from privacy.declarations import Declaration, Personal, Rule, Text
from privacy.stores import STORES


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. Without `after` the period is the rule's own; `kept` says it in words instead."""

    what: Text
    since: Text = ""
    after: str = ""
    kept: Text = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What is said of one rule; `at_most` is the longest period ever promised for it ("P2Y")."""

    lines: tuple[Line, ...]
    at_most: str


def _one(what: Text, since: Text = "", *, at_most: str, kept: Text = "") -> Published:
    return Published((Line(what, since, kept=kept),), at_most)


_WRITTEN = gettext_lazy("when it was written")
_ASKED = gettext_lazy("when it was asked for")
_ANSWERED = gettext_lazy("when it was answered")
_CHOSEN = gettext_lazy("The period that the organisation chose; its page says it before you send")
_END = gettext_lazy("the end of the agreement with your last organisation")
_WITH_THE_ORGANISATION = gettext_lazy("As long as the organisation is here")
_ACTS = (
    Line(gettext_lazy("The record of important acts, without contact details"), gettext_lazy("the act")),
    Line(
        gettext_lazy("The record of who looked at what"),
        gettext_lazy("the look"),
        after="settings.RETENTION_ACCESS_LOG_DAYS",
    ),
)
#: Parts that go with their whole, whose line says it.
_PART = Published((), at_most="P10Y")

RULES: dict[str, Published] = {
    "account": _one(gettext_lazy("Your account, and what you accepted"), _END, at_most="P2Y"),
    "account_mail": _one(gettext_lazy("Mails about your account"), _WRITTEN, at_most="P2Y"),
    "account_request": _one(
        gettext_lazy("A request that you make about your data"), _ANSWERED, at_most="P2Y"
    ),
    "agreement": _one(
        gettext_lazy("That you agreed to a contract for an organisation"),
        gettext_lazy("the end of that agreement"),
        at_most="P2Y",
        kept=gettext_lazy("2 years"),
    ),
    "api_key": _one(
        gettext_lazy("Which account made a key for an organisation's own program"),
        at_most="P0D",
        kept=_WITH_THE_ORGANISATION,
    ),
    "audit": Published((), at_most="P10Y"),
    "platform_audit": Published(_ACTS, at_most="P10Y"),
    "billing_account": _one(
        gettext_lazy("The name and address of a business on its invoices"),
        gettext_lazy("the end of its agreement"),
        at_most="P2Y",
    ),
    "billing_contact": _one(
        gettext_lazy("The address to which invoices are sent"),
        gettext_lazy("the end of the agreement"),
        at_most="P2Y",
    ),
    "breach": _one(
        gettext_lazy("The case of a breach in which your account is named, as an identifier"),
        gettext_lazy("when the case was closed"),
        at_most="P10Y",
    ),
    "planned_publication": _one(
        gettext_lazy("Which account planned a version, as an identifier"),
        gettext_lazy("when it was planned"),
        at_most="P2Y",
    ),
    "configurator_version": _one(
        gettext_lazy("Which account published a version, as an identifier"),
        at_most="P10Y",
        kept=_WITH_THE_ORGANISATION,
    ),
    "audit_value": Published((), at_most="P10Y"),
    "access_log": Published((), at_most="P90D"),  # the line of the audit says it
    "platform_access_log": Published((), at_most="P90D"),
    "desk_settings": _one(
        gettext_lazy("Who set up how an organisation answers requests, as an identifier"),
        at_most="P10Y",
        kept=_WITH_THE_ORGANISATION,
    ),
    "disclosure": Published((), at_most="P10Y"),
    "recipient_notice": Published((), at_most="P10Y"),
    "door_link": _one(
        gettext_lazy("A link to the page for privacy requests, and the address it was sent to"),
        _ASKED,
        at_most="PT2H",
    ),
    "consent_link": _one(
        gettext_lazy("A link to confirm by e-mail that news and offers are welcome"),
        gettext_lazy("when the link was sent"),
        at_most="P30D",
    ),
    "email_change": _one(gettext_lazy("A new address that is not confirmed"), _ASKED, at_most="PT24H"),
    "invitation": _one(
        gettext_lazy("An invitation that nobody accepted"), gettext_lazy("when it ended"), at_most="P30D"
    ),
    "ownership_offer": _one(
        gettext_lazy("An offer of the ownership of an organisation, while nobody answers it"),
        gettext_lazy("the offer"),
        at_most="P7D",
    ),
    "invoice": _one(
        gettext_lazy("Invoices, with the name and address of the business"),
        gettext_lazy("the end of their financial year"),
        at_most="P10Y",
    ),
    "invoice_file": Published((), at_most="P10Y"),  # the line of the invoices says it
    "lead": _one(
        gettext_lazy("What you send through a configurator"),
        gettext_lazy("when you sent it"),
        at_most="P10Y",
        kept=_CHOSEN,
    ),
    "lead_export": _one(
        gettext_lazy("A file with requests that an organisation exported, sealed"),
        _ASKED,
        at_most="P7D",
    ),
    "lead_erasure": Published((), at_most="P10Y"),
    "lead_file": _one(
        gettext_lazy("A file that you handed in, while no request of yours is sent with it"),
        gettext_lazy("when you handed it in"),
        at_most="PT24H",
    ),
    "account_erasure": _one(
        gettext_lazy("That your data was erased, as identifiers and keyed hashes"),
        gettext_lazy("the erasure"),
        at_most="P10Y",
    ),
    "stripe_event": _one(
        gettext_lazy("What our payment provider told us of a payment, sealed"),
        gettext_lazy("when it arrived"),
        at_most="P30D",
    ),
    "vat_evidence": _one(
        gettext_lazy("That a VAT number was checked"),
        gettext_lazy("the end of the financial year"),
        at_most="P10Y",
    ),
    "ledger_entry": _one(
        gettext_lazy("The same, kept apart, so that a backup that is restored cannot bring it back"),
        gettext_lazy("the erasure"),
        at_most="P98D",
        kept=gettext_lazy("98 days"),
    ),
    "saved_configuration": _one(
        gettext_lazy("Choices that you saved for later, without anything that says whose they are"),
        gettext_lazy("when you saved them"),
        at_most="P90D",
    ),
    "lead_contact": _PART,
    "lead_consent": _PART,
    "lead_event": _PART,
    "lead_note": _PART,
    "lead_origin": _one(
        gettext_lazy("The network address from which you sent it"),
        gettext_lazy("when you sent it"),
        at_most="P90D",
    ),
    "legal_hold": _one(
        gettext_lazy("That a law or a claim held your data back from deletion"),
        gettext_lazy("when the hold ended"),
        at_most="P10Y",
    ),
    "lost_factor": _one(gettext_lazy("A wish to sign in without the second step"), _ASKED, at_most="PT24H"),
    "mailbox": Published((), at_most="P14D"),  # a demonstration's own page of mails
    "membership": _one(
        gettext_lazy("That you belong to an organisation"),
        at_most="P2Y",
        kept=gettext_lazy("Until you leave or are removed"),
    ),
    "organisation": _one(
        gettext_lazy("Name and addresses of an organisation, where they are a person's"),
        gettext_lazy("the end of the agreement"),
        at_most="P2Y",
        kept=gettext_lazy("2 years"),
    ),
    "parcel": _one(
        gettext_lazy("A complete copy that an organisation made of its data, sealed"), _ASKED, at_most="P30D"
    ),
    "password_reset": _one(gettext_lazy("A link for a new password"), _ASKED, at_most="PT1H"),
    "register": Published((), at_most="P10Y"),  # officers of the platform alone, by identifier
    "request": _one(
        gettext_lazy("A request about data that an organisation holds"), _ANSWERED, at_most="P2Y"
    ),
    "request_identifiers": _one(
        gettext_lazy("Who made such a request, and what was written"), _ANSWERED, at_most="P84D"
    ),
    "sent_mail": _one(
        gettext_lazy("Mails about what you sent through a configurator; they go with it at the latest"),
        _WRITTEN,
        at_most="P2Y",
    ),
    "session": _one(
        gettext_lazy("That you are signed in"),
        at_most="P0D",
        kept=gettext_lazy("Until you sign out, 12 hours at most"),
    ),
    "sign_in_tries": _one(
        gettext_lazy("That a sign-in succeeded, under a keyed hash; tries that failed go after 24 hours"),
        gettext_lazy("the sign-in"),
        at_most="P90D",
    ),
    "sign_up": _one(gettext_lazy("A sign-up that is not confirmed"), _ASKED, at_most="PT24H"),
    "support_grant": _one(
        gettext_lazy("That support asked to look into an organisation, and what it answered"),
        _ASKED,
        at_most="P2Y",
    ),
    "suppression": _one(
        gettext_lazy("That you want no more mail, as a keyed hash of your address"),
        at_most="P0D",
        kept=_WITH_THE_ORGANISATION,
    ),
    "suspension": _one(
        gettext_lazy("That an organisation was suspended, why, and what was appealed and answered"),
        gettext_lazy("the end of the suspension"),
        at_most="P2Y",
    ),
    "webhook_delivery": _one(
        gettext_lazy("That an organisation's own program was told of something, as identifiers"),
        _WRITTEN,
        at_most="P2Y",
    ),
}


@legal.fills("periods")
def period_table() -> legal.Table:
    """The table in the privacy policy: rules as they are in force, then the stores that are not tables."""
    rows = [*_rule_rows(), *_store_rows()]
    return legal.Table(head=(_("What"), _("Kept"), _("Counted from")), rows=tuple(rows))


def _rule_rows() -> Iterator[tuple[str, str, str]]:
    said: set[str] = set()
    for declaration in registry.declarations().values():
        for rule in _rules_of(declaration):
            if rule.name not in said and rule.name in RULES:
                said.add(rule.name)
                yield from _lines_of(rule)


def _rules_of(declaration: Declaration) -> list[Rule]:
    """The rule of the rows, and those of columns that are blanked before their row goes."""
    if not declaration.is_personal:
        return []
    of_columns = [value.rule for value in declaration.fields.values() if isinstance(value, Personal)]
    return [rule for rule in (declaration.rule, *of_columns) if rule is not None]


def _lines_of(rule: Rule) -> Iterator[tuple[str, str, str]]:
    for line in RULES[rule.name].lines:
        kept = str(line.kept) or in_words(line.after or rule.after)
        yield str(line.what), kept, str(line.since) or "–"


def _store_rows() -> Iterator[tuple[str, str, str]]:
    for store in STORES:
        if store.in_policy:
            yield str(store.in_policy), str(store.kept), "–"


def in_words(after: str) -> str:
    """A period as people say it: "2 years" for 730 days."""
    period = periods.parse(after)
    if isinstance(period, periods.DaysInColumn):
        return str(_CHOSEN)
    if isinstance(period, periods.DaysInSetting):
        return _days_in_words(period.days)
    if isinstance(period, periods.MonthsInSetting):
        return _months_in_words(period.months)
    parts = (
        ngettext("{number} year", "{number} years", period.years).format(number=period.years),
        ngettext("{number} month", "{number} months", period.months).format(number=period.months),
        ngettext("{number} day", "{number} days", period.days).format(number=period.days),
        ngettext("{number} hour", "{number} hours", period.hours).format(number=period.hours),
    )
    numbers = (period.years, period.months, period.days, period.hours)
    return " ".join(part for part, number in zip(parts, numbers, strict=True) if number) or _("at once")


def _days_in_words(days: int) -> str:
    years = round(days / 365.25)
    if years and abs(days - years * 365.25) < 1:
        return ngettext("{number} year", "{number} years", years).format(number=years)
    return ngettext("{number} day", "{number} days", days).format(number=days)


def _months_in_words(months: int) -> str:
    if months % 12:
        return ngettext("{number} month", "{number} months", months).format(number=months)
    return ngettext("{number} year", "{number} years", months // 12).format(number=months // 12)


def is_longer_than_promised(declaration: Declaration) -> bool:
    """Whether a rule keeps longer than was ever published for it."""
    rule = declaration.rule
    if rule is None or rule.name not in RULES:
        return False
    known = RULES[rule.name]
    asked = [rule.after, *(line.after for line in known.lines if line.after)]
    return any(_hours(after) > _hours(known.at_most) for after in asked)


def _hours(after: str) -> float:
    """The longest that a period can be; one that an organisation chooses is limited where it is chosen."""
    period = periods.parse(after)
    if isinstance(period, periods.DaysInColumn):
        return 0
    if isinstance(period, periods.DaysInSetting):
        return period.days * 24
    if isinstance(period, periods.MonthsInSetting):
        return (period.months // 12 * 366 + period.months % 12 * 31) * 24
    return (period.years * 366 + period.months * 31 + period.days) * 24 + period.hours

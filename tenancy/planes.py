"""Every table of the database, classed. A table that is not here fails the build.

*Tenant plane*: ``organisation_id NOT NULL``, walled, key ``(organisation_id, id)``. *Control plane*:
known before the organisation is, or belonging to the platform. No foreign key leads from control to
tenant. ``swept`` tables carry ``purge_after`` and are emptied by the janitor. ``daily`` tables are kept in
partitions of one day each (tenancy.partitions), which are of their parent's class. ``append_only`` tables are
closed to changes by their owner too, until the owner takes the right back on purpose.
"""

import re
from dataclasses import dataclass
from typing import Literal

READ = ("SELECT",)
APPEND = ("SELECT", "INSERT")
WRITE = ("SELECT", "INSERT", "UPDATE")
#: Never changed, and deleted only with the organisation.
FROZEN = ("SELECT", "INSERT", "DELETE")
FULL = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Table:
    """One table's plane and what the roles ``app`` and ``janitor`` may do with it."""

    plane: Literal["tenant", "control"]
    app: tuple[str, ...] = FULL
    swept: bool = False
    daily: bool = False
    append_only: bool = False

    @property
    def janitor_columns(self) -> tuple[str, ...]:
        """The columns a sweep reads: never one that holds a person's data."""
        return ("id", "organisation_id", "purge_after") if self.plane == "tenant" else ("id", "purge_after")


def tenant(app: tuple[str, ...] = FULL, *, swept: bool = False) -> Table:
    return Table("tenant", app, swept)


def control(app: tuple[str, ...] = FULL, *, swept: bool = False) -> Table:
    return Table("control", app, swept)


def record(plane: Literal["tenant", "control"], *, daily: bool = False) -> Table:
    """A table of the record: to be added to and read; what has expired is swept."""
    return Table(plane, APPEND, swept=True, daily=daily, append_only=True)


TABLES: dict[str, Table] = {
    # Django and the libraries
    "django_migrations": control(READ),
    "django_content_type": control(READ),
    "auth_group": control(READ),
    "auth_group_permissions": control(READ),
    "auth_permission": control(READ),
    "django_session": control(),
    # tenancy
    "tenancy_ledgerentry": control(),
    "tenancy_ledgerposition": control(WRITE),
    # accounts
    "accounts_user": control(swept=True),
    "accounts_authenticator": control(),
    "accounts_recoverycode": control(),
    "accounts_platformrole": control(),
    "accounts_termsacceptance": control(APPEND),
    "accounts_legalpublication": control(APPEND),
    "accounts_legalnotice": control(APPEND),
    "accounts_pendingsignup": control(swept=True),
    "accounts_passwordreset": control(swept=True),
    "accounts_emailchange": control(swept=True),
    "accounts_lostfactor": control(swept=True),
    "accounts_throttlelane": control(swept=True),
    # organisations
    "organisations_organisation": control(WRITE),
    "organisations_membership": control(),
    "organisations_invitation": control(swept=True),
    "organisations_agreement": control(APPEND),
    "organisations_ownershipoffer": control(swept=True),
    "organisations_supportgrant": control(swept=True),
    "organisations_suspension": control(swept=True),
    "organisations_apikey": control(WRITE),
    # audit
    "audit_event": record("tenant"),
    "audit_accessevent": record("tenant", daily=True),
    "audit_platformevent": record("control"),
    "audit_platformaccessevent": record("control", daily=True),
    "audit_link": tenant(APPEND, swept=True),
    "audit_head": tenant(APPEND, swept=True),
    "audit_verification": control(WRITE),
    "audit_personalvalue": tenant(("SELECT", "INSERT", "DELETE"), swept=True),
    "audit_disclosure": tenant(APPEND, swept=True),
    "audit_recipientnotice": tenant(WRITE, swept=True),
    # delivery
    "delivery_job": control(),
    "delivery_deadletter": control(),
    "delivery_scheduledrun": control(),
    "delivery_sentmail": tenant(swept=True),
    "delivery_accountmail": control(swept=True),
    "delivery_suppression": tenant(),
    "delivery_webhookendpoint": tenant(WRITE),
    "delivery_webhookdelivery": tenant(swept=True),
    "delivery_mailboxmessage": control(swept=True),
    # billing
    "billing_usagerecord": tenant(APPEND),
    "billing_usagecredit": tenant(APPEND),
    "billing_usageperiod": control(WRITE),
    # Its owner keeps the right to change it: a foreign key that leads there locks with it.
    "billing_planversion": control(APPEND),
    "billing_taxrate": control(APPEND),
    "billing_billingaccount": control(WRITE),
    "billing_billingcontact": control(swept=True),
    "billing_entitlementoverride": control(WRITE),
    "billing_planchange": control(APPEND),
    "billing_purchase": control(WRITE),
    "billing_vatevidence": control(WRITE, swept=True),
    "billing_subscription": control(WRITE),
    "billing_billinginvoice": control(WRITE),
    "billing_stripeevent": control(WRITE),
    "billing_stripeobject": control(WRITE),
    "billing_dunningnotice": control(APPEND),
    "billing_series": control(WRITE),
    "billing_issuedinvoice": record("control"),
    "billing_invoicefile": record("control"),
    # configurators
    "configurators_configurator": tenant(),
    "configurators_configuratorversion": tenant(FROZEN),
    "configurators_scenario": tenant(),
    "configurators_examination": tenant(),
    "configurators_plannedpublication": tenant(),
    "configurators_pricebook": tenant(),
    "configurators_priceentry": tenant(),
    "configurators_staleprices": tenant(),
    "configurators_image": tenant(),
    "configurators_notice": tenant(FROZEN),
    "configurators_publication": control(),
    # leads
    "leads_lead": tenant(swept=True),
    "leads_leadcontact": tenant(),
    "leads_leadorigin": tenant(swept=True),
    "leads_leadnote": tenant(),
    "leads_leadevent": tenant(APPEND),
    "leads_consentrecord": tenant(),
    "leads_consentlink": tenant(swept=True),
    "leads_leadexport": tenant(swept=True),
    "leads_savedconfiguration": tenant(swept=True),
    "leads_leadfile": tenant(swept=True),
    # privacy
    "privacy_parcel": tenant(swept=True),
    "privacy_organisationpurge": control(WRITE, swept=True),
    "privacy_retentionrun": control(WRITE),
    "privacy_company": control(WRITE),
    "privacy_authoritydemand": control(WRITE),
    "privacy_duty": control(WRITE),
    "privacy_breach": control(WRITE, swept=True),
    "privacy_breachentry": control(APPEND),
    "privacy_breachorganisation": control(WRITE),
    "privacy_backup": control(WRITE),
    "privacy_legalhold": tenant(WRITE, swept=True),
    "privacy_privacyrequest": tenant(WRITE, swept=True),
    "privacy_desksettings": tenant(WRITE),
    "privacy_accountrequest": control(WRITE, swept=True),
    "privacy_doorlink": control(swept=True),
    "privacy_leaderasure": tenant(WRITE, swept=True),
    "privacy_accounterasure": control(WRITE, swept=True),
    "privacy_accountnotice": control(WRITE, swept=True),
}

_DAY = re.compile(r"(.+)_\d{8}\Z")


def daily_table_of(name: str) -> str | None:
    """The table in daily partitions that a relation of this name would be a day of."""
    found = _DAY.match(name)
    return found[1] if found and found[1] in TABLES and TABLES[found[1]].daily else None


def class_of(name: str) -> Table | None:
    """How a table is classed; a day of a daily table like its parent. The lint sees to it that it is one."""
    return TABLES.get(daily_table_of(name) or name)

"""Where data may stand that is not a table: caches, queues, files, logs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text


@dataclass(frozen=True, slots=True)
class Store:
    """One place outside the tables. `kept` says for how long, `personal` what of a person is in it."""

    name: str
    where: str
    holds: Text
    personal: Text
    kept: Text
    #: What the privacy policy calls it, where something of a person is in it.
    in_policy: Text = ""
    #: The modules that write there by other means than a table: files, the cache, the broker.
    modules: tuple[str, ...] = ()


NOTHING = _("Nothing")

STORES = (
    Store(
        name="cache",
        where="Valkey, the keys of Django's cache",
        holds=_("Nothing at present"),
        personal=NOTHING,
        kept=_("Until Valkey restarts"),
    ),
    Store(
        name="memory",
        where="The memory of the web processes",
        holds=_("Published configurators, which everyone may see"),
        personal=NOTHING,
        kept=_("Until the process ends"),
    ),
    Store(
        name="broker",
        where="Valkey, the lists of Celery",
        holds=_("Names of tasks; identifiers of rows as arguments"),
        personal=NOTHING,
        kept=_("Until the task has run"),
    ),
    Store(
        name="jobs",
        where="delivery_job.ids, delivery_deadletter.ids",
        holds=_("Identifiers of rows"),
        personal=NOTHING,
        kept=_("Until the job has run, or somebody has dealt with the dead letter"),
    ),
    Store(
        name="keys",
        where="KEY_STORE_DIR",
        holds=_("One wrapped key file per organisation, one of the platform, and its signing key"),
        personal=NOTHING,
        kept=_("Until the organisation is purged, and 7 days of history"),
        modules=("tenancy.keys",),
    ),
    Store(
        name="exports",
        where="EXPORT_DIR",
        holds=_("Files of requests that a colleague asked for, sealed under the organisation's key"),
        personal=_(
            "What the requests hold, except for what was deleted since, which is left out on download"
        ),
        kept=_("7 days; an erasure takes each file with the request with it at once"),
        modules=("tenancy.sealed_file", "privacy.leaving.parcel"),
    ),
    Store(
        name="ledger",
        where="LEDGER_DIR",
        holds=_("What was erased or restricted, by identifiers of rows that are gone"),
        personal=_("Addresses as keyed hashes"),
        kept=_("98 days"),
        modules=("tenancy.ledger.store",),
    ),
    Store(
        name="logs",
        where="Standard output of the processes",
        holds=_("Events with identifiers of requests, organisations and rows"),
        personal=NOTHING,
        kept=_("As long as the place that collects them keeps them, at most 90 days"),
    ),
    Store(
        name="provider_mail",
        where="Postmark",
        holds=_("Sent mails"),
        personal=_("Address and contents of the mail"),
        kept=_("7 days"),
        in_policy=_("Mails, at the company that delivers them"),
    ),
    Store(
        name="backups",
        where="BACKUP_DIR: encrypted dumps of the database",
        holds=_("All tables; sealed columns stay sealed, their keys are not in it"),
        personal=_("Everything in the tables"),
        kept=_("84 days"),
        in_policy=_("Encrypted backups"),
        modules=("privacy.backups.files", "privacy.backups.taking"),
    ),
    Store(
        name="records",
        where="The file that an operator names in `manage.py audit export`",
        holds=_("The record of an organisation, or of the platform"),
        personal=_("Who did what as identifiers, and the remarks that were not erased"),
        kept=_("Until whoever asked for it removes it"),
        modules=("audit.management.commands.audit",),
    ),
    Store(
        name="cookies",
        where="The browser of who signs in",
        holds=_("Session, protection against forged forms, language, proof of an earlier sign-in"),
        personal=_("The session's random key; the account as a keyed hash"),
        kept=_("Until the browser closes; the language for a year, the proof for 180 days"),
    ),
    Store(
        name="demo",
        where="var/demo.json, readable for its owner only, in the demonstration alone",
        holds=_("Sign-ins of invented people"),
        personal=NOTHING,
        kept=_("Until the demonstration is removed"),
        modules=("leads.management.commands.seed_demo",),
    ),
    Store(
        name="standin",
        where="The file that a developer names in `manage.py stripe_standin --state`",
        holds=_("Invented customers and payments of the stand-in for Stripe"),
        personal=NOTHING,
        kept=_("Until the demonstration is removed"),
        modules=("billing.standin.world",),
    ),
    Store(
        name="sources",
        where="docs/personal-data.md and locale/, written by commands while the product is built",
        holds=_("What the declarations and the texts say"),
        personal=NOTHING,
        kept=_("As long as the product's own files"),
        modules=("accounts.messages_catalogue", "privacy.management.commands.personal_data"),
    ),
)

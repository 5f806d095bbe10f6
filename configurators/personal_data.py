"""What configurators hold: products and prices. The people in it are the editors."""

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Erasure, JSONKeys, NotPersonal, Personal, Rule, Whose, declare

_DEFINITION = JSONKeys({"*": NotPersonal("the organisation's product: texts, options and prices, no person")})

declare(
    "configurators.Configurator",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "name": NotPersonal("name of a product"),
        "public_key": NotPersonal("random key in the public address"),
        "draft": _DEFINITION,
        "draft_revision": NotPersonal("counts saves"),
        "created_at": NotPersonal("date of a product"),
        "changed_at": NotPersonal("date of a product"),
        "archived_at": NotPersonal("date of a product"),
        "place": NotPersonal("place of a product in an order"),
        "frozen_at": NotPersonal("since when the plan has no room for a product"),
    },
)

declare(
    "configurators.ConfiguratorVersion",
    role="processor",
    subject="account",
    whose=Whose("accounts.User", "published_by"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_(
            "An identifier that leads to nobody once the account is gone; the version belongs to the product."
        ),
    ),
    rule=Rule(
        "configurator_version",
        anchor="published_at",
        after="P10Y",
        column="",
        how="Goes with its organisation; the publisher's identifier leads nowhere once the account is gone.",
    ),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "configurator": NotPersonal("the product it is a version of"),
        "number": NotPersonal("counts versions"),
        "definition": _DEFINITION,
        "compiled": _DEFINITION,
        "sha256": NotPersonal("hash of a product"),
        "schema_version": NotPersonal("version of a format"),
        "engine_version": NotPersonal("version of a program"),
        "published_by": Personal(
            "account.identifier", purpose="accountability", basis="6(1)(f)", label=_("Published by")
        ),
        "published_at": NotPersonal("date of a version"),
        "restores_number": NotPersonal("counts versions"),
        "notes": NotPersonal("what changed in a product; the form says to name no person"),
        "prices": JSONKeys({"*": NotPersonal("prices of a product, by the article they belong to")}),
    },
)

declare(
    "configurators.Scenario",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "configurator": NotPersonal("the product it is about"),
        "name": NotPersonal("name of a configuration of a product; the form says to name no person"),
        "inputs": JSONKeys({"*": NotPersonal("a configuration that nobody asked for: options and numbers")}),
        "expects": NotPersonal("whether a price or a refusal is expected"),
        "amount": NotPersonal("a price"),
        "created_at": NotPersonal("date of a product"),
    },
)

declare(
    "configurators.Examination",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "configurator": NotPersonal("the product it is about"),
        "kind": NotPersonal("what was examined"),
        "state": NotPersonal("how far a job is"),
        "sha256": NotPersonal("hash of a product"),
        "done": NotPersonal("a count"),
        "total": NotPersonal("a count"),
        "result": JSONKeys({"*": NotPersonal("figures about a product; counts and sums over all requests")}),
        "asked_at": NotPersonal("date of a job"),
    },
)

declare(
    "configurators.PlannedPublication",
    role="processor",
    subject="account",
    whose=Whose("accounts.User", "planned_by"),
    erasure=Erasure(
        "keep",
        ground="17(3)(e)",
        why=_(
            "An identifier that leads to nobody once the account is gone; the plan belongs to the product."
        ),
    ),
    rule=Rule(
        "planned_publication",
        anchor="planned_at",
        after="P2Y",
        column="",
        how="Goes when it is live or called off; it is planned for a year ahead at most.",
    ),
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "configurator": NotPersonal("the product that changes"),
        "definition": _DEFINITION,
        "goes_live_at": NotPersonal("date of a version"),
        "planned_by": Personal(
            "account.identifier", purpose="accountability", basis="6(1)(f)", label=_("Planned by")
        ),
        "planned_at": NotPersonal("date of a version"),
        "notes": NotPersonal("what changes in a product; the form says to name no person"),
        "refused_at": NotPersonal("when it could not go live"),
    },
)

_PICTURE = NotPersonal(
    "a picture of a product, or a logo, without the metadata of a photo; where it shows a person, the"
    " organisation chose to publish it and removes it when that person objects: the builder says so"
)

declare(
    "configurators.Image",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "sha256": NotPersonal("hash of a picture"),
        "width": NotPersonal("size of a picture"),
        "height": NotPersonal("size of a picture"),
        "wide": _PICTURE,
        "small": _PICTURE,
        "size": NotPersonal("size of a picture"),
        "added_at": NotPersonal("date of a product"),
        "unused_since": NotPersonal("since when nothing shows it; it goes some days later"),
    },
)

declare(
    "configurators.PriceBook",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "key": NotPersonal("name of a list of prices, in formulas"),
        "name": NotPersonal("name of a list of prices"),
        "currency": NotPersonal("a currency"),
        "created_at": NotPersonal("date of a list of prices"),
    },
)

declare(
    "configurators.PriceEntry",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "book": NotPersonal("the list of prices it is in"),
        "sku": NotPersonal("number of an article"),
        "label": NotPersonal("name of an article"),
        "amount": NotPersonal("a price"),
        "valid_from": NotPersonal("when a price begins"),
        "valid_until": NotPersonal("when a price ends"),
    },
)

declare(
    "configurators.StalePrices",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "configurator": NotPersonal("the product whose prices are older"),
        "sha256": NotPersonal("hash of a product"),
        "refused_at": NotPersonal("when it could not go live"),
    },
)

declare(
    "configurators.Notice",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "sha256": NotPersonal("hash of a text"),
        "kind": NotPersonal("notice or consent wording"),
        "language": NotPersonal("language of a text"),
        "text": NotPersonal("a text published to everyone"),
        "first_shown_at": NotPersonal("date of a text"),
    },
)

declare(
    "configurators.Publication",
    role="processor",
    fields={
        "id": NotPersonal("random identifier of the row"),
        "public_key": NotPersonal("random key in the public address"),
        "organisation_id": NotPersonal("the organisation it belongs to"),
        "configurator_id": NotPersonal("the product"),
        "version_id": NotPersonal("the version shown"),
        "intake_on": NotPersonal("whether leads are received"),
        "suspended_at": NotPersonal("since when the organisation is deactivated"),
        "form_hidden": NotPersonal("whether visitors read how to reach the business instead"),
        "frozen": NotPersonal("whether the plan has no room for the product"),
        "changed_at": NotPersonal("date of a change"),
    },
)

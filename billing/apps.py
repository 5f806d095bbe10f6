from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from billing import (  # noqa: F401  they register their jobs
            announcing,
            dunning,
            leaving,
            limits,
            metering,
            news,
            overage,
            recipients,
            reconciling,
            withholding,
        )
        from billing.accounts import on_founding
        from billing.invoices import filing, issuing  # noqa: F401
        from billing.signals import invoice_changed, standing_changed
        from billing.vat import refreshing  # noqa: F401
        from organisations import signals as below

        below.founded.connect(on_founding, dispatch_uid="billing.accounts")
        below.room_wanted.connect(limits.when_room_is_wanted, dispatch_uid="billing.limits")
        below.right_used.connect(withholding.when_a_right_is_used, dispatch_uid="billing.withholding")
        below.notices_wanted.connect(withholding.when_notices_are_wanted, dispatch_uid="billing.withholding")
        below.bill_readers_asked.connect(recipients.when_asked, dispatch_uid="billing.recipients")
        below.lifecycle_changed.connect(leaving.follow_the_lifecycle, dispatch_uid="billing.leaving")
        below.suspension_changed.connect(announcing.when_suspended, dispatch_uid="billing.announcing")
        standing_changed.connect(announcing.when_the_standing_changes, dispatch_uid="billing.announcing")
        invoice_changed.connect(issuing.when_an_invoice_changes, dispatch_uid="billing.issuing")
        invoice_changed.connect(dunning.when_an_invoice_changes, dispatch_uid="billing.dunning")

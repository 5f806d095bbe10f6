from django.apps import AppConfig


class ConfiguratorsConfig(AppConfig):
    name = "configurators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from billing.signals import form_decided, limits_decided
        from configurators import (  # noqa: F401  the first says how many there are, others register jobs
            drafts,
            examining,
            freezing,
            planning,
            suspending,
        )
        from configurators.price_books import republishing  # noqa: F401  it registers jobs
        from organisations.signals import lifecycle_changed

        lifecycle_changed.connect(suspending.follow_the_lifecycle, dispatch_uid="configurators.suspending")
        limits_decided.connect(freezing.when_limits_are_decided, dispatch_uid="configurators.freezing")
        form_decided.connect(suspending.follow_the_payments, dispatch_uid="configurators.suspending")

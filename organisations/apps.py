from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "organisations"

    def ready(self) -> None:
        from accounts.signals import lost_factor_taken_off, lost_factor_waits
        from organisations import (  # noqa: F401  they register what they do
            agreements,
            checks,
            handing_over,
            integrations,
            lost_factors,
            support,
            suspensions,
        )
        from organisations.signals import lifecycle_changed

        lost_factor_waits.connect(lost_factors.tell_owners_of_the_wait, dispatch_uid="organisations.waits")
        lost_factor_taken_off.connect(lost_factors.tell_owners_of_the_end, dispatch_uid="organisations.end")
        lifecycle_changed.connect(agreements.follow_the_lifecycle, dispatch_uid="organisations.agreements")

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"
    default_auto_field = "django.db.models.UUIDField"

    def ready(self) -> None:
        from accounts.signals import misuse_reported
        from privacy import (  # noqa: F401  each registers something: work, checks, a part of a text
            breach_work,
            checks,
            companies,
            duties,
            misuse,
            published,
        )

        misuse_reported.connect(misuse.open_case, dispatch_uid="privacy.misuse")
        from organisations.signals import lead_retention_changed, lifecycle_changed
        from privacy import dating
        from privacy.door import links  # noqa: F401  registers its errand
        from privacy.erasure import carrying_out, rights, settling  # noqa: F401  registers the jobs of an erasure
        from privacy.keeping import work as keeping_work  # noqa: F401  registers the job that carries out plans
        from privacy.leaving import parcel, purge  # noqa: F401  they register their jobs
        from privacy.requests import routing, work  # noqa: F401  they register their jobs
        from privacy.subject import carrying_out as carrying  # noqa: F401  registers how rights are carried out

        lead_retention_changed.connect(dating.follow_the_organisation, dispatch_uid="privacy.dating.period")
        lifecycle_changed.connect(dating.follow_the_organisation, dispatch_uid="privacy.dating.lifecycle")

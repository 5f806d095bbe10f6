from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"
    default_auto_field = "django.db.models.UUIDField"

    def ready(self) -> None:
        from privacy import checks  # noqa: F401  registers the system checks
        from privacy.erasure import carrying_out  # noqa: F401  registers the job that erases
        from privacy.leaving import purge  # noqa: F401  registers the job that purges
        from privacy.requests import work  # noqa: F401  registers its jobs

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from leads import (  # noqa: F401  they register what they do
            announcing,
            hooks,
            keeping,
            quote_files,
            replaying,
            signing,
        )
        from leads.api import notices as api_notices  # noqa: F401
        from leads.exports import (  # noqa: F401  they register their jobs
            file,
            making,
            notices,
        )
        from leads.files import looking  # noqa: F401
        from organisations.signals import lifecycle_changed, shorter_retention_asked

        shorter_retention_asked.connect(keeping.count_of_a_shorter_period, dispatch_uid="leads.keeping.count")
        lifecycle_changed.connect(file.remove_all_of_who_leaves, dispatch_uid="leads.exports")

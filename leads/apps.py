from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from leads import announcing, keeping  # noqa: F401  announcing registers its job
        from organisations.signals import lead_retention_changed

        lead_retention_changed.connect(keeping.follow_the_organisation, dispatch_uid="leads.keeping")

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from leads import announcing, keeping  # noqa: F401  announcing registers its job
        from leads.exports import file, making, notices  # noqa: F401  the last two register their jobs
        from organisations.signals import lifecycle_changed, shorter_retention_asked

        shorter_retention_asked.connect(keeping.count_of_a_shorter_period, dispatch_uid="leads.keeping.count")
        lifecycle_changed.connect(file.remove_all_of_who_leaves, dispatch_uid="leads.exports")

from django.apps import AppConfig


class ConfiguratorsConfig(AppConfig):
    name = "configurators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from configurators import suspending
        from organisations.signals import lifecycle_changed

        lifecycle_changed.connect(suspending.follow_the_lifecycle, dispatch_uid="configurators.suspending")

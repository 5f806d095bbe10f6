from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.UUIDField"

    def ready(self) -> None:
        from accounts import errands  # noqa: F401  registers what is done after the answer

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.UUIDField"

    def ready(self) -> None:
        from accounts import (  # noqa: F401  each registers something: work, a part of a text, a check
            announcing,
            checks,
            cookies,
            errands,
        )

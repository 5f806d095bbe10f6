from django.apps import AppConfig


class ConfiguratorsConfig(AppConfig):
    name = "configurators"
    default_auto_field = "django.db.models.BigAutoField"

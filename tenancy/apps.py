from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenancy import checks, grants, roles  # noqa: F401  (checks registers itself on import)
        from tenancy.ledger import gate

        connection_created.connect(roles.refuse_a_role_that_bypasses, dispatch_uid="tenancy.roles")
        connection_created.connect(gate.check_new_connection, dispatch_uid="tenancy.ledger")
        post_migrate.connect(grants.apply_after_migrate, dispatch_uid="tenancy.grants")

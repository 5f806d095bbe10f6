from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "delivery"

    def ready(self) -> None:
        from delivery import mail, webhooks  # noqa: F401  they register the jobs that send

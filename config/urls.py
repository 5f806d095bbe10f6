"""Every address of the house on one screen."""

from django.urls import include, path

urlpatterns = [
    # Visitors first: their addresses are asked for most.
    path("", include("leads.public_urls")),
    path("privacy/", include("privacy.public_urls")),
    path("api/v1/", include("leads.api.urls")),
    path("", include("billing.public_urls")),
    path("", include("config.site_urls")),
    path("", include("config.health_urls")),
    path("", include("accounts.urls")),
    path("account/privacy/", include("privacy.account_urls")),
    path("", include("organisations.urls")),
    path("", include("billing.urls")),
    path("", include("configurators.urls")),
    path("o/<slug:organisation>/leads/", include("leads.urls")),
    path("o/<slug:organisation>/privacy/", include("privacy.urls")),
    path("organisations/<slug:organisation>/left/data/", include("privacy.left_urls")),
    path("platform/", include("privacy.platform_urls")),
    path("mailbox/", include("delivery.urls")),
]

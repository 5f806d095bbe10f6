"""Addresses around organisations. Everything under ``o/<slug>/`` names its permission."""

from django.urls import include, path

from organisations.views import (
    agreements,
    arriving,
    integrations,
    joining,
    leaving,
    overview,
    ownership,
    record,
    settings,
    support,
    suspension,
    team,
)

app_name = "organisations"

tenant_urlpatterns = [
    path("", overview.overview, name="overview"),
    path("settings/", settings.settings, name="settings"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("integrations/", integrations.overview, name="integrations"),
    path("integrations/webhook/", integrations.webhook, name="webhook"),
    path("integrations/webhook/secret/", integrations.webhook_secret, name="webhook-secret"),
    path("integrations/webhook/switch/", integrations.webhook_switch, name="webhook-switch"),
    path("integrations/webhook/test/", integrations.webhook_test, name="webhook-test"),
    path("integrations/webhook/remove/", integrations.webhook_remove, name="webhook-remove"),
    path("integrations/messages/<uuid:delivery>/retry/", integrations.webhook_retry, name="webhook-retry"),
    path("integrations/keys/new/", integrations.api_key, name="api-key"),
    path("integrations/keys/<uuid:api_key>/revoke/", integrations.api_key_revoke, name="api-key-revoke"),
    path("leave/", leaving.leave, name="leave-organisation"),
    path("record/", record.record, name="record"),
    path("record/export/", record.record_export, name="record-export"),
    path("suspension/", suspension.suspension, name="suspension"),
    path("suspension/appeal/", suspension.appeal, name="suspension-appeal"),
    path("support/", support.grants, name="support"),
    path("support/<uuid:pk>/let-in/", support.let_in, name="support-let-in"),
    path("support/<uuid:pk>/end/", support.end, name="support-end"),
    path("members/", team.team, name="members"),
    path("members/invite/", team.invite, name="invite"),
    path("ownership/", ownership.ownership, name="ownership"),
    path("ownership/offer/", ownership.offer, name="ownership-offer"),
    path("ownership/withdraw/", ownership.withdraw, name="ownership-withdraw"),
    path("ownership/decline/", ownership.decline, name="ownership-decline"),
    path("ownership/accept/", ownership.accept, name="ownership-accept"),
    path("members/leave/", team.leave, name="leave"),
    path("members/<uuid:member>/role/", team.member_role, name="member-role"),
    path("members/<uuid:member>/remove/", team.member_remove, name="member-remove"),
    path("invitations/<uuid:invitation>/resend/", team.invitation_resend, name="invitation-resend"),
    path("invitations/<uuid:invitation>/withdraw/", team.invitation_withdraw, name="invitation-withdraw"),
]

urlpatterns = [
    path("home/", arriving.home, name="home"),
    path("organisations/", arriving.chooser, name="chooser"),
    path("organisations/new/", arriving.found, name="found"),
    path("organisations/<slug:organisation>/left/", leaving.left, name="left"),
    path("organisations/<slug:organisation>/left/restore/", leaving.come_back, name="restore"),
    path("organisations/<slug:organisation>/left/delete/", leaving.delete_now, name="delete-now"),
    path("invitations/<str:token>/", joining.accept, name="accept-invitation"),
    path("invitations/pending/<uuid:invitation>/", joining.accept_pending, name="accept-pending"),
    path("o/<slug:organisation>/", include(tenant_urlpatterns)),
]

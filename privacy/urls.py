"""/o/<slug>/privacy/…: the desk of an organisation's privacy officer."""

from django.urls import path

from organisations.permissions import Permission
from privacy.keeping import views as keeping
from privacy.leaving import views as leaving
from privacy.requests import views
from privacy.requests.whose_desk import at_organisation
from privacy.views import breaches, register

app_name = "privacy"

VIEW, DECIDE = Permission.PRIVACY_VIEW, Permission.PRIVACY_DECIDE

urlpatterns = [
    path("holds/", keeping.hold_list, name="holds"),
    path("holds/place/", keeping.hold_place, name="hold-place"),
    path("holds/<uuid:pk>/release/", keeping.hold_release, name="hold-release"),
    path("holds/<uuid:pk>/review/", keeping.hold_review, name="hold-review"),
    path("forecast/", keeping.forecast, name="forecast"),
    path("", at_organisation(views.queue, VIEW), name="desk"),
    path("overview/", at_organisation(views.overview, VIEW), name="overview"),
    path("waiting-count/", at_organisation(views.waiting_count, VIEW), name="waiting-count"),
    path("new/", at_organisation(views.new, DECIDE), name="new"),
    path("settings/", at_organisation(views.settings, DECIDE), name="settings"),
    path("<uuid:pk>/", at_organisation(views.detail, VIEW), name="request"),
    path("<uuid:pk>/letter/", at_organisation(views.letter, VIEW), name="letter"),
    path("<uuid:pk>/decide/", at_organisation(views.decide, DECIDE), name="decide"),
    path("<uuid:pk>/extend/", at_organisation(views.extend, DECIDE), name="extend"),
    path("<uuid:pk>/identity/", at_organisation(views.ask_for_identity, DECIDE), name="ask-identity"),
    path("<uuid:pk>/identity/shown/", at_organisation(views.prove_identity, DECIDE), name="prove-identity"),
    path("<uuid:pk>/right/", at_organisation(views.reclassify, DECIDE), name="reclassify"),
    path("<uuid:pk>/withdraw/", at_organisation(views.withdraw, DECIDE), name="withdraw"),
    path("<uuid:pk>/duplicate/", at_organisation(views.mark_duplicate, DECIDE), name="duplicate"),
    path("<uuid:pk>/carried-out/", at_organisation(views.carried_out, DECIDE), name="carried-out"),
    path("<uuid:pk>/close/", at_organisation(views.close, DECIDE), name="close"),
    path("data/", leaving.data, name="data"),
    path("data/<uuid:pk>/", leaving.download, name="data-download"),
    path("incidents/", breaches.incidents, name="incidents"),
    path("register/", register.processor_register, name="register"),
    path("register/download/", register.processor_register_file, name="register-file"),
]

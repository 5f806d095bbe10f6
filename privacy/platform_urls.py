"""/platform/…: what the platform's own officer and support see."""

from django.urls import path

from organisations.views import support, suspension
from privacy.keeping import views as keeping
from privacy.requests import views
from privacy.requests.whose_desk import at_platform
from privacy.views import breaches, documents, register, registers

app_name = "platform"

urlpatterns = [
    path("retention/", keeping.runs, name="retention"),
    path("retention/<uuid:pk>/approve/", keeping.approve, name="retention-approve"),
    path("forecast/", keeping.platform_forecast, name="forecast"),
    path("requests/", at_platform(views.queue), name="requests"),
    path("requests/<uuid:pk>/", at_platform(views.detail), name="request"),
    path("requests/<uuid:pk>/letter/", at_platform(views.letter), name="request-letter"),
    path("requests/<uuid:pk>/decide/", at_platform(views.decide), name="request-decide"),
    path("requests/<uuid:pk>/extend/", at_platform(views.extend), name="request-extend"),
    path("requests/<uuid:pk>/identity/", at_platform(views.ask_for_identity), name="request-ask-identity"),
    path(
        "requests/<uuid:pk>/identity/shown/",
        at_platform(views.prove_identity),
        name="request-prove-identity",
    ),
    path("requests/<uuid:pk>/right/", at_platform(views.reclassify), name="request-reclassify"),
    path("requests/<uuid:pk>/withdraw/", at_platform(views.withdraw), name="request-withdraw"),
    path("requests/<uuid:pk>/duplicate/", at_platform(views.mark_duplicate), name="request-duplicate"),
    path("requests/<uuid:pk>/carried-out/", at_platform(views.carried_out), name="request-carried-out"),
    path("requests/<uuid:pk>/close/", at_platform(views.close), name="request-close"),
    path("breaches/", breaches.register, name="breaches"),
    path("breaches/new/", breaches.new, name="breach-new"),
    path("breaches/<uuid:pk>/", breaches.breach, name="breach"),
    path("breaches/<uuid:pk>/close/", breaches.close, name="breach-close"),
    path("breaches/<uuid:pk>/draft/<slug:language>/", breaches.draft, name="breach-draft"),
    path("registers/", registers.registers, name="registers"),
    path("registers/companies/new/", registers.company_new, name="company-new"),
    path("registers/companies/<uuid:pk>/engage/", registers.company_engage, name="company-engage"),
    path("registers/demands/new/", registers.demand_new, name="demand-new"),
    path("registers/demands/<uuid:pk>/decide/", registers.demand_decide, name="demand-decide"),
    path("registers/duties/new/", registers.duty_new, name="duty-new"),
    path("registers/duties/<uuid:pk>/done/", registers.duty_done, name="duty-done"),
    path("register/", register.controller_register, name="register"),
    path("register/download/", register.controller_register_file, name="register-file"),
    path("data-map/", register.data_map, name="data-map"),
    path("documents/", documents.documents, name="documents"),
    path("support/", support.ask, name="support"),
    path("suspensions/", suspension.at_platform, name="suspensions"),
    path("suspensions/<uuid:pk>/", suspension.answer, name="suspension"),
]

"""/platform/…: what the platform's own officer and support see."""

from django.urls import path

from organisations.views import support
from privacy.views import breaches, documents, register, registers

app_name = "platform"

urlpatterns = [
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
]

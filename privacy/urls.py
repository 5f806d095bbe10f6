"""/o/<slug>/privacy/…: the desk of an organisation's privacy officer."""

from django.urls import path

from privacy.leaving import views as leaving
from privacy.views import breaches, register

app_name = "privacy"

urlpatterns = [
    path("data/", leaving.data, name="data"),
    path("data/<uuid:pk>/", leaving.download, name="data-download"),
    path("incidents/", breaches.incidents, name="incidents"),
    path("register/", register.processor_register, name="register"),
    path("register/download/", register.processor_register_file, name="register-file"),
]

"""/o/<slug>/privacy/…: the desk of an organisation's privacy officer."""

from django.urls import path

from privacy.leaving import views as leaving

app_name = "privacy"

urlpatterns = [
    path("data/", leaving.data, name="data"),
    path("data/<uuid:pk>/", leaving.download, name="data-download"),
]

"""/organisations/<slug>/left/data/: a complete copy for the owners of an organisation that is deactivated."""

from django.urls import path

from privacy.leaving import views

app_name = "left"

urlpatterns = [
    path("", views.left_data, name="data"),
    path("<uuid:pk>/", views.left_download, name="data-download"),
]

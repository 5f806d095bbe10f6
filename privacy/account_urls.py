"""/account/privacy/…: what somebody with an account sees and asks of their own data."""

from django.urls import path

from privacy.account import views

app_name = "own-data"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("copy/", views.copy, name="copy"),
    path("download/<slug:form>/", views.download, name="download"),
    path("ask/<slug:right>/", views.ask, name="ask"),
]

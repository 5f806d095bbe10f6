"""/privacy/…: the door for people without an account; served by the slim stack, without cookies."""

from django.urls import path

from privacy.door import choices, views
from privacy.erasure import public_views as erasures
from privacy.requests.inbound_webhook import receive_mail

app_name = "door"

urlpatterns = [
    path("inbound-mail/", receive_mail, name="inbound-mail"),
    path("request/", views.request_page, name="request"),
    path("request/sent/", views.sent, name="sent"),
    path("copy.schema.json", views.schema, name="schema"),
    path("my/<str:token>/", views.my, name="my"),
    path("my/<str:token>/claim/<uuid:pk>/", views.claim, name="claim"),
    path("my/<str:token>/<slug:organisation>/copy/", views.copy, name="copy"),
    path("my/<str:token>/<slug:organisation>/download/<slug:form>/", views.download, name="download"),
    path("my/<str:token>/<slug:organisation>/file/<uuid:pk>/<slug:form>/", views.file, name="file"),
    path("my/<str:token>/<slug:organisation>/correct/", views.correct, name="correct"),
    path("my/<str:token>/<slug:organisation>/withdraw/", views.withdraw, name="withdraw"),
    path("my/<str:token>/<slug:organisation>/ask/<slug:right>/", views.ask, name="ask"),
    path("mail/<str:token>/", choices.mail_choices_page, name="mail-choices"),
    path("signing-key.json", erasures.signing_key, name="signing-key"),
    path("certificate/<str:token>/", erasures.certificate, name="certificate"),
]

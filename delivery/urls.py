from django.urls import path

from delivery import views

app_name = "mailbox"
urlpatterns = [
    path("", views.messages, name="messages"),
    path("messages.json", views.messages_json, name="messages-json"),
    path("<uuid:pk>/", views.message, name="message"),
    path("<uuid:pk>/html", views.message_html, name="message-html"),
    path("<uuid:pk>/style.css", views.message_css, name="message-css"),
]

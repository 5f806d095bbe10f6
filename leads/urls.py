"""/o/<slug>/leads/…"""

from django.urls import path

from leads import views

app_name = "leads"

urlpatterns = [
    path("", views.inbox_page, name="inbox"),
    path("overview/", views.overview, name="overview"),
    path("new-count/", views.new_count, name="new-count"),
    path("search/", views.search, name="search"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/status/", views.set_status, name="status"),
    path("<uuid:pk>/notes/", views.add_note, name="note"),
    path("<uuid:pk>/release/", views.release, name="release"),
]

"""/o/<slug>/leads/…"""

from django.urls import path

from leads import views
from leads.exports import views as exports
from leads.replay_pages import replay_page

app_name = "leads"

urlpatterns = [
    path("", views.inbox_page, name="inbox"),
    path("overview/", views.overview, name="overview"),
    path("new-count/", views.new_count, name="new-count"),
    path("search/", views.search, name="search"),
    path("export/", exports.export, name="export"),
    path("export/notices/", exports.export_notices, name="export-notices"),
    path("export/notices/<uuid:pk>/confirm/", exports.confirm_notice, name="export-confirm"),
    path("export/<uuid:pk>/", exports.progress, name="export-progress"),
    path("export/<uuid:pk>/cancel/", exports.cancel, name="export-cancel"),
    path("export/<uuid:pk>/download/", exports.download, name="export-download"),
    path("replay/<uuid:pk>/", replay_page, name="replay"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/quote/<slug:form>/", views.quote_file, name="quote"),
    path("<uuid:pk>/files/<uuid:file>/", views.handed_in, name="file"),
    path("<uuid:pk>/status/", views.set_status, name="status"),
    path("<uuid:pk>/notes/", views.add_note, name="note"),
    path("<uuid:pk>/release/", views.release, name="release"),
    path("<uuid:pk>/set-aside/", views.set_aside, name="set-aside"),
]

"""/o/<slug>/configurators/… within, /organisations/<slug>/configurators/… to ask elsewhere."""

from django.urls import include, path

from configurators.views import builder, frozen, listing, looking, release, scenarios, site_check

app_name = "configurators"

within = [
    path("", listing.index, name="list"),
    path("new/", listing.create, name="create"),
    path("<uuid:pk>/", builder.page, name="builder"),
    path("<uuid:pk>/draft/", builder.draft, name="draft"),
    path("<uuid:pk>/preview/", builder.preview, name="preview"),
    path("<uuid:pk>/preview/price/", builder.preview_price, name="preview-price"),
    path("<uuid:pk>/rename/", listing.rename_page, name="rename"),
    path("<uuid:pk>/duplicate/", listing.duplicate_page, name="duplicate"),
    path("<uuid:pk>/publish/", release.publish_page, name="publish"),
    path("<uuid:pk>/publish/plans/<uuid:plan>/call-off/", release.call_off_page, name="call-off"),
    path("<uuid:pk>/publish/proof/", looking.proof, name="proof"),
    path("<uuid:pk>/scenarios/", scenarios.index, name="scenarios"),
    path("<uuid:pk>/scenarios/new/", scenarios.create, name="scenario-new"),
    path("<uuid:pk>/scenarios/<uuid:scenario>/", scenarios.change, name="scenario"),
    path("<uuid:pk>/scenarios/<uuid:scenario>/accept/", scenarios.take_over, name="scenario-accept"),
    path("<uuid:pk>/scenarios/<uuid:scenario>/remove/", scenarios.forget, name="scenario-remove"),
    path("<uuid:pk>/versions/", release.versions, name="versions"),
    path("<uuid:pk>/versions/<int:number>/restore/", release.restore_page, name="restore"),
    path("<uuid:pk>/intake/", release.intake, name="intake"),
    path("<uuid:pk>/thaw/", frozen.thaw_one, name="thaw"),
    path("<uuid:pk>/embed/", release.embed, name="embed"),
]

without = [
    path("<uuid:pk>/check/", site_check.check_site, name="check-site"),
]

urlpatterns = [
    path("o/<slug:organisation>/configurators/", include(within)),
    path("organisations/<slug:organisation>/configurators/", include(without)),
]

"""/o/<slug>/configurators/… within, /organisations/<slug>/configurators/… to ask elsewhere."""

from django.urls import include, path

from configurators import url_converters  # noqa: F401 - registers what fills the address of an image
from configurators.views import (
    builder,
    frozen,
    images,
    listing,
    looking,
    price_books,
    price_entries,
    release,
    scenarios,
    site_check,
)

app_name = "configurators"

within = [
    path("", listing.index, name="list"),
    path("new/", listing.create, name="create"),
    path("price-books/", price_books.index, name="price-books"),
    path("price-books/new/", price_books.create, name="price-book-new"),
    path("price-books/<uuid:book>/", price_entries.page, name="price-book"),
    path("price-books/<uuid:book>/rename/", price_books.rename_page, name="price-book-rename"),
    path("price-books/<uuid:book>/remove/", price_books.remove, name="price-book-remove"),
    path("price-books/<uuid:book>/paste/", price_entries.paste, name="price-paste"),
    path("price-books/<uuid:book>/prices/new/", price_entries.create, name="price-new"),
    path("price-books/<uuid:book>/prices/<uuid:entry>/", price_entries.change, name="price"),
    path("price-books/<uuid:book>/prices/<uuid:entry>/remove/", price_entries.remove, name="price-remove"),
    path("images/", images.index, name="images"),
    path("images/<sha256:file>/<int:width>/", images.picture, name="image"),
    path("images/<sha256:file>/remove/", images.remove, name="image-remove"),
    path("<uuid:pk>/", builder.page, name="builder"),
    path("<uuid:pk>/draft/", builder.draft, name="draft"),
    path("<uuid:pk>/preview/", builder.preview, name="preview"),
    path("<uuid:pk>/preview/price/", builder.preview_price, name="preview-price"),
    path("<uuid:pk>/rename/", listing.rename_page, name="rename"),
    path("<uuid:pk>/duplicate/", listing.duplicate_page, name="duplicate"),
    path("<uuid:pk>/publish/", release.publish_page, name="publish"),
    path("<uuid:pk>/publish/plans/<uuid:plan>/call-off/", release.call_off_page, name="call-off"),
    path("<uuid:pk>/publish/proof/", looking.proof, name="proof"),
    path("<uuid:pk>/prices/", price_books.reprice, name="reprice"),
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

"""The visitor's addresses; they are served by the slim stack and need no login."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from configurators import url_converters  # noqa: F401 - registers what fills the address of an image
from leads import embed, images, intake, opt_in_pages, saved_pages, verify_page
from leads.files import pages as files

app_name = "public"


class PublicKeyConverter(StringConverter):
    """A configurator's key; anything else is no address of ours."""

    regex = "[A-Za-z0-9]{4,32}"


register_converter(PublicKeyConverter, "public_key")

urlpatterns = [
    path("c/<public_key:key>/", intake.page, name="page"),
    path("c/<public_key:key>/price/", intake.price, name="price"),
    path("c/<public_key:key>/definition/", intake.definition, name="definition"),
    path("c/<public_key:key>/drawing/", intake.drawing, name="drawing"),
    path("c/<public_key:key>/image/<sha256:file>/<int:width>/", images.image, name="image"),
    path("c/<public_key:key>/theme/", intake.theme, name="theme"),
    path("c/<public_key:key>/file/", files.file, name="file"),
    path("c/<public_key:key>/save/", saved_pages.save, name="save"),
    path("c/<public_key:key>/saved/", saved_pages.saved, name="saved"),
    path("c/<public_key:key>/thanks/", intake.thanks, name="thanks"),
    path("privacy/confirm/<str:token>/", opt_in_pages.confirm, name="confirm"),
    path("verify/", verify_page.verify, name="verify"),
    path("e/v1.js", embed.script, name="embed"),
    path("e/v1/element.js", embed.element, name="element"),
]

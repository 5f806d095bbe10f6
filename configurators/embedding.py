"""What a customer pastes into a page of their own site, and what that page's policy must let through."""

from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from configurators.compiled import Compiled
from configurators.models import ConfiguratorVersion, Publication

#: What the element needs, and after that what a frame needs, as directives of a Content-Security-Policy.
ELEMENT_NEEDS = ("script-src", "connect-src")
FRAME_NEEDS = ("script-src", "frame-src")
#: Keeps room for the element before its script is there, so that nothing below it moves.
ROOM = "opmaat-configurator { display: block; min-height: min(100vh, 60rem) }"


@dataclass(frozen=True, slots=True)
class Snippets:
    """The same configurator in four ways, from the one that fits a site best to the one that always works."""

    element: str
    frame: str
    plain_frame: str
    address: str


def snippets(publication: Publication, language: str) -> Snippets:
    """For a page in this language."""
    key, origin = publication.public_key, settings.PUBLIC_URL
    address = f"{origin}{reverse('public:page', args=[key])}"
    with translation.override(language):
        title = escape(_("Configure and ask for an offer"))
    return Snippets(
        element=(
            f'<script type="module" src="{origin}{reverse("public:element")}"></script>\n'
            f'<opmaat-configurator key="{key}" language="{language}">\n'
            f'  <a href="{address}?lang={language}">{title}</a>\n'
            "</opmaat-configurator>"
        ),
        frame=f'<script src="{origin}{reverse("public:embed")}" data-configurator="{key}" async></script>',
        plain_frame=(
            f'<iframe src="{address}?embed=1&amp;lang={language}" title="{title}" '
            'width="100%" height="1600" loading="lazy"></iframe>'
        ),
        address=address,
    )


def shows_images(publication: Publication) -> bool:
    """Whether visitors get images of the organisation's own, which come from our host as well."""
    version = ConfiguratorVersion.objects.get(pk=publication.version_id)
    return bool(Compiled.from_json(version.compiled).files)


def element_needs(*, images: bool) -> tuple[str, ...]:
    """What the element needs of a configurator with or without such images. A frame's are its own."""
    return (*ELEMENT_NEEDS, "img-src") if images else ELEMENT_NEEDS


def policy(needs: tuple[str, ...]) -> str:
    """What must be let through, as a policy is written."""
    return "; ".join(f"{directive} {settings.PUBLIC_URL}" for directive in needs)

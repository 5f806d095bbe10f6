"""An organisation's own images as visitors get them: only what their configurator shows, and harmless anywhere."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from configurators.images.keeping import keep_image
from configurators.models import Configurator, ConfiguratorVersion, Image
from configurators.published import forget_everything as forget_publications
from configurators.publishing import publish, withdraw
from leads import images
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators import photos
from tests.configurators.definitions import definition, group, option
from tests.leads.conftest import open_for_visitors

pytestmark = pytest.mark.django_db(transaction=True)
THEME = {"accent": "#0f4d43", "text": "#1b211f", "background": "#f6f4ee"}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    images.forget_everything()


def keep(member: Member, data: bytes) -> Image:
    with tenant(member.organisation.pk):
        return keep_image(data, by=member.user.pk)


def own(image: Image, alt: str = "Een dak") -> dict[str, Any]:
    words = {"alt": {"nl": alt, "en": alt}} if alt else {"decorative": True}
    return {"file": image.sha256, "width": image.width, "height": image.height, **words}


def roofs(image: Image | None = None, **more: Any) -> dict[str, Any]:
    found = own(image) if image else None
    options = [option("opal", image=found), option("clear")]
    return definition(
        group("roof", "single", options=options, default="opal"), group("who", "contact"), **more
    )


def layered(*pictures: tuple[str, Image, str | None]) -> dict[str, Any]:
    found = [
        {"key": key, "file": image.sha256, "width": image.width, "height": image.height, "if": condition}
        for key, image, condition in pictures
    ]
    return {"kind": "layers", "layers": found, "alt": {"nl": "Je veranda", "en": "Your veranda"}}


def ask(key: str, file: str, width: int = 480, **more: Any) -> HttpResponse:
    return Client().get(f"/c/{key}/image/{file}/{width}/", **more)


@pytest.fixture
def image(alice: Member) -> Image:
    return keep(alice, photos.photo())


@pytest.fixture
def shop(alice: Member, image: Image) -> Configurator:
    return open_for_visitors(alice, roofs(image))


def publish_again(member: Member, configurator: Configurator, draft: dict[str, Any]) -> None:
    with tenant(member.organisation.pk):
        Configurator.objects.filter(pk=configurator.pk).update(draft=draft)
        publish(Configurator.objects.get(pk=configurator.pk), by=member.user.pk)
    forget_publications()


# --- The picture itself ---------------------------------------------------------------------------


def test_a_visitor_gets_the_picture_and_keeps_it(shop: Configurator, image: Image) -> None:
    answer = ask(shop.public_key, image.sha256, 400)

    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/webp", image.wide)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer


def test_nothing_of_the_photo_comes_along(shop: Configurator, image: Image) -> None:
    body = ask(shop.public_key, image.sha256, 400).content

    assert [canary for canary in (photos.CAMERA, photos.ARTIST) if canary.encode() in body] == []


def test_an_image_is_asked_of_the_database_once(shop: Configurator, image: Image, alice: Member) -> None:
    first = ask(shop.public_key, image.sha256, 400)
    with tenant(alice.organisation.pk):
        Image.objects.update(wide=b"changed")

    assert ask(shop.public_key, image.sha256, 400).content == first.content


@pytest.mark.parametrize("width", [0, 1, 479, 1200, 99999])
def test_another_width_is_not_found(shop: Configurator, image: Image, width: int) -> None:
    assert ask(shop.public_key, image.sha256, width).status_code == 404


def test_an_image_that_the_configurator_does_not_show_is_not_found(shop: Configurator, alice: Member) -> None:
    other = keep(alice, photos.png(300, 200))

    assert ask(shop.public_key, other.sha256, 300).status_code == 404


def test_a_draft_shows_nothing_to_the_world(shop: Configurator, alice: Member) -> None:
    other = keep(alice, photos.png(300, 200))
    with tenant(alice.organisation.pk):
        Configurator.objects.update(draft=roofs(other))

    assert ask(shop.public_key, other.sha256, 300).status_code == 404


def test_charlies_key_does_not_open_an_image_of_acme(
    shop: Configurator, image: Image, charlie: Member
) -> None:
    theirs = open_for_visitors(charlie, roofs())

    assert ask(theirs.public_key, image.sha256, 400).status_code == 404
    assert ask(shop.public_key, image.sha256, 400).status_code == 200  # the control


def test_charlies_definition_that_names_an_image_of_acme_shows_none(
    shop: Configurator, image: Image, charlie: Member
) -> None:
    """Even where it got past publishing: the wall stands before the bytes."""
    theirs = open_for_visitors(charlie, roofs())
    with tenant(charlie.organisation.pk):
        version = ConfiguratorVersion.objects.get()
        found = roofs(image)
        ConfiguratorVersion.objects.filter(pk=version.pk).delete()
        from configurators.compiling import compile_definition

        compiled = compile_definition(found)
        ConfiguratorVersion.objects.create(
            id=version.pk, configurator_id=theirs.pk, number=1, definition=found, compiled=compiled.to_json(),
            sha256=compiled.sha256, schema_version=1, engine_version=1, published_by=charlie.user.pk,
        )  # fmt: skip
    forget_publications()

    assert ask(theirs.public_key, image.sha256, 400).status_code == 404


def test_who_had_the_page_before_still_gets_its_images(
    shop: Configurator, image: Image, alice: Member
) -> None:
    publish_again(alice, shop, roofs())

    assert ask(shop.public_key, image.sha256, 400).status_code == 200


def test_what_was_replaced_long_ago_shows_nothing(shop: Configurator, image: Image, alice: Member) -> None:
    publish_again(alice, shop, roofs())
    with_older_versions(hours=26)
    forget_publications()

    assert ask(shop.public_key, image.sha256, 400).status_code == 404


def with_older_versions(*, hours: int) -> None:
    """As if everything had been published so much earlier; no role of ours may change a version."""
    from tests.architecture.superuser import connect

    with connect() as superuser:
        superuser.execute(
            "UPDATE configurators_configuratorversion SET published_at = published_at - %s::interval",
            [f"{hours} hours"],
        )
        superuser.commit()


def test_a_configurator_off_line_shows_nothing(shop: Configurator, image: Image, alice: Member) -> None:
    with tenant(alice.organisation.pk):
        withdraw(shop, by=alice.user.pk)
    forget_publications()

    assert ask(shop.public_key, image.sha256, 400).status_code == 404


@pytest.mark.parametrize("file", ["0" * 63, "A" * 64, "../../etc/passwd", "0" * 64])
def test_what_is_no_address_of_an_image_is_not_found(shop: Configurator, file: str) -> None:
    assert ask(shop.public_key, file, 480).status_code == 404


def test_nobody_posts_to_an_image(shop: Configurator, image: Image) -> None:
    assert Client().post(f"/c/{shop.public_key}/image/{image.sha256}/400/").status_code == 405


# --- On the page ----------------------------------------------------------------------------------


def page_of(shop: Configurator, query: str = "?lang=nl") -> str:
    return " ".join(Client().get(f"/c/{shop.public_key}/{query}").content.decode().split())


@pytest.mark.parametrize("query", ["?lang=nl", "?lang=nl&embed=1"], ids=["page", "within another"])
def test_an_option_shows_its_image_with_its_size_and_words(alice: Member, query: str) -> None:
    image = keep(alice, photos.jpeg(1600, 1000))
    shop = open_for_visitors(alice, roofs(image))

    at = f"/c/{shop.public_key}/image/{image.sha256}"
    assert (
        f'<img src="{at}/480/" srcset="{at}/480/ 480w, {at}/1200/ 1200w" sizes="auto, 18rem" width="1200" '
        'height="750" alt="Een dak" loading="lazy" decoding="async">'
    ) in page_of(shop, query)


def test_layers_are_stacked_and_follow_the_choices_without_a_script(alice: Member) -> None:
    back, opal, clear = (
        keep(alice, data) for data in (photos.jpeg(), photos.see_through(), photos.png(300, 188))
    )
    drawing = layered(
        ("back", back, None), ("opal", opal, 'roof = "opal"'), ("clear", clear, 'roof = "clear"')
    )
    shop = open_for_visitors(alice, roofs(drawing=drawing))

    page = page_of(shop)

    assert 'role="img" aria-label="Je veranda"' in page
    assert hidden_layers(page) == [("back", False), ("opal", False), ("clear", True)]
    assert "data-picture" not in page  # nothing is asked of the server when a choice changes


def hidden_layers(page: str) -> list[tuple[str, bool]]:
    tags = page.split("<img data-layer=")[1:]
    return [(tag.split('"')[1], "hidden>" in tag.split(">")[0] + ">") for tag in tags]


def test_a_logo_stands_in_the_head_instead_of_a_letter(alice: Member) -> None:
    logo = keep(alice, photos.png(300, 100))
    shop = open_for_visitors(alice, roofs(theme=THEME | {"logo": own(logo, "Acme")}))

    page = page_of(shop)

    assert f'<img class="logo" src="/c/{shop.public_key}/image/{logo.sha256}/300/"' in page
    assert 'alt="Acme"' in page
    assert 'class="mark"' not in page


def test_a_logo_that_only_decorates_stands_beside_the_name(alice: Member) -> None:
    logo = keep(alice, photos.png(300, 100))
    shop = open_for_visitors(alice, roofs(theme=THEME | {"logo": own(logo, "")}))

    assert '<p class="brand"> <img class="logo"' in page_of(shop)
    assert "Acme </p>" in page_of(shop)


def test_no_page_holds_bytes_or_styles_of_an_image(shop: Configurator) -> None:
    page = page_of(shop)

    assert ("data:image" in page, "style=" in page) == (False, False)


def test_the_page_lets_images_come_from_ourselves_alone(shop: Configurator) -> None:
    policy = Client().get(f"/c/{shop.public_key}/")["Content-Security-Policy"]

    assert "img-src 'self';" in policy


def test_one_that_was_removed_is_gone_at_once_also_where_it_was_kept(
    alice: Member, shop: Configurator, image: Image
) -> None:
    before = [ask(shop.public_key, image.sha256, 400).status_code for _ in range(2)]
    with tenant(alice.organisation.pk):
        Image.objects.filter(pk=image.pk).delete()

    assert (before, ask(shop.public_key, image.sha256, 400).status_code) == ([200, 200], 404)

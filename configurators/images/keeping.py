"""Keeping an image once, within what an organisation may keep, and taking one away."""

from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum

from audit.events import record
from configurators.images.recipe import Pictures, pictures_of
from configurators.images.references import configurators_with
from configurators.models import Configurator, Image
from organisations.models import Organisation
from tenancy.context import current_organisation_id


class NoRoomForImages(RuntimeError):
    """The organisation keeps as many images, or as many bytes of them, as it may."""

    def __init__(self, *, images: int, megabytes: int) -> None:
        super().__init__("no room for another image")
        self.images = images
        self.megabytes = megabytes


class ImageInUse(RuntimeError):
    """A draft, a plan or a page on line shows it."""

    def __init__(self, configurators: list[Configurator]) -> None:
        super().__init__("the image is in use")
        self.configurators = configurators


def keep_image(data: bytes, *, by: UUID) -> Image:
    """The image made of an uploaded file; one that is there already is that one.

    Raises NotAnImage or NoRoomForImages.
    """
    pictures = pictures_of(data)
    # Two who upload at once take turns; rows that refer to the organisation wait for neither.
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=current_organisation_id())
    found = Image.objects.filter(sha256=pictures.sha256).defer("wide", "small").first()
    if found is not None:
        Image.objects.filter(pk=found.pk).update(unused_since=None)
        return found
    size = len(pictures.wide) + len(pictures.small)
    _require_room(size)
    return _made(pictures, size, by)


def _require_room(size: int) -> None:
    kept = Image.objects.aggregate(count=Count("pk"), size=Sum("size", default=0))
    images, megabytes = settings.IMAGES_PER_ORGANISATION, settings.IMAGE_MEGABYTES_PER_ORGANISATION
    if kept["count"] >= images or kept["size"] + size > megabytes * 1024 * 1024:
        raise NoRoomForImages(images=images, megabytes=megabytes)


def _made(pictures: Pictures, size: int, by: UUID) -> Image:
    made = Image.objects.create(
        sha256=pictures.sha256,
        width=pictures.width,
        height=pictures.height,
        wide=pictures.wide,
        small=pictures.small,
        size=size,
    )
    record("configurator.image_added", actor_id=by, kind="image", object_id=made.pk)
    return made


def remove_image(image: Image, *, by: UUID) -> None:
    """Take it away for good, also from versions that are not on line any more. Raises ImageInUse."""
    if shown := configurators_with(image.sha256):
        raise ImageInUse(shown)
    record("configurator.image_removed", actor_id=by, kind="image", object_id=image.pk, evidence=True)
    image.delete()


def files_missing(files: set[str]) -> set[str]:
    """Which of these files are not kept."""
    return files - set(Image.objects.filter(sha256__in=files).values_list("sha256", flat=True))

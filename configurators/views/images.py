"""The organisation's own images, for the builder: adding one, choosing one, seeing one, taking one away."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configurators.images.keeping import ImageInUse, NoRoomForImages, keep_image, remove_image
from configurators.images.recipe import NotAnImage
from configurators.models import Image
from organisations.http import TenantRequest
from organisations.permissions import Permission, requires


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def index(request: TenantRequest) -> JsonResponse:
    """What there is, the newest first; a POST, whose whole body is the file, adds one."""
    if request.method == "POST":
        return _add(request)
    images = Image.objects.defer("wide", "small").order_by("-added_at", "-pk")
    return JsonResponse({"images": [_as_json(image) for image in images]})


def _add(request: TenantRequest) -> JsonResponse:
    data = request.read(settings.IMAGE_MAX_BYTES + 1)
    if len(data) > settings.IMAGE_MAX_BYTES:
        text = _("This file is larger than %(megabytes)s MB. Make it smaller first.")
        return _refused(413, "size", text % {"megabytes": settings.IMAGE_MAX_BYTES // 1024 // 1024})
    try:
        image = keep_image(data, by=request.user.pk)
    except NotAnImage as refused:
        return _refused(422, refused.code, str(refused.message))
    except NoRoomForImages as full:
        text = _(
            "There is no room for another image: an organisation keeps %(images)s, of %(megabytes)s MB"
            " together. Remove one that you do not need."
        )
        return _refused(409, "room", text % {"images": full.images, "megabytes": full.megabytes})
    return JsonResponse(_as_json(image), status=201)


@require_safe
@requires(Permission.CONFIGURATORS_VIEW)
def picture(request: TenantRequest, file: str, width: int) -> HttpResponse:
    """One picture, for who may see the drafts that show it."""
    found = get_object_or_404(Image, sha256=file).picture(width)
    if found is None:
        raise Http404
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    return HttpResponse(found, content_type="image/webp", headers=headers)


@require_POST
@never_cache
@requires(Permission.CONFIGURATORS_EDIT)
def remove(request: TenantRequest, file: str) -> JsonResponse:
    """Take one away for good, unless a draft, a plan or a page on line shows it."""
    image = get_object_or_404(Image.objects.defer("wide", "small"), sha256=file)
    try:
        remove_image(image, by=request.user.pk)
    except ImageInUse as used:
        names = [configurator.name for configurator in used.configurators]
        text = ngettext(
            "A configurator shows this image: %(names)s. Take it out there and publish, then remove it here.",
            "Configurators show this image: %(names)s. Take it out there and publish, then remove it here.",
            len(names),
        )
        return _refused(409, "in_use", text % {"names": ", ".join(names)})
    return JsonResponse({"removed": file})


def _as_json(image: Image) -> dict[str, Any]:
    """As a definition names it."""
    return {"file": image.sha256, "width": image.width, "height": image.height}


def _refused(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)

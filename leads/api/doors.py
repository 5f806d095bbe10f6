"""Who may ask, how often, and in which language they are answered."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from delivery.buckets import Buckets
from organisations.api_keys import key_of, note_use
from organisations.models import ApiKey, ApiScope

_requests = Buckets()


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer opmaat_…``; whatever is wrong with it, the answer is the same."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = key_of(text.strip())
        if key is None:
            raise AuthenticationFailed(_("This key is unknown, or has ended."))
        note_use(key)
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class HasScope(BasePermission):
    """Whether there is a key, and whether it may do what the view does."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, ApiKey) and view.scope in request.auth.scopes


class PerKey(BaseThrottle):
    """So many requests a minute for each key, counted in each process."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return True
        return _requests.take(str(request.auth.pk), per_minute=settings.API_PER_MINUTE)

    def wait(self) -> float:
        return 60 / settings.API_PER_MINUTE


class ApiView(APIView):
    """A view of the API. Its handlers enter the organisation of the key themselves, once it is known."""

    scope: ApiScope
    authentication_classes = (KeyAuthentication,)
    permission_classes = (HasScope,)
    throttle_classes = (PerKey,)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ("Accept-Language", "Authorization"))
        return response

    @property
    def key(self) -> ApiKey:
        assert isinstance(self.request.auth, ApiKey)
        return self.request.auth


def forget_everything() -> None:
    """Empty all buckets: for tests."""
    _requests.__init__()  # type: ignore[misc]

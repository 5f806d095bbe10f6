"""What Stripe says when it refuses, in Stripe's own form."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """A refusal: an HTTP status and the ``error`` of the answer."""

    def __init__(self, status: int, **error: Any) -> None:
        super().__init__(error.get("message", ""))
        self.status = status
        self.error = {name: value for name, value in error.items() if value is not None}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(400, type="invalid_request_error", message=message, param=param, code=code)


def missing(kind: str, name: str, *, param: str | None = None) -> StripeError:
    """No such thing: 404 where the path names it, 400 where a parameter does."""
    return StripeError(
        400 if param else 404,
        type="invalid_request_error",
        code="resource_missing",
        message=f"No such {kind}: '{name}'",
        param=param or "id",
    )


def unknown_parameter(name: str) -> StripeError:
    return invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")


def missing_parameter(name: str) -> StripeError:
    return invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")


def unknown_url(method: str, path: str) -> StripeError:
    return StripeError(
        404, type="invalid_request_error", message=f"Unrecognized request URL ({method}: {path})."
    )


def unauthorised(message: str) -> StripeError:
    return StripeError(401, type="invalid_request_error", message=message)


def card_error(code: str, message: str, *, decline_code: str | None = None, **more: Any) -> StripeError:
    return StripeError(402, type="card_error", code=code, message=message, decline_code=decline_code, **more)


def idempotency_error(message: str, *, status: int = 400, code: str | None = None) -> StripeError:
    return StripeError(status, type="idempotency_error", message=message, code=code)

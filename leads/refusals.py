"""Why a request is not taken in: a status, a code for programs, and a sentence for each field.

The sentences are translated when the answer is written, in the language of the visitor's page.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from configurators.evaluation import Evaluation
from configurators.messages import Message, message
from leads.capture import DifferentSubmission, IntakeClosed, IntakeUnavailable

Messages = dict[str, Message]
#: The field that is named where the whole form is at fault.
FORM = "form"
RETRY_AFTER_SECONDS = 5
RATE_SECONDS = 60


class Refused(ValueError):
    """``fresh_token``: the next try needs a new one. ``retry_after``: the same again will do, then."""

    def __init__(
        self,
        status: int,
        code: str,
        errors: Messages,
        *,
        fresh_token: bool = False,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors
        self.fresh_token = fresh_token
        self.retry_after = retry_after


def unavailable() -> Refused:
    text = message(
        _("Your request could not be stored just now. Your answers are still here: send again in a moment.")
    )
    return Refused(503, "unavailable", {FORM: text}, retry_after=RETRY_AFTER_SECONDS)


def too_many() -> Refused:
    text = message(_("Too many requests came from your connection. Wait a minute and send again."))
    return Refused(429, "too_many", {FORM: text}, retry_after=RATE_SECONDS)


def too_many_prices() -> Refused:
    text = message(_("Too many prices were asked for from your connection. This one follows in a moment."))
    return Refused(429, "too_many", {FORM: text}, retry_after=RETRY_AFTER_SECONDS)


def not_from_here() -> Refused:
    return Refused(403, "origin", {FORM: message(_("This form was sent from a site that may not use it."))})


def bad_token() -> Refused:
    text = message(_("This page was not the newest. Your answers are still here: send again."))
    return Refused(422, "token", {"form.token": text}, fresh_token=True)


def expired_token() -> Refused:
    text = message(
        _("This page stood open for a day. Your answers are still here: look at the price and send again.")
    )
    return Refused(409, "token_expired", {FORM: text}, fresh_token=True)


def wrong_answers(errors: Messages) -> Refused:
    return Refused(422, "invalid", errors)


def contradicting(evaluation: Evaluation, language: str) -> Refused:
    """Choices that do not go together, with the organisation's own reasons."""
    errors = {group: found[0].message for group, found in evaluation.errors(language).items()}
    return Refused(422, "not_available", errors)


def no_price() -> Refused:
    text = message(
        _("There is no price for these choices, so no offer can be asked for. Change one of them.")
    )
    return Refused(422, "no_price", {FORM: text})


def closed() -> Refused:
    text = message(_("This configurator takes no requests at the moment."))
    return Refused(410, "closed", {FORM: text})


@contextmanager
def refusals_of_capture() -> Iterator[None]:
    """Turn what storing may raise into refusals."""
    try:
        yield
    except DifferentSubmission:
        text = message(
            _("We received this form before, with other answers. Send again to send these as well.")
        )
        raise Refused(422, "different_submission", {FORM: text}, fresh_token=True) from None
    except IntakeClosed:
        raise closed() from None
    except IntakeUnavailable:
        raise unavailable() from None

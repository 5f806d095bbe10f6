"""Why a file is not taken, each as a sentence beside its question."""

from django.utils.translation import gettext_lazy as _

from configurators.answer_checks import too_many_files
from configurators.files import LARGEST_ALTOGETHER_MB, LARGEST_FILE_MB
from configurators.messages import message
from configurators.parts import Group
from leads.refusals import RATE_SECONDS, Refused, unavailable

GONE = message(_("This file is not here any more. Choose it again."))
USED = message(_("This file was sent with an earlier request. Choose it again to send it with this one."))
UNREADABLE = message(_("This file could not be opened as a picture. Choose another one."))
ALTOGETHER = message(
    _("These files are too large together: at most %(most)s MB in one request."), most=LARGEST_ALTOGETHER_MB
)
AGAIN = message(_("The files that you chose did not arrive. Choose them again."))


def too_large(question: str) -> Refused:
    text = message(_("This file is too large: at most %(most)s MB."), most=LARGEST_FILE_MB)
    return Refused(422, "file_too_large", {question: text})


def too_many_pixels(question: str) -> Refused:
    text = message(_("This picture has too many pixels: at most 40 million. Send a smaller one."))
    return Refused(422, "too_many_pixels", {question: text})


def not_accepted(question: Group) -> Refused:
    texts = {
        ("image", "pdf"): _("This is no JPEG, PNG, WebP or PDF, or it is damaged. Choose another file."),
        ("image",): _("This is no JPEG, PNG or WebP picture, or it is damaged. Choose another file."),
        ("pdf",): _("This is no PDF, or it is damaged. Choose another file."),
    }
    return Refused(422, "not_accepted", {question.key: message(texts[question.accept])})


def too_many(question: Group) -> Refused:
    text = message(too_many_files(question), most=question.most_files)
    return Refused(422, "too_many", {question.key: text})


def too_often(question: str) -> Refused:
    text = message(_("Too many files came from your connection. Wait a minute and choose them again."))
    return Refused(429, "too_many", {question: text}, retry_after=RATE_SECONDS)


def too_much_today(question: str) -> Refused:
    text = message(_("Too many files came from your connection today without a request. Try again tomorrow."))
    return Refused(429, "too_many", {question: text}, retry_after=60 * 60)


def no_room(question: str) -> Refused:
    text = message(_("No more files can be taken here just now. Try again later."))
    return Refused(503, "no_room", {question: text}, retry_after=RATE_SECONDS)


def did_not_arrive(question: str) -> Refused:
    lost = unavailable()
    return Refused(lost.status, lost.code, lost.errors | {question: AGAIN}, retry_after=lost.retry_after)


def unknown(question: str) -> Refused:
    text = message(_("This form has no field “%(name)s”."), name=question)
    return Refused(422, "unknown_field", {question: text})


def one_at_a_time() -> Refused:
    return Refused(
        422, "one_file", {"form": message(_("Send one file at a time, by the key of its question."))}
    )

"""``/c/<key>/file/``: where a page's own script sends each file when it is chosen, and takes it back."""

from typing import Any

from django.http import HttpResponse

from configurators.answers import shown_name
from configurators.files import LARGEST_FILE, HandedIn
from configurators.parts import Group
from configurators.published import Version
from leads import rates, replies, senders
from leads import refusals as form_refusals
from leads.addresses import client_address
from leads.beginning import begun
from leads.capture import IntakeUnavailable
from leads.files import handing_in, refusals
from leads.form_token import FormToken
from leads.multipart import Upload, read_multipart
from leads.posted import JSON, MULTIPART, Posted, receipt_of, unsupported
from leads.reading import BODY_LIMIT
from leads.refusals import Messages, Refused
from leads.visitor_views import visitor_view
from leads.visits import Visit


@visitor_view("POST")
def file(visit: Visit) -> HttpResponse:
    """One file by the key of its question, or JSON that takes one back; the token is in a header of its own.

    So it is looked at before anything large is read.
    """
    text = visit.request.META.get("HTTP_X_FORM_TOKEN", "")
    try:
        senders.check(visit, client_address(visit.request.META))
        if not visit.publication.intake_on:
            raise form_refusals.closed()
        token, version = begun(visit, text)
        if visit.request.content_type == JSON:
            return _taken_back(visit)
        return _handed_in(visit, token, version)
    except Refused as refused:
        return replies.refusal_as_json(visit, text, refused)
    except IntakeUnavailable:
        return replies.refusal_as_json(visit, text, form_refusals.unavailable())


def _handed_in(visit: Visit, token: FormToken, version: Version) -> HttpResponse:
    if visit.request.content_type != MULTIPART:
        raise unsupported()
    pairs, uploads = read_multipart(visit.request, most=LARGEST_FILE + BODY_LIMIT)
    if pairs or [len(found) for found in uploads.values()] != [1]:
        raise refusals.one_at_a_time()
    [(key, [upload])] = uploads.items()
    kept = _kept(visit, token, _question(version, key), upload)
    return replies.json_reply(201, {"receipt": kept.receipt, "name": kept.name, "size": kept.size})


def _taken_back(visit: Visit) -> HttpResponse:
    handing_in.take_back(visit.publication, receipt_of(visit.request))
    return replies.json_reply(200, {})


def keep_uploads(visit: Visit, posted: Posted) -> None:
    """Put a receipt in the place of each file that came along with a form, so that the form may come back.

    What is kept stays an answer where another file is refused. Raises Refused.
    """
    uploads, posted.uploads = posted.uploads, {}
    token, version = begun(visit, posted.token)
    errors: Messages = {}
    for key, found in uploads.items():
        receipts: list[Any] = posted.answers.setdefault(key, [])
        for upload in found:
            try:
                question = _question(version, key)
                if len(receipts) >= question.most_files:
                    raise refusals.too_many(question)
                receipts.append(_kept(visit, token, question, upload).receipt)
            except Refused as refused:
                errors |= refused.errors
            except IntakeUnavailable:
                raise refusals.did_not_arrive(key) from None
    if errors:
        raise form_refusals.wrong_answers(errors)


def _question(version: Version, key: str) -> Group:
    group = version.compiled.groups.get(key)
    if group is None or group.kind != "file":
        raise refusals.unknown(shown_name(key))
    return group


def _kept(visit: Visit, token: FormToken, question: Group, upload: Upload) -> HandedIn:
    address, key, size = client_address(visit.request.META), visit.public_key, len(upload.content or b"")
    if rates.too_many_files(address, key, size):
        raise refusals.too_often(question.key)
    if rates.too_much_unclaimed(address, key, size):
        raise refusals.too_much_today(question.key)
    try:
        return handing_in.hand_in(visit.publication, token, question, upload)
    except (Refused, IntakeUnavailable):
        rates.not_left_unclaimed(address, key, size)
        raise

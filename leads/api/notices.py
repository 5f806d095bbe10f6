"""Telling a program with a key what became of the people it read about (Art. 19 GDPR)."""

from uuid import UUID

from django.utils.translation import gettext as _

from audit.models import NoticeState, RecipientNotice
from audit.recipients import mark, named_by
from delivery.jobs import JobCall, handler
from organisations.models import ApiKey, ApiScope

#: The kind of recipient that a program with a key is.
RECIPIENT = "api"


@named_by(RECIPIENT)
def name_of_program(key_id: UUID) -> str:
    """Which program read the data, under the name that its organisation gave it."""
    name = ApiKey.objects.filter(pk=key_id).values_list("name", flat=True).first()
    return _("A program of the organisation: %(name)s") % {"name": name} if name else ""


@handler("recipients.tell.api")
def tell_program(call: JobCall) -> None:
    """A program asks for its notices by itself; one whose key has ended, or may not, is somebody's task."""
    notice = RecipientNotice.objects.filter(pk=call.ids["notice"], state=NoticeState.PENDING).first()
    if notice is None:
        return
    key = ApiKey.objects.living().filter(pk=notice.recipient_id).first()
    if key is None or ApiScope.NOTICES not in key.scopes:
        mark(notice.pk, NoticeState.MANUAL, error="key_ended" if key is None else "key_may_not")

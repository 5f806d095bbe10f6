"""Words and colours for a lead's status."""

from django import template

from leads.models import Status

register = template.Library()

_TONES = {
    Status.NEW: "ember",
    Status.CONTACTED: "slate",
    Status.QUOTED: "sun",
    Status.WON: "pine",
    Status.LOST: "slate",
    Status.QUARANTINED: "sun",
}


@register.filter
def status_tone(status: str) -> str:
    """The tone of the tag that shows a status."""
    return _TONES.get(Status(status), "slate")


@register.filter
def status_label(status: str) -> str:
    """A stored status in the reader's words."""
    return str(Status(status).label)

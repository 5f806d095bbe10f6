"""The brand colours to choose from. Each carries white text at a contrast of at least 4.5 to 1."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Accent(TextChoices):
    PINE = "pine", _("Pine green")
    EMBER = "ember", _("Ember red")
    OCEAN = "ocean", _("Ocean blue")
    PLUM = "plum", _("Plum")
    OLIVE = "olive", _("Olive")
    GRAPHITE = "graphite", _("Graphite")


COLOURS: dict[str, str] = {
    Accent.PINE: "#0f4d43",
    Accent.EMBER: "#b3431e",
    Accent.OCEAN: "#1b4f72",
    Accent.PLUM: "#6b2a5b",
    Accent.OLIVE: "#565a1e",
    Accent.GRAPHITE: "#343a3d",
}

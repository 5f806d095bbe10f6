"""What the builder says about images of the organisation's own: uploading, describing, stacking them."""

from django.utils.translation import gettext as _

Words = dict[str, str]


def image_texts() -> dict[str, Words]:
    """By the kind of part, as builder_texts has the rest."""
    return {"image": _image(), "layer": _layers()}


def _image() -> Words:
    return {
        "logo": _("Logo"),
        "logo_help": _(
            "In the head of your page and of a frame; a page of your own site has a logo already."
        ),
        "upload": _("Upload an image"),
        "another": _("Upload another"),
        "earlier": _("Choose from your images"),
        "take_out": _("Take it out"),
        "kinds": _("JPEG, PNG, WebP or AVIF, at most 8 MB. Where it was taken and by whom is left out."),
        "people": _("Show people only with their permission; remove the image when they take it back."),
        "uploading": _("Uploading…"),
        "added": _("The image is there."),
        "failed": _("The image did not arrive. Look whether you are online and signed in, and try again."),
        "gone": _("This image is not there any more. Choose another."),
        "alt": _("What it shows (%(language)s)"),
        "alt_help": _("For who cannot see it, and where it does not load: “Oak floor, oiled”."),
        "decorative": _("Only decoration"),
        "decorative_help": _("It tells nothing that the words beside it do not tell."),
        "library": _("Your images"),
        "library_none": _("There are none yet."),
        "choose": _("Choose image %(number)s"),
        "remove": _("Remove image %(number)s for good"),
        "removed": _("The image is removed."),
        "unused": _("What no configurator shows goes by itself after %(days)s days."),
    }


def _layers() -> Words:
    return {
        "title": _("Layers"),
        "kind": _("Layers of your own"),
        "help": _(
            "Images of the same size, on each other: the first at the back. Those in front are see-through"
            " where what is behind them shows, as PNG or WebP."
        ),
        "none": _("No layer yet."),
        "add": _("Upload a layer"),
        "number": _("Layer %(number)s"),
        "seen": _("Layer %(number)s is seen"),
        "always": _("Always."),
        "up": _("Move layer %(number)s to the back"),
        "down": _("Move layer %(number)s to the front"),
        "remove": _("Take out layer %(number)s"),
        "words": _("The picture in words"),
    }

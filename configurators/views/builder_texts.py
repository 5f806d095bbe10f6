"""Every word that the builder's script shows, in the reader's language, and the first words of new parts.

The script itself holds no sentence. A name in ``%(…)s`` is filled in by the browser; a pair whose names end
in ``_one`` and ``_other`` is chosen by a number. What belongs to a part of the definition stands in
builder_part_texts.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from configurators.definition import LANGUAGES
from configurators.views.builder_image_texts import image_texts
from configurators.views.builder_part_texts import Words, part_texts


def builder_texts() -> Words:
    """One flat table: the part of the screen, a point, the name of the text."""
    parts = {
        "bar": _bar(),
        "save": _saving(),
        "conflict": _conflict(),
        "structure": _structure(),
        "kind": _kinds(),
        "remove": _removing(),
        "preview": _preview(),
        "text": _texts(),
        "key": _keys(),
        "do": _doing(),
        **part_texts(),
        **image_texts(),
    }
    return {f"{part}.{name}": text for part, words in parts.items() for name, text in words.items()}


def function_texts() -> dict[str, dict[str, str]]:
    """How each function of the formula language is written, and what it is for."""
    return {
        "IF": {"form": _("IF(condition; then; otherwise)"), "help": _("One number or another.")},
        "SWITCH": {
            "form": _('SWITCH(choice; "option"; number; …; otherwise)'),
            "help": _("A number for each option of a choice."),
        },
        "ROUND": {"form": _("ROUND(number; decimals)"), "help": _("Rounds; half a unit goes up.")},
        "ROUNDUP": {"form": _("ROUNDUP(number; decimals)"), "help": _("Always rounds away from zero.")},
        "ROUNDDOWN": {"form": _("ROUNDDOWN(number; decimals)"), "help": _("Cuts off the rest.")},
        "MROUND": {"form": _("MROUND(number; multiple)"), "help": _("Rounds to the nearest multiple.")},
        "CEIL": {"form": _("CEIL(number; multiple)"), "help": _("Up to the next multiple.")},
        "FLOOR": {"form": _("FLOOR(number; multiple)"), "help": _("Down to the multiple below.")},
        "MIN": {"form": _("MIN(number; number; …)"), "help": _("The smallest of these, or of items.")},
        "MAX": {"form": _("MAX(number; number; …)"), "help": _("The largest of these, or of items.")},
        "SUM": {"form": _("SUM(number; number; …)"), "help": _("All of these added up, or of items.")},
        "ABS": {"form": _("ABS(number)"), "help": _("The number without its sign.")},
        "LOOKUP": {"form": _('LOOKUP("table"; number)'), "help": _("The cell of a table with one axis.")},
        "LOOKUP2": {
            "form": _('LOOKUP2("table"; number; number)'),
            "help": _("The cell of a table with two axes, such as sizes."),
        },
        "TIER": {"form": _('TIER("table"; quantity)'), "help": _("What a quantity costs, by its tier.")},
        "PRICE": {
            "form": _('PRICE("book"; "article")'),
            "help": _("What an article of a price book costs on the day of publication."),
        },
        "HAS": {"form": _('HAS(choice; "option")'), "help": _("Is this option chosen?")},
        "COUNT": {"form": _("COUNT(choice)"), "help": _("How many options are chosen, or items are so.")},
        "AND": {"form": _("AND(condition; condition; …)"), "help": _("All of these hold.")},
        "OR": {"form": _("OR(condition; condition; …)"), "help": _("At least one of these holds.")},
        "NOT": {"form": _("NOT(condition)"), "help": _("The opposite.")},
    }


def first_words() -> dict[str, dict[str, str]]:
    """What a part that was just added is called until somebody names it, in every language of visitors."""
    words: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for name, text in _first_words().items():
                words.setdefault(name, {})[language] = text
    return words


def _first_words() -> Words:
    return {
        "step": _("New step"),
        "option": _("New option"),
        "single": _("New choice"),
        "multi": _("New choices"),
        "quantity": _("New quantity"),
        "number": _("New size"),
        "boolean": _("New yes or no"),
        "text": _("New text"),
        "date": _("New date"),
        "repeat": _("New items"),
        "item": _("Item"),
        "file": _("New file"),
        "calculated": _("New calculation"),
        "contact": _("Where may the offer go?"),
        "line": _("New price line"),
        "copy": _("%(name)s, copy"),
    }


def _bar() -> Words:
    return {
        "back": _("Back to the configurators"),
        "builder": _("Builder"),
        "draft": _("draft"),
        "changed": _("draft changed"),
        "live": _("live, version %(number)s"),
        "readonly": _("You may look, not change"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "errors_one": _("%(count)s error"),
        "errors_other": _("%(count)s errors"),
        "remarks_one": _("%(count)s remark"),
        "remarks_other": _("%(count)s remarks"),
        "fine": _("No errors"),
        "problems": _("What needs attention"),
        "problems_help": _(
            "Choose one to go to its place. Errors stand in the way of publishing; remarks do not."
        ),
        "error": _("Error"),
        "remark": _("Remark"),
        "publish": _("Publish"),
        "publish_number": _("Publish version %(number)s"),
        "publish_blocked": _("First mend the errors"),
        "more": _("More"),
        "scenarios": _("Scenarios"),
        "versions": _("Versions"),
        "embed": _("On your site"),
        "rename": _("Rename"),
        "duplicate": _("Make a copy"),
        "structure": _("Structure"),
        "properties": _("Properties"),
        "preview": _("Preview"),
        "panes": _("Parts of the builder"),
        "close": _("Close"),
        "no_script": _("The builder needs JavaScript. Switch it on in your browser and reload this page."),
        "loading": _("The builder is loading."),
    }


def _saving() -> Words:
    return {
        "saved": _("saved %(time)s"),
        "saving": _("saving…"),
        "waiting": _("not saved yet"),
        "retrying": _("not saved yet, trying again"),
        "retrying_help": _("Your work is still here. Keep this page open until it is saved."),
        "refused": _("could not be saved"),
        "signed_out": _("You are signed out. Sign in again in another tab; your work is still here."),
        "said": _("Saved."),
    }


def _conflict() -> Words:
    return {
        "title": _("Somebody else changed this configurator"),
        "text": _(
            "Their version is saved; yours is only here, in this page. "
            "Nothing is lost: choose what to do with yours."
        ),
        "download": _("Download my version"),
        "downloaded": _("Your version is in your downloads."),
        "load": _("Continue with their version"),
        "load_help": _("Your version stays behind Undo, so that you can put parts of it back."),
        "failed": _("Their version could not be fetched. Try again in a moment."),
        "later": _("Not now"),
        "paused": _("saving is paused"),
        "choose": _("Choose what to do"),
    }


def _structure() -> Words:
    return {
        "title": _("Structure"),
        "step": _("Step"),
        "group": _("Question"),
        "option": _("Option"),
        "add_step": _("Add a step"),
        "add_group": _("Add a question"),
        "add_group_to": _("Add a question to “%(name)s”"),
        "add_option": _("Add an option"),
        "add_option_to": _("Add an option to “%(name)s”"),
        "add_rule": _("Add a rule"),
        "add_line": _("Add a price line"),
        "general": _("Title, languages and VAT"),
        "rules": _("Rules between choices"),
        "rules_empty": _("No rules: everything goes with everything."),
        "lines": _("Price lines"),
        "lines_empty": _("Only the prices of the choices count."),
        "tables": _("Price tables and tiers"),
        "tables_empty": _("No tables: prices stand with the choices."),
        "add_table": _("Add a price table"),
        "groups_one": _("%(count)s question"),
        "groups_other": _("%(count)s questions"),
        "up": _("Move “%(name)s” up"),
        "down": _("Move “%(name)s” down"),
        "drag": _("Drag to move"),
        "moved": _("“%(name)s” moved to place %(place)s of %(count)s."),
        "moved_to": _("“%(name)s” moved to “%(parent)s”."),
        "open": _("Show the parts of “%(name)s”"),
        "shut": _("Hide the parts of “%(name)s”"),
        "nameless": _("(no name)"),
        "has_error": _("has an error"),
        "missing_in": _("missing in %(language)s"),
        "personal": _("personal data"),
        "conditional": _("shown only if a condition holds"),
        "what_to_ask": _("What do you want to ask?"),
        "added": _("“%(name)s” was added."),
    }


def _kinds() -> Words:
    return {
        "single": _("One choice"),
        "single_help": _("Visitors pick one of several options, like a roof or a colour."),
        "multi": _("Several choices"),
        "multi_help": _("Visitors may tick more than one, like accessories."),
        "quantity": _("Quantity"),
        "quantity_help": _("How many of something, in whole numbers."),
        "number": _("Size"),
        "number_help": _("A measure, like a width in centimetres."),
        "boolean": _("Yes or no"),
        "boolean_help": _("One box to tick, like “with installation”."),
        "text": _("Text"),
        "text_help": _("Something to write, like a remark. It has no price."),
        "date": _("Date"),
        "date_help": _("A day, like the one of a delivery. It has no price."),
        "file": _("File"),
        "file_help": _("A photo, a drawing or a PDF that visitors send along. It has no price."),
        "calculated": _("Calculation"),
        "calculated_help": _("A number that follows from others, like an area; visitors see it."),
        "repeat": _("The same for each item"),
        "repeat_help": _("Windows, rooms, doors: visitors say how many, and answer for each."),
        "contact": _("Contact details"),
        "contact_help": _("Name, e-mail and perhaps telephone; needed to ask for an offer. Once only."),
        "contact_taken": _("There already is one."),
        "step": _("Step"),
        "option": _("Option"),
        "rule": _("Rule"),
        "line": _("Price line"),
        "table": _("Price table"),
    }


def _removing() -> Words:
    return {
        "delete": _("Delete"),
        "delete_name": _("Delete “%(name)s”"),
        "deleted": _("“%(name)s” was deleted."),
        "in_use": _("“%(name)s” is used elsewhere"),
        "in_use_help": _("If you delete it, these places refer to nothing and become errors:"),
        "anyway": _("Delete anyway"),
        "cancel": _("Cancel"),
        "go": _("Go to “%(name)s”"),
    }


def _preview() -> Words:
    return {
        "title": _("Live preview"),
        "phone": _("Phone"),
        "desktop": _("Computer"),
        "device": _("Show on"),
        "language": _("Language of the preview"),
        "frame": _("The visitor's page, in %(language)s"),
        "not_sent": _("This is a preview: nothing is sent."),
        "trouble": _("The preview could not be loaded."),
        "again": _("Try again"),
        "stale": _("There is an error, so the preview shows how it was before."),
        "hint": _("Click something in the preview to change it."),
    }


def _texts() -> Words:
    return {
        "languages": _("Language of the texts"),
        "missing": _("missing"),
        "name": _("Name for visitors"),
        "question": _("Question for visitors"),
        "step_name": _("Name of the step"),
        "item": _("Name of one item"),
        "line_name": _("Name on the price list"),
        "title": _("Title for visitors"),
        "intro": _("Introduction"),
        "help": _("Explanation"),
        "reason": _("Why not?"),
        "unit": _("Unit"),
        "main": _("In %(language)s: %(text)s"),
        "count": _("%(count)s of %(most)s characters"),
        "optional": _("optional"),
    }


def _keys() -> Words:
    return {
        "label": _("Key"),
        "help": _("The name in formulas. It stays the same when you change the texts."),
        "change": _("Change the key"),
        "apply": _("Change"),
        "cancel": _("Cancel"),
        "bad": _("A key starts with a letter and has only small letters, digits and underscores."),
        "taken": _("This key is in use already; choose another."),
        "reserved": _("This word has a meaning of its own; choose another."),
        "updates_one": _("%(count)s place that uses it changes along."),
        "updates_other": _("%(count)s places that use it change along."),
        "changed": _("The key is now “%(key)s”."),
    }


def _doing() -> Words:
    return {
        "duplicate": _("Duplicate"),
        "copied": _("“%(name)s” was copied."),
        "undo": _("Undo"),
        "undone": _("Undone."),
        "redone": _("Put back again."),
        "nl": _("Dutch"),
        "en": _("English"),
        "fr": _("French"),
        "empty_title": _("Choose something to change"),
        "empty": _("Choose a step, a question or an option on the left, or click in the preview."),
        "veranda": _("Veranda"),
        "window": _("Window"),
        "printing": _("Printed matter"),
    }

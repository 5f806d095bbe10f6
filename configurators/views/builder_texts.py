"""Every word that the builder's script shows, in the reader's language, and the first words of new parts.

The script itself holds no sentence. A name in ``%(…)s`` is filled in by the browser; a pair whose names end
in ``_one`` and ``_other`` is chosen by a number.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from configurators.definition import LANGUAGES

Words = dict[str, str]


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
        "group": _group(),
        "option": _option(),
        "price": _prices(),
        "when": _conditions(),
        "formula": _formulas(),
        "rule": _rules(),
        "line": _lines(),
        "table": _tables(),
        "general": _general(),
        "theme": _theme(),
        "do": _doing(),
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
        "MIN": {"form": _("MIN(number; number; …)"), "help": _("The smallest of these.")},
        "MAX": {"form": _("MAX(number; number; …)"), "help": _("The largest of these.")},
        "SUM": {"form": _("SUM(number; number; …)"), "help": _("All of these added up.")},
        "ABS": {"form": _("ABS(number)"), "help": _("The number without its sign.")},
        "LOOKUP": {"form": _('LOOKUP("table"; number)'), "help": _("The cell of a table with one axis.")},
        "LOOKUP2": {
            "form": _('LOOKUP2("table"; number; number)'),
            "help": _("The cell of a table with two axes, such as sizes."),
        },
        "TIER": {"form": _('TIER("table"; quantity)'), "help": _("What a quantity costs, by its tier.")},
        "HAS": {"form": _('HAS(choice; "option")'), "help": _("Is this option chosen?")},
        "COUNT": {"form": _("COUNT(choice)"), "help": _("How many options are chosen.")},
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
        "calculated": _("Calculation"),
        "calculated_help": _("A number that follows from others, like an area; visitors see it."),
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


def _group() -> Words:
    return {
        "kind": _("Kind of question"),
        "required": _("An answer is required"),
        "formula": _("What it comes to"),
        "decimals": _("Rounded to so many decimals"),
        "answer": _("Answer"),
        "min": _("Smallest"),
        "max": _("Largest"),
        "step": _("In steps of"),
        "default": _("Filled in at first"),
        "no_default": _("Nothing yet"),
        "unit_help": _("Behind the number, like cm or pieces."),
        "at_least": _("At least"),
        "at_most": _("At most"),
        "choices": _("Number of choices"),
        "multiline": _("Room for several lines"),
        "max_length": _("At most so many characters"),
        "personal": _("Holds personal data"),
        "personal_help": _(
            "Tick this when an answer may tell something about a person. It is then stored encrypted and "
            "erased with the request."
        ),
        "special": _("Do not ask for special categories"),
        "special_help": _(
            "Health, religion, origin, politics, union membership, biometrics or sexual life: asking for "
            "these is forbidden unless an exception of Art. 9 GDPR applies. Say in the explanation that "
            "visitors should not write them here."
        ),
        "phone": _("Telephone number"),
        "phone_optional": _("May be given"),
        "phone_required": _("Must be given"),
        "phone_hidden": _("Not asked"),
        "contact_note": _(
            "Name and e-mail address are always asked. The notice about privacy stands beside them by itself."
        ),
        "options": _("Options"),
        "step_groups": _("Questions in this step"),
        "checked": _("Ticked at first"),
        "number_wanted": _("Write a number, like %(example)s."),
        "thousands": _("Write %(whole)s or %(decimal)s; this can be read in two ways."),
    }


def _option() -> Words:
    return {
        "image": _("Picture"),
        "no_image": _("No picture"),
        "available": _("Can be chosen only if"),
        "reason": _("What visitors read otherwise"),
        "reason_help": _("Say what would make it possible, like “Choose a width of up to 500 cm”."),
        "always": _("It can always be chosen."),
    }


def _prices() -> Words:
    return {
        "title": _("Price"),
        "none": _("None"),
        "fixed": _("Fixed"),
        "per_unit": _("Per unit"),
        "percentage": _("Percentage"),
        "table": _("By table"),
        "formula": _("Formula"),
        "minimum": _("Minimum"),
        "maximum": _("Maximum"),
        "minimum_help": _(
            "What the lines come to is filled up to this amount; nothing chosen stays at nothing."
        ),
        "maximum_help": _("What the lines come to above this amount is taken off."),
        "amount": _("Amount"),
        "amount_in": _("Amount in %(currency)s"),
        "amount_help": _("A minus makes it a discount."),
        "each": _("For each"),
        "percent": _("Percent"),
        "of": _("Of"),
        "of_subtotal": _("everything before it"),
        "of_lines": _("these lines:"),
        "of_group": _("all of “%(name)s”"),
        "no_lines": _("There is no other price yet to take a percentage of."),
        "no_tables": _("Add a price table first: by size, by choice, or by quantity."),
        "which_table": _("Price table"),
        "looked_up": _("Looked up by"),
        "rows_by": _("Its rows by"),
        "columns_by": _("Its columns by"),
        "times": _("Times"),
        "once": _("once"),
        "no_numbers": _("Add a size or a quantity first; a price per unit counts one."),
        "included": _("included"),
        "no_price": _("no price"),
        "short_formula": _("formula"),
        "short_table": _("table"),
        "short_minimum": _("at least %(amount)s"),
        "short_maximum": _("at most %(amount)s"),
        "short_unit": _("%(amount)s each"),
    }


def _conditions() -> Words:
    return {
        "visible": _("Shown only if"),
        "shown_always": _("It is always shown."),
        "counts": _("Counts only if"),
        "counts_always": _("It always counts."),
        "add": _("Condition"),
        "add_another": _("Add a condition"),
        "remove": _("Remove this condition"),
        "clear": _("Remove all conditions"),
        "all": _("all of these hold"),
        "any": _("one of these holds"),
        "join": _("Together"),
        "question": _("Question"),
        "comparison": _("Comparison"),
        "value": _("Value"),
        "is": _("is"),
        "is_not": _("is not"),
        "has": _("includes"),
        "has_not": _("does not include"),
        "answered": _("is answered"),
        "yes": _("is yes"),
        "no": _("is no"),
        "equal": _("equals"),
        "unequal": _("differs from"),
        "more": _("is more than"),
        "least": _("is at least"),
        "less": _("is less than"),
        "most": _("is at most"),
        "as_formula": _("Write as a formula"),
        "as_rows": _("Choose from lists"),
        "too_special": _("This condition is too special for the lists; it stays a formula."),
        "nothing": _("There is nothing yet that a condition could look at. Add another question first."),
        "number": _("Condition %(number)s"),
    }


def _formulas() -> Words:
    return {
        "label": _("Formula"),
        "help": _(
            "Separate values with “;” and write decimals with a comma, like ROUND(width * 0,5; 2). "
            "Without any “;” a decimal point is used, like width * 0.5."
        ),
        "keys": _("Ctrl and Space show what you can write; Tab or Enter takes it over."),
        "suggestions": _("Suggestions"),
        "found_one": _("%(count)s suggestion"),
        "found_other": _("%(count)s suggestions"),
        "takes": _("takes it over"),
        "line": _("Line %(line)s, place %(column)s:"),
        "insert": _("Insert"),
        "number": _("number"),
        "yes_no": _("yes or no"),
        "choice": _("choice"),
        "choices": _("choices"),
        "option": _("option"),
        "table": _("price table"),
        "function": _("function"),
        "empty": _("Write a formula, like width * 2."),
    }


def _rules() -> Words:
    return {
        "title": _("Rule"),
        "sort": _("This rule says"),
        "pair": _("what one choice means for another"),
        "combinations": _("which options of two choices go together"),
        "assertion": _("what must always hold"),
        "first_choice": _("First choice"),
        "second_choice": _("Second choice"),
        "tick": _("Tick what is possible."),
        "together": _("%(first)s with %(second)s"),
        "too_few_choices": _("This rule needs two questions of one choice each."),
        "that": _("This must hold"),
        "that_nothing": _("Say what, like: width is at most 500."),
        "otherwise": _("Otherwise"),
        "forbids": _("no offer can be asked for"),
        "warns": _("visitors are warned"),
        "sentence": _("When this is chosen"),
        "kind": _("Then"),
        "requires": _("this must be chosen too:"),
        "excludes": _("this cannot be chosen:"),
        "other": _("The other choice"),
        "pick": _("Choose…"),
        "any": _("anything in “%(name)s”"),
        "reason": _("What visitors read"),
        "reason_help": _("Say why in one sentence, and what they could choose instead."),
        "needs": _("%(first)s needs %(second)s"),
        "not_with": _("%(first)s not with %(second)s"),
        "unfinished": _("New rule"),
        "too_few": _("A rule needs at least two things to choose from."),
    }


def _lines() -> Words:
    return {
        "note": _(
            "Price lines stand beside the choices, like a base price, transport or a discount. Percentages, "
            "minimums and maximums come at the end of the price list, the other lines come first."
        ),
        "key_note": _("Percentages refer to this line by its key."),
    }


def _tables() -> Words:
    return _shapes() | _looking_up() | _sheet() | _pasting()


def _shapes() -> Words:
    return {
        "name": _("Name"),
        "name_help": _("Only you and your colleagues see it."),
        "shape": _("Looked up by"),
        "two": _("Two answers"),
        "two_help": _("A price for each width and height, or for each size and kind."),
        "one": _("One answer"),
        "one_help": _("A price for each size, or for each option of a choice."),
        "tiers": _("A quantity"),
        "tiers_help": _("A price that changes with the number of pieces."),
        "tiers_one": _("%(count)s tier"),
        "tiers_other": _("%(count)s tiers"),
        "mode": _("The price of a tier"),
        "slab": _("for each piece, of all pieces"),
        "slab_help": _("120 pieces in the tier from 100: all 120 cost what a piece costs there."),
        "graduated": _("for each piece, of the pieces in it"),
        "graduated_help": _(
            "120 pieces with a tier from 100: the first ones cost the price of their tier, only the last "
            "ones that of the tier from 100."
        ),
        "block": _("for the whole quantity"),
        "block_help": _("One amount for any quantity within the tier."),
    }


def _looking_up() -> Words:
    return {
        "axis": _("The values are"),
        "rows": _("The rows are"),
        "columns": _("The columns are"),
        "ceiling": _("numbers; between two, the larger"),
        "ceiling_help": _("As price lists have it: 1,820 wide is priced as 2,000."),
        "floor": _("numbers; between two, the smaller"),
        "floor_help": _("From each value on, until just before the next."),
        "exact": _("numbers; nothing between two"),
        "exact_help": _("Only the values on the list are for sale."),
        "interpolated": _("numbers; between two, in proportion"),
        "interpolated_help": _("Half-way between two values costs half-way between their prices."),
        "option": _("options of a choice"),
        "option_help": _("A price for each option."),
        "options_of": _("Options of"),
    }


def _sheet() -> Words:
    return {
        "contents": _("Prices"),
        "open": _("Open the table"),
        "size": _("%(rows)s rows × %(columns)s columns."),
        "from_price": _("Lowest price: %(amount)s."),
        "tier_from": _("From quantity"),
        "tier_amount": _("Amount"),
        "value": _("Value"),
        "amount": _("Amount"),
        "amount_from": _("Amount from %(from)s on"),
        "amount_of": _("Amount for %(first)s"),
        "amount_at": _("Amount for %(first)s by %(second)s"),
        "row_number": _("Value of row %(number)s"),
        "column_number": _("Value of column %(number)s"),
        "add_row": _("Row"),
        "add_column": _("Column"),
        "remove_row": _("Remove row %(number)s"),
        "remove_last_row": _("Remove the last row"),
        "remove_last_column": _("Remove the last column"),
        "too_many_fields": _(
            "This table is too large to show field by field. "
            "Change it in your spreadsheet and paste it again."
        ),
        "missing": _("Here a number is needed."),
        "at": _("Row %(row)s, column %(column)s:"),
        "at_row": _("Row %(number)s:"),
        "at_column": _("Column %(number)s:"),
        "more_wrong_one": _("And %(count)s more."),
        "more_wrong_other": _("And %(count)s more."),
    }


def _pasting() -> Words:
    return {
        "paste": _("From a spreadsheet"),
        "paste_title": _("Prices from a spreadsheet"),
        "paste_two": _(
            "Copy the cells with the values of the columns in the first row and those of the rows in the "
            "first column."
        ),
        "paste_one": _("Copy two columns: the values, and their amounts."),
        "paste_tiers": _("Copy two columns: from how many pieces on, and the amount."),
        "paste_here": _("Paste the cells here"),
        "or_file": _("Or choose a file (.xlsx or .csv); its first sheet is read"),
        "file_too_large": _("This file is larger than 5 MB."),
        "file_unreadable": _("This file cannot be read. Save it as .xlsx or .csv and try again."),
        "two_ways": _("How is “%(example)s” meant?"),
        "found_one": _("%(count)s price found."),
        "found_other": _("%(count)s prices found."),
        "wrong_one": _("%(count)s cell cannot be read"),
        "wrong_other": _("%(count)s cells cannot be read"),
        "wrong_cell": _("Row %(row)s, column %(column)s: “%(text)s”"),
        "empty_cell": _("Row %(row)s, column %(column)s is empty"),
        "take_over": _("Use these prices"),
        "pasted_one": _("%(count)s row was filled in."),
        "pasted_other": _("%(count)s rows were filled in."),
        "not_pasted": _("These cells do not fit here, or are no numbers; nothing was changed."),
    }


def _general() -> Words:
    return {
        "title": _("General"),
        "languages": _("Languages of visitors"),
        "main": _("Main language"),
        "main_help": _("Texts that are missing elsewhere are shown in this language."),
        "last_language": _("At least one language stays."),
        "texts_kept": _("Texts in a language that you switch off are kept."),
        "vat": _("VAT rate in percent"),
        "prices": _("The prices here are"),
        "including": _("including VAT"),
        "excluding": _("excluding VAT"),
        "currency": _("Currency"),
        "show_price": _("Visitors see the price"),
        "show_price_help": _("Without it they ask for an offer without knowing what it costs."),
        "drawing": _("Drawing that follows the choices"),
        "no_drawing": _("No drawing"),
    }


def _theme() -> Words:
    return {
        "own": _("Colours and font of your own"),
        "own_help": _("Without them visitors see our house style, with the colour of your organisation."),
        "accent": _("Buttons and links"),
        "text": _("Text"),
        "background": _("Background"),
        "radius": _("Roundness (0 to 24)"),
        "font": _("Font"),
        "font_opmaat": _("As in our house style"),
        "font_system": _("As the visitor’s device has it"),
        "font_humanist": _("Friendly, without serifs"),
        "font_grotesque": _("Plain, without serifs"),
        "font_serif": _("With serifs"),
        "font_classic": _("Classic, with serifs"),
        "pick": _("Pick a colour: %(name)s"),
        "use": _("Use %(colour)s"),
        "not_a_colour": _("Write a colour as #rrggbb, like #0f4d43."),
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

"""What the builder says about each part of a definition: a question, a price, a rule, a table."""

from django.utils.translation import gettext as _

Words = dict[str, str]


def part_texts() -> dict[str, Words]:
    """By the kind of part, as builder_texts has the rest."""
    return {
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
        "earliest": _("Earliest, in days from today"),
        "latest": _("Latest, in days from today"),
        "items": _("Number of items"),
        "items_min": _("At least"),
        "items_max": _("At most"),
        "items_default": _("At first"),
        "items_ask": _("Asked for each item"),
        "items_help": _(
            "At most 12. Formulas elsewhere go over the items, like SUM(windows; width). A rule holds in "
            "each item."
        ),
        "item_help": _("In the singular, like Window; its number follows."),
        "days_help": _("0 is today, 14 two weeks from now, -1 yesterday. Leave it empty for any day."),
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
        "accept": _("What may be sent along"),
        "accept_image": _("Photos and drawings (JPEG, PNG, WebP)"),
        "accept_pdf": _("PDF"),
        "most": _("At most so many files"),
        "file_note": _(
            "Files are stored encrypted and erased with the request. Where a photo was taken, and whatever "
            "else it says of itself, is taken out of it; a PDF stays as it was sent."
        ),
        "special_file_help": _(
            "A photo or a document may show health, religion, origin, politics, union membership, biometrics "
            "or sexual life: asking for these is forbidden unless an exception of Art. 9 GDPR applies. Say "
            "in the explanation what visitors should not send, such as people, letters or identity papers."
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
        "drawn": _("Drawn by us"),
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
        "source": _("Where the amount comes from"),
        "from_book": _("From a price book"),
        "which_book": _("Price book"),
        "article": _("Article"),
        "article_help": _("As the price book calls it. It must have a price on the day of publication."),
        "today": _("Today %(amount)s. When that changes, what is live is published anew by itself."),
        "short_book": _("price book"),
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
        "required": _("Must be answered if"),
        "required_never": _("It may always be left open."),
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
        "book": _("price book"),
        "article": _("article of the price book"),
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
        "display": _("What visitors read of the price"),
        "display_exact": _("The price, line by line"),
        "display_exact_help": _("It follows each choice, to the cent."),
        "display_range": _("Between two amounts"),
        "display_range_help": _(
            "Such as “between 4,500 and 4,750”. Their confirmation says the same; you see the exact price."
        ),
        "display_from": _("From an amount"),
        "display_from_help": _(
            "Such as “from 4,500”, rounded down. Their confirmation says the same; you see the exact price."
        ),
        "display_after": _("Nothing until they have sent their request"),
        "display_after_help": _("The confirmation has the exact price, line by line."),
        "display_none": _("Nothing at all"),
        "display_none_help": _("They ask for an offer without knowing what it costs."),
        "display_step": _("Rounded to multiples of"),
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

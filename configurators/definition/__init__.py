"""The definition of a configurator: one JSON document, checked whole before anyone may publish it.

`check` is total: any JSON gives a list of problems, each with the path of its place. Without a problem
of severity "error" the definition can be compiled. Version 2 of the schema:

    schema 2, languages ["nl", …], language (the main one), title {nl: …}, intro {…},
    currency "EUR", vat {rate "21", prices "including" | "excluding"},
    price_display {kind "exact" | "after" | "none"} | {kind "range" | "from", step},
    drawing null | slug | Layers, theme null | Theme,
    tables [Table], steps [{key, title, groups [Group]}], constraints [Constraint], lines [Line]

    Group        key, kind, label, help, required, required_if, visible_if
      number, quantity   + unit, min, max, step, default, price
      boolean            + default (true | false), price
      text               + max_length, personal, multiline
      date               + personal, earliest, latest (in days after today; before it where negative)
      file               + accept ["image", "pdf"], most (1 to 5), personal (always true)
      single, multi      + options [Option], default; multi: min_choices, max_choices
      calculated         nobody answers it: + unit, formula, decimals; not required
      repeat             its answer is how many items: + item_label, min, max, default (whole numbers),
                         groups [Group, of no text, date, contact or repeat]; not required
      contact            only key, kind, label, help, phone "optional" | "required" | "hidden"
    Option       key, label, help, image null | slug | Image, price, available_if, reason
    Constraint   key, reason, and
                 kind "requires" | "excludes", if, then ("group.option" or "group") |
                 kind "combinations", of [two single choices], pairs [[option, option]] |
                 kind "assertion", that (a condition), severity "error" | "warning"
    Line         key, label, if, price
    Table        key, kind "grid", label, axes [Axis] (one or two), cells [[…]] by the first, then the second
                 key, kind "tiers", label, mode "slab" | "graduated" | "block", tiers [{from, amount}]
    Axis         match "option" | "exact" | "ceiling" | "floor" | "interpolated", values
    Theme        accent, text, background ("#rrggbb"), radius, font, logo null | Image
    Image        file (the SHA-256 of one of the organisation's images), width, height (of its wide picture),
                 alt, decorative
    Layers       kind "layers", layers [{key, file, width, height, if}] from the back to the front, alt,
                 decorative
    Price        {kind "fixed", Amount} | {kind "per_unit", Amount, of} |
                 {kind "percentage", percent, of "subtotal" | [keys of earlier lines]} |
                 {kind "table", table, of [a group for each axis, or the one of tiers], times group | null} |
                 {kind "formula", formula} |
                 of a Line only: {kind "minimum" | "maximum", amount, of as of a percentage}
    Amount       amount | from_book {book, sku}: what that article costs on the day of publication

What the items of a repeat ask has a key that is used once in the whole definition. Within an item it means
that item's answer; outside, formulas go over the items that are there: SUM(windows; width), MIN, MAX, and
COUNT(windows; condition). A rule that names it holds in each item, and a percentage of its lines is one of
all items'.

Decimals are text with a point ("6.20"). Texts are objects by language, but for the label of a table,
which visitors never see. A price line is called by the
key of its group ("lamps"), of its option ("roof.glass") or of the extra line ("delivery"); the key of
a group with options stands for all of its lines. A minimum fills its lines up to an amount, unless they
come to nothing at all; a maximum takes off what they come to above it.
"""

from configurators.definition.checking import check
from configurators.definition.limits import (
    DEFAULT_TEXT_LENGTH,
    LANGUAGES,
    MINOR_UNITS,
    SCHEMA_VERSION,
)
from configurators.definition.problems import Problem

__all__ = ["DEFAULT_TEXT_LENGTH", "LANGUAGES", "MINOR_UNITS", "SCHEMA_VERSION", "Problem", "check"]

"""How things are drawn and written: icons, money, moments, form controls, charts.

Loaded for every template (a builtin), so the names are few and short.
"""

import functools
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree import ElementTree

import lucide
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from django import template
from django.conf import settings
from django.forms import BoundField, widgets
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from accounts import charting

register = template.Library()

#: Django's language → the locale whose habits we write in; English here is European.
LOCALES = {"nl": "nl_NL", "en": "en_IE", "fr": "fr_FR"}
MINUS = "−"
NARROW_SPACE = "\u00a0"

# --- Icons --------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "", css: str = "") -> SafeString:
    """A lucide icon as inline SVG; decorative unless it has a label. An unknown name draws a circle."""
    return mark_safe(_icon(str(name), int(size), str(label), str(css)))  # noqa: S308 - built by ElementTree


@functools.lru_cache(maxsize=1024)
def _icon(name: str, size: int, label: str, css: str) -> str:
    try:
        drawing = lucide._load_icon(name)
    except lucide.IconDoesNotExist:
        drawing = lucide._load_icon("circle")
    svg = ElementTree.Element("svg", {**drawing.attrib, "width": str(size), "height": str(size)})
    svg.extend(list(drawing))
    svg.set("class", f"icon {css}".strip())
    svg.set("focusable", "false")
    if label:
        svg.set("role", "img")
        svg.set("aria-label", label)
    else:
        svg.set("aria-hidden", "true")
    return ElementTree.tostring(svg, encoding="unicode")


# --- Numbers and money --------------------------------------------------------------------------


def locale() -> Locale:
    """The locale of the active language."""
    language = (get_language() or "en").split("-")[0]
    try:
        return Locale.parse(LOCALES.get(language, "en_IE"))
    except UnknownLocaleError:
        return Locale.parse("en_IE")


@register.filter
def money(amount: Any, currency: str = "EUR") -> str:
    """`{{ lead.gross|money:lead.currency }}`: a Decimal in whole units, € 8.785,00 in Dutch."""
    number = _decimal(amount)
    return "" if number is None else format_currency(number, currency or "EUR", locale=locale())


@register.filter
def round_money(amount: Any, currency: str = "EUR") -> str:
    """Without the cents, for figures that are only looked at: € 184.320."""
    number = _decimal(amount)
    if number is None:
        return ""
    pattern = locale().currency_formats["standard"].pattern.replace("0.00", "0")
    return format_currency(number, currency or "EUR", pattern, locale=locale(), currency_digits=False)


@register.filter
def cents(amount: Any, currency: str = "EUR") -> str:
    """Money kept as an integer number of minor units."""
    number = _decimal(amount)
    if number is None:
        return ""
    return money(number.scaleb(-get_currency_precision(currency or "EUR")), currency)


@register.filter
def price_step(amount: Any, currency: str = "EUR") -> str:
    """A difference in price, signed and without empty decimals: + € 640."""
    number = _decimal(amount)
    if number is None:
        return ""
    whole = number == number.to_integral_value()
    pattern = locale().currency_formats["standard"].pattern.replace("0.00", "0") if whole else None
    size = format_currency(
        number.copy_abs(),
        currency or "EUR",
        format=pattern,
        locale=locale(),
        currency_digits=not whole,
    )
    return f"{MINUS if number < 0 else '+'}{NARROW_SPACE}{size}"


@register.filter
def number(value: Any) -> str:
    """A number as the reader writes it."""
    parsed = _decimal(value)
    return "" if parsed is None else format_decimal(parsed, locale=locale())


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        parsed = Decimal(str(value))
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() else None


# --- Moments ------------------------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str:
    """23 november 2027."""
    return _element(value, format_date(_local(value), "long", locale=locale())) if value else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """23 nov 2027."""
    return _element(value, format_date(_local(value), "medium", locale=locale())) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """23 nov 2027 14:30, in the reader's time zone."""
    if not value:
        return ""
    return _element(value, format_datetime(_local(value), "d MMM y HH:mm", locale=locale()))


@register.filter
def briefly(value: datetime | None) -> str:
    """14:30 today, 23 nov this year, 23 nov 2026 before; the exact moment behind it."""
    if not value:
        return ""
    here, now = _local(value), timezone.localtime()
    if here.date() == now.date():
        words = format_datetime(here, "HH:mm", locale=locale())
    else:
        words = format_datetime(here, "d MMM" if here.year == now.year else "d MMM y", locale=locale())
    exact = format_datetime(here, "d MMM y HH:mm", locale=locale())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


@register.filter
def ago(value: datetime | None) -> str:
    """2 minuten geleden, with the exact moment behind it."""
    if not value:
        return ""
    delta = value - timezone.now()
    words = format_timedelta(delta, add_direction=True, locale=locale())
    exact = format_datetime(_local(value), "d MMM y HH:mm", locale=locale())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


def _local(value: Any) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _element(value: Any, words: str) -> str:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def colon(label: Any) -> str:
    """The label of what follows; a question keeps its own mark."""
    text = str(label).strip()
    return text if text.endswith(("?", "!", ":")) else _("%(label)s:") % {"label": text}


# --- Forms --------------------------------------------------------------------------------------


@register.filter
def field_kind(field: BoundField) -> str:
    """Which layout of c-field a form field asks for."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "choices"
    return "control"


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """The bound widget with our class and the wiring to its help and its error."""
    widget = field.field.widget
    base = "check" if isinstance(widget, widgets.CheckboxInput) else "control"
    attrs = {"class": " ".join(filter(None, (base, widget.attrs.get("class", ""), css)))}
    if widget.attrs.get("rows") == "10":  # Django's own default: taller than most answers
        attrs["rows"] = "4"
    return field.as_widget(attrs={**attrs, **_wiring(field)})


@register.simple_tag
def choices(field: BoundField) -> list[SafeString]:
    """The single inputs of a group of radios or checkboxes, ready to be put beside their labels."""
    return [
        format_html(
            '<div class="choice">{}<label for="{}">{}</label></div>',
            _single(option),
            option.id_for_label,
            option.choice_label,
        )
        for option in field.subwidgets
    ]


def _single(option: Any) -> SafeString:
    attrs = {**option.data["attrs"], "class": "check"}
    attrs.pop("aria-describedby", None)
    attrs.pop("aria-invalid", None)
    option.data["attrs"] = attrs
    return SafeString(option.tag(wrap_label=False))


def _wiring(field: BoundField) -> dict[str, str]:
    wiring = {}
    described = described_by(field)
    if described:
        wiring["aria-describedby"] = described
    if field.errors:
        wiring["aria-invalid"] = "true"
    return wiring


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of the help and the error of a field, as c-field writes them."""
    ids = []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    if field.help_text:
        ids.append(f"{field.auto_id}_help")
    return " ".join(ids)


# --- Drawings by number -------------------------------------------------------------------------


@register.simple_tag
def bars(rows: Any, height: int = 200, highlight: str = "last") -> charting.BarChart:
    """The geometry of a bar chart of (label, value) pairs."""
    return charting.bar_chart(list(rows), height=int(height), highlight_last=highlight == "last")


@register.simple_tag
def scale(low: Any, high: Any, at: Any) -> charting.Scale:
    """The ticks between two limits, and where a value stands."""
    return charting.scale(_decimal(low), _decimal(high), _decimal(at))


@register.filter
def initials(name: str) -> str:
    """IV for Iris Veldkamp."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    picked = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in picked).upper() or "?"


@register.simple_tag(takes_context=True)
def current_page(context: template.Context, url: str) -> SafeString:
    """`aria-current="page"` when the request is for this very URL."""
    request = context.get("request")
    same = request is not None and request.get_full_path().split("?")[0] == str(url).split("?")[0]
    return mark_safe('aria-current="page"') if same else SafeString("")


@register.simple_tag
def deadline(days: Any, left: Any) -> charting.Deadline:
    """How much of a period has gone, one tick a day."""
    return charting.deadline(days=int(days), left=int(left))


@register.simple_tag(takes_context=True)
def site_languages(context: template.Context) -> list[dict[str, str]]:
    """The same page of the public site in each language; such pages live under /<language>/."""
    request = context.get("request")
    if request is None:
        return []
    codes = [code for code, _ in settings.LANGUAGES]
    first, _, rest = request.path.lstrip("/").partition("/")
    tail = rest if first in codes else ""
    return [
        {"code": code, "name": get_language_info(code)["name_local"].capitalize(), "url": f"/{code}/{tail}"}
        for code in codes
    ]

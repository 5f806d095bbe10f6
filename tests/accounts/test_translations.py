"""What is said is found, kept through changes, and translated."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts import messages_catalogue as catalogue
from accounts.management.commands.translations import our_sources
from accounts.messages_catalogue import PLURAL_FORMS, Sources
from accounts.typography import typeset

CODE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext

TITLE = gettext_lazy("Title")
LONG = _("A sentence "
         "over two lines")
INSIDE = f"{_('Inside a text')}!"
COUNT = ngettext("%(count)s stone", "%(count)s stones", 2)
MAY = pgettext("month", "May")
NOT_SAID = print("Not said")
"""
PAGE = """
{% load i18n %}
  {% translate "In a tag" %}
<c-panel title="{% translate 'In an attribute' %}" />
    {% blocktranslate trimmed with name=person.name %}
      Hello
      {{ name }}
    {% endblocktranslate %}
{% blocktranslate count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{% if kind == _("In a condition") %}{{ kind|default:_("In a filter") }}{% endif %}
{# translate "In a comment" #}
"""
LETTER = 'Subject: {% translate "In a letter" %}\n{% blocktranslate %}Dear\n\nreader{% endblocktranslate %}\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("shop", "templates", "templates/mail"):
        (tmp_path / name).mkdir()
    (tmp_path / "shop" / "words.py").write_text(CODE)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "templates" / "mail" / "letter.txt").write_text(LETTER)
    return tmp_path


def sources(tree: Path) -> Sources:
    return Sources(tree, (tree / "shop",), (tree / "templates",))


def say(tree: Path, *sentences: str) -> None:
    """Let the tree say these and nothing else."""
    (tree / "templates" / "page.html").unlink(missing_ok=True)
    (tree / "templates" / "mail" / "letter.txt").unlink(missing_ok=True)
    (tree / "shop" / "words.py").write_text("".join(f"_({sentence!r})\n" for sentence in sentences))


def po(tree: Path) -> Path:
    return catalogue.path_of(tree / "locale", "nl")


def extract(tree: Path) -> bool:
    return catalogue.update(po(tree), "nl", catalogue.said(sources(tree)))


def translate(tree: Path, **sentences: str) -> None:
    """Write the translation of each sentence, by its first word, as a person would."""
    text = po(tree).read_text()
    for first_word, translated in sentences.items():
        before, after = text.split(f'msgid "{first_word}', 1)
        sentence, rest = after.split('msgstr ""', 1)
        text = f'{before}msgid "{first_word}{sentence}msgstr "{translated}"{rest}'
    po(tree).write_text(text)


def faults(tree: Path) -> list[str]:
    return catalogue.faults(catalogue.read(po(tree).read_bytes(), "nl"), catalogue.said(sources(tree)), "nl")


def test_everything_that_is_said_is_found(tree: Path) -> None:
    found = catalogue.said(sources(tree))

    assert sorted((message.id, message.context) for message in found if isinstance(message.id, str)) == [
        ("", None),
        ("A sentence over two lines", None),
        ("Dear\n\nreader", None),
        ("Hello %(name)s", None),
        ("In a condition", None),
        ("In a filter", None),
        ("In a letter", None),
        ("In a tag", None),
        ("In an attribute", None),
        ("Inside a text", None),
        ("May", "month"),
        ("Title", None),
    ]
    assert sorted(message.id for message in found if not isinstance(message.id, str)) == [
        ("%(count)s stone", "%(count)s stones"),
        ("%(n)s row", "%(n)s rows"),
    ]


def test_a_catalogue_names_files_without_line_numbers(tree: Path) -> None:
    say(tree, "Blue")

    extract(tree)

    assert po(tree).read_text() == (
        'msgid ""\nmsgstr ""\n'
        '"Language: nl\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
        '#: shop/words.py\nmsgid "Blue"\nmsgstr ""\n\n'
    )


def test_a_second_run_changes_nothing(tree: Path) -> None:
    extract(tree)
    first = po(tree).read_bytes()

    assert extract(tree) is False
    assert po(tree).read_bytes() == first


def test_translations_are_kept_and_what_nobody_says_goes(tree: Path) -> None:
    say(tree, "Blue", "Green")
    extract(tree)
    translate(tree, Blue="Blauw", Green="Groen")

    say(tree, "Blue", "Greener")
    extract(tree)

    kept = catalogue.read(po(tree).read_bytes(), "nl")
    assert {message.id: message.string for message in kept if message.id} == {"Blue": "Blauw", "Greener": ""}
    assert dict(kept.obsolete) == {}


def test_what_is_written_meanwhile_is_kept(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(tree, "Blue")
    extract(tree)
    say(tree, "Blue", "Green")
    replace, tries = catalogue._replace, []

    def somebody_is_first(path: Path, before: bytes, after: bytes) -> bool:
        tries.append(1)
        if len(tries) == 1:
            translate(tree, Blue="Blauw")
        return replace(path, before, after)

    monkeypatch.setattr(catalogue, "_replace", somebody_is_first)
    extract(tree)

    kept = catalogue.read(po(tree).read_bytes(), "nl")
    assert {message.id: message.string for message in kept if message.id} == {"Blue": "Blauw", "Green": ""}
    assert [path.name for path in po(tree).parent.iterdir()] == ["django.po"]


def test_a_translated_catalogue_has_no_faults(tree: Path) -> None:
    say(tree, "Hello %(name)s", "%s of {count}", "100%% sure")
    extract(tree)
    translate(tree, Hello="Dag %(name)s, dag %(name)s", **{"%s": "%s van {count}", "100": "100%% zeker"})

    assert faults(tree) == []


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        ("", "untranslated"),
        ("Dag", "other placeholders"),
        ("Dag %(naam)s", "other placeholders"),
        ("Dag %(name)s en {name}", "other placeholders"),
    ],
)
def test_a_wrong_translation_is_a_fault(tree: Path, translated: str, fault: str) -> None:
    say(tree, "Hello %(name)s")
    extract(tree)
    translate(tree, Hello=translated)

    assert faults(tree) == [f"{fault}: 'Hello %(name)s' (shop/words.py)"]


def test_a_fuzzy_translation_is_a_fault(tree: Path) -> None:
    say(tree, "Blue")
    extract(tree)
    translate(tree, Blue="Blauw")
    po(tree).write_text(po(tree).read_text().replace("#: shop", "#, fuzzy\n#: shop"))

    assert faults(tree) == ["fuzzy: 'Blue' (shop/words.py)"]


def test_what_is_new_and_what_is_gone_are_faults(tree: Path) -> None:
    say(tree, "Blue", "Red")
    extract(tree)
    translate(tree, Blue="Blauw", Red="Rood")
    po(tree).write_text(po(tree).read_text() + '#~ msgid "Old"\n#~ msgstr "Oud"\n')
    say(tree, "Blue", "Green")

    assert faults(tree) == [
        "missing: 'Green' (shop/words.py)",
        "no longer said: 'Red' (shop/words.py)",
        "no longer said: 'Old'",
    ]


@pytest.mark.parametrize(
    ("typed", "set_in_type"),
    [
        ("L'heure d'une", "L’heure d’une"),
        ("Prêt ? Oui ! Soit ; bien", "Prêt\u202f? Oui\u202f! Soit\u202f; bien"),
        ("Prix : « cher »", "Prix\u00a0: «\u00a0cher\u00a0»"),
        ("https://a.example/?b", "https://a.example/?b"),
        ("default-src 'none'; 10 000 :nth", "default-src 'none'; 10 000 :nth"),
    ],
)
def test_french_is_set_in_type(typed: str, set_in_type: str) -> None:
    assert typeset(typed, "fr") == set_in_type
    assert typeset(typed, "nl") == typed


def test_collecting_sets_french_in_type_and_the_check_asks_for_it(tree: Path) -> None:
    say(tree, "Ready?")
    said = catalogue.said(sources(tree))
    path = catalogue.path_of(tree / "locale", "fr")
    catalogue.update(path, "fr", said)
    path.write_text(path.read_text().replace('"Ready?"\nmsgstr ""', '"Ready?"\nmsgstr "Prêt ?"'))
    typed = catalogue.faults(catalogue.read(path.read_bytes(), "fr"), said, "fr")
    catalogue.update(path, "fr", said)

    assert typed == ["not set in type: 'Ready?' (shop/words.py)"]
    assert catalogue.faults(catalogue.read(path.read_bytes(), "fr"), said, "fr") == []


def test_one_need_not_say_its_number_but_more_must(tree: Path) -> None:
    (tree / "templates" / "page.html").write_text(
        "{% blocktranslate count n=n %}one day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    (tree / "templates" / "mail" / "letter.txt").unlink()
    (tree / "shop" / "words.py").unlink()
    extract(tree)
    text = po(tree).read_text()

    po(tree).write_text(text.replace('[0] ""', '[0] "%(n)s dag"').replace('[1] ""', '[1] "%(n)s dagen"'))
    assert faults(tree) == []
    po(tree).write_text(text.replace('[0] ""', '[0] "een dag"').replace('[1] ""', '[1] "dagen"'))
    assert faults(tree) == ["other placeholders: 'one day' (templates/page.html)"]


def test_our_own_words_come_from_every_app_and_the_templates() -> None:
    root = our_sources().root

    names = {path.relative_to(root).parts[0] for path in our_sources().files()}

    assert names == {
        "accounts", "audit", "billing", "config", "configurators", "delivery", "leads", "organisations",
        "privacy", "templates", "tenancy",
    }  # fmt: skip


@pytest.mark.parametrize("language", sorted(PLURAL_FORMS))
def test_everything_is_translated(language: str, settings: Any) -> None:
    path = catalogue.path_of(Path(settings.LOCALE_PATHS[0]), language)

    translated = catalogue.read(path.read_bytes(), language)

    assert catalogue.faults(translated, catalogue.said(our_sources()), language) == []


def test_the_check_fails_without_catalogues(tmp_path: Path, settings: Any) -> None:
    settings.LOCALE_PATHS = [tmp_path]

    with pytest.raises(CommandError, match="nl: missing: 'Sign in'"):
        call_command("translations", "--check")


@pytest.mark.parametrize(("language", "shown"), [("nl", "Log in"), ("en", "Sign in")])
def test_a_compiled_translation_is_what_people_read(language: str, shown: str) -> None:
    """Needs `make messages`, which `make test` runs first."""
    with translation.override(language):
        assert translation.gettext("Sign in") == shown

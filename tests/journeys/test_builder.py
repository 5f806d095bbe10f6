"""A shop owner builds: with the mouse, with the keyboard, on a phone, off line, and beside a colleague."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, expect

from leads.demo.businesses import SCREENS
from leads.demo.products import Product, written
from tests.journeys.building import Keyboard, Open, part, saved
from tests.journeys.home import Home
from tests.journeys.looks import Watcher


def test_question_with_a_formula_and_a_condition_is_built_by_hand(build: Open) -> None:
    watchers: list[Watcher] = []
    page = build("blank", watchers=watchers)

    page.get_by_role("button", name="Add a question to “Keuzes”").click()
    page.get_by_role("button", name="Size").click()
    expect(page.get_by_label("Question for visitors")).to_be_focused()
    page.keyboard.type("Breedte van het dak")
    page.get_by_role("button", name="Add an option to “Wat kies je?”").click()
    expect(page.get_by_label("Name for visitors")).to_be_focused()
    page.keyboard.type("Zonwering")
    page.get_by_text("Formula", exact=True).click()
    formula = page.get_by_role("textbox", name="Formula")
    formula.press_sequentially("br")
    formula.press("Tab")
    formula.press_sequentially(" * 2,5 + IF(")
    expect(page.get_by_text("“2,5” can be read in two ways.", exact=False)).to_be_visible()
    formula.fill("ROUND(breedte_van_het_dak * 2,5; 2)")
    page.get_by_role("button", name="Add a condition: Can be chosen only if").click()
    page.get_by_label("Condition 1: Question").select_option("breedte_van_het_dak")
    page.get_by_label("Condition 1: Value").fill("150")
    page.get_by_label(re.compile("What visitors read otherwise")).fill("Kies minstens 150 cm.")

    state = saved(page)
    size, choice = state["definition"]["steps"][0]["groups"][1], state["definition"]["steps"][0]["groups"][0]
    assert (size["key"], size["kind"]) == ("breedte_van_het_dak", "number")
    assert choice["options"][2] | {"label": {"nl": "Zonwering"}} == {
        "key": "zonwering",
        "label": {"nl": "Zonwering"},
        "help": {},
        "image": None,
        "price": {"kind": "formula", "formula": "ROUND(breedte_van_het_dak * 2,5; 2)"},
        "available_if": "breedte_van_het_dak >= 150",
        "reason": {"nl": "Kies minstens 150 cm."},
    }
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []
    preview = page.frame_locator("iframe").first
    expect(preview.locator('[data-option="keuze.zonwering"] .price')).to_have_text("+ € 400")
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []


def test_parts_move_by_button_and_undo_puts_them_back(build: Open) -> None:
    page = build("veranda")

    page.get_by_role("button", name="Move “Screendoek” up").click()
    expect(page.get_by_role("button", name="Move “Screendoek” up")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="moved to place 2 of 4")).to_have_count(1)
    moved = [option["key"] for option in saved(page)["definition"]["steps"][2]["groups"][0]["options"]]
    page.keyboard.press("Control+z")
    expect(part(page, "steps", 2, "groups", 0, "options", 1)).to_contain_text("Glazen schuifwand")

    back = [option["key"] for option in saved(page)["definition"]["steps"][2]["groups"][0]["options"]]
    assert moved == ["open", "screendoek", "schuifwand", "hout"]
    assert back == ["open", "schuifwand", "screendoek", "hout"]


def test_parts_are_dragged_to_their_place(build: Open) -> None:
    page = build("veranda")
    options = [part(page, "steps", 2, "groups", 0, "options", place) for place in range(4)]

    row = page.locator(".b-row").filter(has=options[3])
    row.hover()
    row.locator(".b-grip").drag_to(
        page.locator(".b-row").filter(has=options[0]), target_position={"x": 80, "y": 3}
    )
    expect(part(page, "steps", 2, "groups", 0, "options", 0)).to_contain_text("Houten wand links")
    moved = [option["key"] for option in saved(page)["definition"]["steps"][2]["groups"][0]["options"]]
    page.keyboard.press("Control+z")
    expect(part(page, "steps", 2, "groups", 0, "options", 0)).to_contain_text("Open")

    assert moved == ["hout", "open", "schuifwand", "screendoek"]


def test_configurator_goes_on_line_by_keyboard_alone(
    enter: Callable[..., BrowserContext], house: Home
) -> None:
    """From a starting point to a published version: an option is added, named, priced and moved."""
    page = enter().new_page()
    keyboard = Keyboard(page)
    page.goto(f"{house.site_url}/o/{house.furnish()['organisations']['acme']}/configurators/")
    keyboard.press(page.get_by_role("link", name="New configurator").first)
    keyboard.write(page.locator("input[name=name]"), "Zonder muis")
    keyboard.to(page.locator("input[name=starting_from]:checked, input[name=starting_from]").first)
    for _ in range(12):
        if page.locator("input[value=veranda]").is_checked():
            break
        page.keyboard.press("ArrowDown")
    keyboard.press(page.get_by_role("button", name="Open the builder"))
    expect(page.get_by_role("heading", name="Structure")).to_be_visible()

    keyboard.press(page.get_by_role("button", name="Add an option to “Wil je een wand aan de voorkant?”"))
    expect(page.get_by_label("Name for visitors")).to_be_focused()
    page.keyboard.type("Zonwering")
    keyboard.press(page.get_by_role("radio", name="None", exact=True), "ArrowRight")
    keyboard.write(page.get_by_label("Amount in EUR"), "250")
    keyboard.press(page.get_by_role("button", name="Move “Zonwering” up"))
    expect(page.get_by_role("button", name="Move “Zonwering” up")).to_be_focused()
    options = saved(page)["definition"]["steps"][2]["groups"][0]["options"]
    keyboard.press(page.get_by_role("link", name="Publish version 1"))
    page.wait_for_url("**/publish/")
    keyboard.press(page.get_by_role("button", name="Publish", exact=True))
    page.wait_for_url("**/embed/")

    assert [(one["key"], one["price"]) for one in options][3:] == [
        ("zonwering", {"kind": "fixed", "amount": "250"}),
        ("hout", {"kind": "fixed", "amount": "890"}),
    ]


def test_renaming_leaves_the_key_and_a_new_key_is_followed(build: Open) -> None:
    page = build("veranda")

    part(page, "steps", 2, "groups", 0, "options", 3).click()
    page.get_by_label("Name for visitors").fill("Houten wand rechts")
    page.get_by_role("button", name="Change the key").click()
    key = page.get_by_role("textbox", name="Key")
    expect(key).to_have_value("hout")
    key.fill("hout_rechts")
    key.press("Enter")

    state = saved(page)
    assert state["definition"]["constraints"][0]["if"] == "voorkant.hout_rechts"
    assert [one for one in state["problems"] if one["severity"] == "error"] == []


def test_deleting_what_is_used_tells_where(build: Open) -> None:
    page = build("veranda")

    part(page, "steps", 2, "groups", 0, "options", 3).click()
    page.get_by_role("button", name="Delete “Houten wand links”").click()
    expect(page.get_by_role("dialog")).to_contain_text("Houten wand links not with Polycarbonaat")
    page.get_by_role("button", name="Delete anyway").click()
    expect(page.get_by_role("button", name="1 error")).to_be_visible()
    page.locator(".b-toast").get_by_role("button", name="Undo").click()

    expect(page.get_by_text("No errors")).to_be_visible()


def test_list_of_problems_leads_to_the_place(build: Open) -> None:
    page = build("veranda")

    part(page, "steps", 2, "groups", 0, "options", 1).click()
    page.get_by_role("textbox", name="Formula").fill("breedte * voorkant")
    page.get_by_role("button", name="1 error").click()
    part(page, "general").click()
    page.get_by_role("button", name="1 error").click()
    page.get_by_role("button", name=re.compile("is a choice, not a number")).click()

    expect(page.get_by_role("textbox", name="Formula")).to_be_focused()
    expect(page.locator(".b-tok-wrong")).to_have_text("voorkant")
    expect(page.get_by_role("link", name="Publish version 1")).to_have_attribute("aria-disabled", "true")


def test_work_survives_a_lost_connection(build: Open) -> None:
    page = build("contact")
    part(page, "general").click()

    page.context.set_offline(True)
    page.get_by_label("Introduction").fill("Zonder net geschreven")
    expect(page.locator(".b-saving")).to_have_text("not saved yet, trying again")
    page.context.set_offline(False)

    assert saved(page)["definition"]["intro"]["nl"] == "Zonder net geschreven"


def test_colleagues_do_not_overwrite_each_other(build: Open) -> None:
    page = build("contact")
    colleague = page.context.new_page()
    colleague.goto(page.url)
    part(colleague, "general").click()
    colleague.get_by_label("Title for visitors").fill("Van een collega")
    saved(colleague)

    part(page, "general").click()
    page.get_by_label("Title for visitors").fill("Van mij")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my version").click()
    page.get_by_role("button", name="Continue with their version").click()
    expect(page.get_by_label("Title for visitors")).to_have_value("Van een collega")
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Title for visitors")).to_have_value("Van mij")

    assert json.loads(download.value.path().read_text())["title"]["nl"] == "Van mij"


def test_preview_sends_nothing_and_selects_what_is_clicked(build: Open) -> None:
    page = build("veranda")
    preview = page.frame_locator("iframe").first

    preview.locator('[data-option="dak.getint"]').click()
    expect(page.get_by_role("heading", name="Getint glas")).to_be_visible()
    expect(preview.locator("[data-total]").first).to_have_text("€ 5.475,00")
    page.get_by_label("Name for visitors").fill("Donker glas")
    expect(preview.locator('[data-option="dak.getint"]')).to_contain_text("Donker glas")
    expect(preview.locator("[data-total]").first).to_have_text("€ 5.475,00")


def test_everything_is_within_reach_on_a_phone(build: Open) -> None:
    watchers: list[Watcher] = []
    page = build("veranda", width=390, watchers=watchers)

    part(page, "steps", 0, "groups", 0).click()
    page.get_by_label("Largest").fill("650")
    panes = page.get_by_role("navigation", name="Parts of the builder")
    panes.get_by_role("button", name="Preview").click()
    expect(page.frame_locator("iframe").first.locator("#field-breedte")).to_be_visible()
    panes.get_by_role("button", name="Structure").click()

    assert saved(page)["definition"]["steps"][0]["groups"][0]["max"] == "650"
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []


def test_price_list_is_pasted_and_looked_up(build: Open) -> None:
    page = build("veranda")
    sizes = "\n".join(
        ["\t2.500\t3.500\t4.500"] + [f"{width}\t€ {width},50\t{2 * width},00\t-" for width in (300, 450, 700)]
    )

    page.get_by_role("button", name="Add a price table").click()
    page.get_by_label("Name", exact=True).fill("Basisprijs")
    page.get_by_role("button", name="From a spreadsheet").click()
    page.get_by_label("Paste the cells here").fill(sizes.replace("€ 450,50", "op aanvraag"))
    expect(page.get_by_role("status").filter(has_text="Row 3, column 2: “op aanvraag”")).to_be_visible()
    expect(page.get_by_role("button", name="Use these prices")).to_be_disabled()
    page.get_by_label("Paste the cells here").fill(sizes)
    expect(page.get_by_text("3 rows × 3 columns.")).to_be_visible()
    page.get_by_role("button", name="Use these prices").click()
    page.get_by_role("button", name="Add a price line").click()
    page.keyboard.type("Naar maat")
    page.get_by_text("By table", exact=True).click()
    page.get_by_label("Its rows by").select_option("breedte")

    state = saved(page)
    assert state["definition"]["tables"] == [
        {
            "key": "basisprijs",
            "kind": "grid",
            "label": "Basisprijs",
            "axes": [
                {"match": "ceiling", "values": ["300", "450", "700"]},
                {"match": "ceiling", "values": ["2500", "3500", "4500"]},
            ],
            "cells": [["300.5", "600", None], ["450.5", "900", None], ["700.5", "1400", None]],
        }
    ]
    assert state["definition"]["lines"][-1]["price"] == {
        "kind": "table", "table": "basisprijs", "of": ["breedte", "diepte"], "times": None,
    }  # fmt: skip
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []


def test_cells_are_filled_in_with_the_keyboard(build: Open) -> None:
    page = build("blank")

    page.get_by_role("button", name="Add a price table").click()
    page.get_by_text("A quantity", exact=True).click()
    page.get_by_role("button", name="Row", exact=True).click()
    page.get_by_label("Value of row 1").fill("1")
    page.get_by_label("Value of row 1").press("Tab")
    page.keyboard.type("12,5")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount from 2000 on")).to_be_focused()
    page.keyboard.type("veel")
    expect(page.get_by_label("Amount from 2000 on")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("10")

    assert saved(page)["definition"]["tables"][0]["tiers"][:2] == [
        {"from": "1", "amount": "12.5"},
        {"from": "2000", "amount": "10"},
    ]


def test_rules_say_what_goes_together_and_what_must_hold(build: Open) -> None:
    page = build("veranda")

    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("This rule says").select_option("combinations")
    page.get_by_label("First choice").select_option("dak")
    page.get_by_label("Second choice").select_option("voorkant")
    page.get_by_role("checkbox", name="Polycarbonaat with Glazen schuifwand").uncheck()
    page.get_by_label("What visitors read").fill("Een schuifwand vraagt een dak van glas.")
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("This rule says").select_option("assertion")
    page.get_by_role("button", name="Add a condition: This must hold").click()
    page.get_by_label("Condition 1: Question").select_option("breedte")
    page.get_by_label("Condition 1: Comparison").select_option("most")
    page.get_by_label("Condition 1: Value").fill("650")
    page.get_by_text("visitors are warned").click()
    page.get_by_label("What visitors read").fill("Breder dan 6,5 m komt op twee palen.")

    state = saved(page)
    _first, together, held = state["definition"]["constraints"]
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []
    assert (together["of"], ["polycarbonaat", "schuifwand"] in together["pairs"]) == (
        ["dak", "voorkant"],
        False,
    )
    assert (held["that"], held["severity"]) == ("breedte <= 650", "warning")


class Actions:
    """Counts what a person does: each click, choice, paste or text typed."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, place: Locator) -> Locator:
        self.count += 1
        return place


def test_manufacturers_price_list_is_on_line_in_few_actions(build: Open, house: Home) -> None:
    page, act = build("awning"), Actions()
    act.count = 3  # a name, a starting point, and the button that opens the builder

    act(part(page, "tables", 0)).click()
    act(page.get_by_role("button", name="From a spreadsheet")).click()
    act(page.get_by_label("Paste the cells here")).fill(written(SCREENS))
    expect(page.get_by_text("20 rows × 20 columns.")).to_be_visible()
    act(page.get_by_role("button", name="Use these prices")).click()
    act(part(page, "steps", 0, "groups", 0)).click()
    act(page.get_by_label("Largest")).fill("4600")
    act(part(page, "steps", 0, "groups", 1)).click()
    act(page.get_by_label("Largest")).fill("3450")
    stored = saved(page)
    act(page.get_by_role("link", name="Publish version 1")).click()
    act(page.get_by_role("button", name="Publish", exact=True)).click()
    page.wait_for_url("**/embed/")

    wanted = Product("Screens", "awning", SCREENS).definition("nl")
    assert stored["definition"] | {"title": wanted["title"]} == wanted
    assert act.count <= 60


def test_a_question_for_files_warns_of_what_they_may_show(build: Open) -> None:
    watchers: list[Watcher] = []
    page = build("blank", watchers=watchers)

    page.get_by_role("button", name="Add a question to “Keuzes”").click()
    page.get_by_role("button", name="File", exact=False).last.click()
    expect(page.get_by_label("Question for visitors")).to_be_focused()
    page.keyboard.type("Foto van de gevel")
    page.get_by_label("PDF", exact=True).uncheck()
    page.get_by_label("At most so many files").fill("3")
    page.keyboard.press("Tab")

    expect(page.get_by_text("Art. 9 GDPR", exact=False)).to_be_visible()
    state = saved(page)
    made = state["definition"]["steps"][0]["groups"][1]
    assert (made["kind"], made["accept"], made["most"], made["personal"]) == ("file", ["image"], 3, True)
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []
    preview = page.frame_locator("iframe").first
    expect(preview.locator('[data-group="foto_van_de_gevel"] input[type=file]')).to_be_visible()
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []

"""A shop owner builds questions that are asked of each item: with the mouse, with the keyboard, and back."""

from playwright.sync_api import Page, expect

from tests.journeys.building import Keyboard, Open, part, saved
from tests.journeys.looks import Watcher


def add_items(page: Page) -> None:
    page.get_by_role("button", name="Add a question to “Keuzes”").click()
    page.get_by_role("button", name="The same for each item").click()
    expect(page.get_by_label("Question for visitors")).to_be_focused()
    page.keyboard.type("Ramen")
    page.get_by_label("Name of one item").fill("Raam")


def test_questions_of_items_are_built_by_hand(build: Open) -> None:
    watchers: list[Watcher] = []
    page = build("blank", watchers=watchers)
    add_items(page)

    page.get_by_role("button", name="Add a question to “Ramen”").click()
    expect(page.locator(".b-kind")).to_have_count(6)
    page.get_by_role("button", name="Yes or no").click()
    expect(page.get_by_label("Question for visitors")).to_be_focused()
    page.keyboard.type("Rooster")
    state = saved(page)

    repeat = state["definition"]["steps"][0]["groups"][1]
    assert (repeat["key"], repeat["kind"], repeat["max"]) == ("ramen", "repeat", 3)
    assert [one["kind"] for one in repeat["groups"]] == ["number", "boolean"]
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []
    preview = page.frame_locator("iframe").first
    expect(preview.locator("fieldset.item:visible legend").first).to_have_text("Raam 1")
    expect(preview.locator("[data-group='ramen_1_rooster']")).to_be_visible()
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []


def test_they_move_within_by_button_and_undo_puts_them_back(build: Open) -> None:
    page = build("worktop")
    part(page, "steps", 0, "groups", 0, "groups", 0).click()

    keyboard = Keyboard(page)
    keyboard.press(page.get_by_role("button", name="Move “Lengte” down"))
    moved = [one["key"] for one in saved(page)["definition"]["steps"][0]["groups"][0]["groups"]]
    page.keyboard.press("Control+z")
    back = [one["key"] for one in saved(page)["definition"]["steps"][0]["groups"][0]["groups"]]

    assert (moved, back) == (["diepte", "lengte"], ["lengte", "diepte"])


def test_they_are_dragged_within_and_stay_there(build: Open) -> None:
    page = build("worktop")
    inner = ("steps", 0, "groups", 0, "groups")

    def drag(source: tuple[str | int, ...], target: tuple[str | int, ...]) -> None:
        row = page.locator(".b-row").filter(has=part(page, *source)).first
        row.hover()
        over = page.locator(".b-row").filter(has=part(page, *target)).first
        row.locator(".b-grip").drag_to(over, target_position={"x": 80, "y": 3})

    drag((*inner, 1), (*inner, 0))
    expect(part(page, *inner, 0)).to_contain_text("Diepte")
    drag((*inner, 0), ("steps", 0, "groups", 1))

    asked = saved(page)["definition"]["steps"][0]["groups"]
    assert [one["key"] for one in asked] == ["bladen", "dikte"]
    assert [one["key"] for one in asked[0]["groups"]] == ["diepte", "lengte"]


def test_a_copy_asks_the_same_of_items_of_its_own(build: Open) -> None:
    page = build("worktop")

    part(page, "steps", 0, "groups", 0).click()
    page.get_by_role("button", name="Duplicate").click()
    state = saved(page)
    page.get_by_role("button", name="Delete “Bladen, kopie”").click()

    copy = state["definition"]["steps"][0]["groups"][1]
    assert (copy["key"], [one["key"] for one in copy["groups"]]) == ("bladen_2", ["lengte_2", "diepte_2"])
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []
    assert [one["key"] for one in saved(page)["definition"]["steps"][0]["groups"]] == ["bladen", "dikte"]


def test_a_click_in_the_preview_leads_to_the_question(build: Open) -> None:
    page = build("worktop")

    page.frame_locator("iframe").first.locator("[data-group='bladen_1_diepte'] .label").first.click()

    expect(page.locator("#b-properties-title")).to_have_text("Diepte")


def test_a_date_is_built_by_hand(build: Open) -> None:
    watchers: list[Watcher] = []
    page = build("blank", watchers=watchers)

    page.get_by_role("button", name="Add a question to “Keuzes”").click()
    page.locator(".b-kind").filter(has_text="A day, like the one of a delivery").click()
    expect(page.get_by_label("Question for visitors")).to_be_focused()
    page.keyboard.type("Levering")
    first = page.get_by_label("Earliest, in days from today")
    first.fill("")
    first.press_sequentially("-3")
    page.get_by_label("Latest, in days from today").fill("30")
    state = saved(page)

    made = state["definition"]["steps"][0]["groups"][1]
    assert {name: made[name] for name in ("key", "kind", "earliest", "latest")} == {
        "key": "levering", "kind": "date", "earliest": -3, "latest": 30,
    }  # fmt: skip
    expect(page.frame_locator("iframe").first.locator("input[type=date]")).to_be_visible()
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []

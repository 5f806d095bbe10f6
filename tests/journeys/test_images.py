"""Images of an owner's own: uploaded, put in words, published, and seen by a visitor as they choose."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, Request, expect

from tests.configurators import photos
from tests.journeys.building import Keyboard, Open, part, saved
from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.looks import Watcher

ALT = "Opaal glas, van dichtbij"


def file(name: str, data: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def layer(name: str, data: bytes) -> FilePayload:
    return file(name, data, "image/png")


def loaded(image: str) -> str:
    return f"() => [...document.querySelectorAll('{image}')].every((one) => one.complete && one.naturalWidth > 0)"


def publish(page: Page) -> str:
    if not page.url.endswith("/publish/"):
        page.goto(re.sub(r"\?.*", "", page.url) + "publish/")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/embed/")
    return page.locator("#public-address").inner_text()


def open_option(page: Page) -> None:
    part(page, "steps", 1, "groups", 0, "options", 0).click()
    expect(page.get_by_role("heading", name="Picture")).to_be_visible()


@pytest.mark.parametrize("width", [1360, 390])
def test_an_image_goes_from_the_builder_to_the_visitor(
    build: Open, house: Home, open_browser: OpenBrowser, width: int
) -> None:
    watchers: list[Watcher] = []
    page = build("veranda", width=width, watchers=watchers)
    open_option(page)

    page.locator(".b-image-field input[type=file]").set_input_files(
        [file("dak.jpg", photos.photo(1600, 1000))]
    )
    expect(page.locator(".b-image-field .b-image")).to_be_visible()
    page.wait_for_function(loaded(".b-image"))
    state = saved(page)
    missing = {tuple(one["path"][-2:]) for one in state["problems"] if one["code"] == "no_alt"}
    assert missing == {("alt", code) for code in state["definition"]["languages"]}
    page.get_by_label(re.compile("^What it shows")).fill(ALT)
    state = saved(page)
    image = state["definition"]["steps"][1]["groups"][0]["options"][0]["image"]
    assert (image["width"], image["height"], image["alt"]) == (1000, 1600, {"nl": ALT})
    preview = page.frame_locator("iframe").first
    expect(preview.locator(f'img[alt="{ALT}"]')).to_have_count(1)
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []

    page.goto(re.sub(r"\?.*", "", page.url) + "publish/")
    expect(page.get_by_text("This text is missing in “en”.").first).to_be_visible()
    address = publish(page)
    visitor = open_browser(width=width, locale="nl").new_page()
    watcher = Watcher(visitor, own=house.origins())
    visitor.goto(address)
    shown = visitor.locator(f'img[alt="{ALT}"]')
    shown.scroll_into_view_if_needed()
    visitor.wait_for_function(loaded(".photo img"))
    watcher.settle()
    assert watcher.problems(language="nl", keeps_nothing=True) == []
    assert f"/image/{image['file']}/" in str(shown.evaluate("image => image.currentSrc"))


def test_layers_follow_what_a_visitor_chooses_and_nobody_is_asked(
    build: Open, open_browser: OpenBrowser
) -> None:
    watchers: list[Watcher] = []
    page = build("veranda", watchers=watchers)
    part(page, "general").click()
    page.get_by_label("Drawing that follows the choices").select_option("layers")
    back, front = layer("back.png", photos.png(800, 500)), layer("front.png", photos.see_through(800, 500))
    page.locator("#b-layer-add + input").set_input_files([back, front])
    expect(page.locator(".b-layer")).to_have_count(2)
    page.get_by_role("button", name="Add a condition: Layer 2 is seen").click()
    page.get_by_label("Condition 1: Question").select_option("dak")
    options = page.get_by_label("Condition 1: Value").locator("option")
    first, second = (options.nth(n).get_attribute("value") for n in (0, 1))
    page.get_by_label(re.compile("^What it shows")).fill("Je veranda van voren")
    state = saved(page)
    [_back, seen] = state["definition"]["drawing"]["layers"]
    assert first in str(seen["if"])
    assert [one for one in state["problems"] if one["severity"] == "error"] == []
    watchers[0].settle()
    assert watchers[0].problems(language="en", keeps_nothing=False) == []

    address = publish(page)
    visitor = open_browser(locale="nl").new_page()
    visitor.goto(address)
    visitor.wait_for_load_state("networkidle")
    asked: list[Request] = []
    visitor.on("request", lambda request: asked.append(request))
    picture = visitor.get_by_role("img", name="Je veranda van voren")
    expect(picture).to_be_visible()
    top = visitor.locator('[data-layer="layer_2"]')
    visitor.locator(f'[data-option="dak.{first}"] input').check()
    expect(top).to_be_visible()
    visitor.locator(f'[data-option="dak.{second}"] input').check()
    expect(top).to_be_hidden()
    assert [one.method for one in asked if "/image/" not in one.url] == []
    box = picture.bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 800 / 500) < 0.6


def test_a_file_that_is_no_image_is_refused_beside_its_button(build: Open) -> None:
    page = build("veranda")
    open_option(page)

    page.locator(".b-image-field input[type=file]").set_input_files(
        [file("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")]
    )

    expect(page.locator(".b-image-field [role=alert]")).to_contain_text("An SVG can hold a program")
    expect(page.locator(".b-image-field .b-image")).to_have_count(0)


def test_an_earlier_image_is_chosen_and_removed_by_keyboard(build: Open) -> None:
    watchers: list[Watcher] = []
    page = build("veranda", watchers=watchers)
    open_option(page)
    page.locator(".b-image-field input[type=file]").set_input_files([file("a.jpg", photos.jpeg(700, 444))])
    expect(page.locator(".b-image-field .b-image")).to_be_visible()
    keyboard = Keyboard(page)
    keyboard.press(page.get_by_role("button", name="Take it out"))
    expect(page.locator(".b-image-field .b-image")).to_have_count(0)
    saved(page)

    keyboard.press(page.get_by_role("button", name="Choose from your images"))
    page.wait_for_function(loaded(".b-library .b-image"))
    assert watchers[0].problems(language="en", keeps_nothing=False) == []
    keyboard.press(page.get_by_role("button", name="Choose image 1", exact=True))
    expect(page.locator(".b-image-field .b-image")).to_be_visible()
    keyboard.press(page.get_by_role("button", name="Choose from your images"))
    saved(page)
    keyboard.press(page.get_by_role("button", name="Remove image 1 for good"))
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("A configurator shows this image")


def test_a_logo_stands_in_the_head_of_the_page(build: Open, open_browser: OpenBrowser) -> None:
    page = build("veranda")
    part(page, "general").click()
    page.get_by_label("Colours and font of your own").check()
    page.locator("#f-theme-logo + input").set_input_files([layer("logo.png", photos.png(600, 200))])
    page.get_by_label(re.compile("^What it shows")).last.fill("Acme")
    saved(page)

    visitor = open_browser(width=390, locale="nl").new_page()
    visitor.goto(publish(page))

    logo = visitor.get_by_role("banner").get_by_role("img", name="Acme")
    expect(logo).to_be_visible()
    box = logo.bounding_box()
    assert box is not None
    assert (round(box["height"]), round(box["width"])) == (40, 120)

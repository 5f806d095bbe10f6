"""Files in a real browser: chosen, shown under way, taken back, sent; and all of it without JavaScript."""

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from configurators.models import Configurator
from leads.models import Lead
from tenancy.context import tenant
from tests.leads.files.giving import PDF, files_of, picture
from tests.leads.test_visitor_in_browser import address, chromium, fill_in, phone, pytestmark

__all__ = ["address", "chromium", "phone", "pytestmark"]

SKETCH = '[data-group="sketch"]'


def chosen(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


def names(page: Page) -> list[str]:
    return page.locator(f"{SKETCH} .files .name").all_inner_texts()


def leads_of(shop: Configurator) -> list[Lead]:
    with tenant(shop.organisation_id):
        return list(Lead.objects.all())


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.locator(SKETCH).scroll_into_view_if_needed()
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_file_is_sent_as_soon_as_it_is_chosen(phone: Page, address: str, shop: Configurator) -> None:
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    phone.goto(address)

    phone.locator("#field-sketch").set_input_files([
        chosen("Gevel é.JPG", picture()), chosen("plan.pdf", PDF, "application/pdf"),
    ])  # fmt: skip
    expect(phone.locator(f"{SKETCH} input[type=hidden]")).to_have_count(2)
    expect(phone.locator(f"{SKETCH} [role=status]")).to_contain_text("is aangekomen")

    shot(phone, "chosen-390")
    assert (names(phone), said) == (["Gevel é.jpg", "plan.pdf"], [])
    assert [file.lead_id for file in files_of(shop.organisation_id)] == [None, None]


def test_the_request_takes_its_files_along(phone: Page, address: str, shop: Configurator) -> None:
    phone.goto(address)
    fill_in(phone)
    phone.locator("#field-sketch").set_input_files([chosen("gevel.jpg", picture())])
    phone.locator(".bar .button").click()  # while it may still be under way
    expect(phone.locator("#done-title")).to_be_focused()

    [lead] = leads_of(shop)
    assert [file.lead_id for file in files_of(shop.organisation_id)] == [lead.pk]


def test_a_file_is_taken_back_with_the_keyboard(phone: Page, address: str, shop: Configurator) -> None:
    phone.goto(address)
    phone.locator("#field-sketch").set_input_files([chosen("gevel.jpg", picture())])
    button = phone.get_by_role("button", name="“gevel.jpg” verwijderen")
    expect(phone.locator(f"{SKETCH} input[type=hidden]")).to_have_count(1)

    with phone.expect_response("**/file/**"):
        button.press("Enter")

    expect(phone.locator("#field-sketch")).to_be_focused()
    expect(phone.locator(f"{SKETCH} [role=status]")).to_have_text("“gevel.jpg” is verwijderd.")
    assert (names(phone), files_of(shop.organisation_id)) == ([], [])


def test_what_is_wrong_stands_beside_the_file(phone: Page, address: str) -> None:
    phone.goto(address)

    phone.locator("#field-sketch").set_input_files([chosen("grap.gif", b"GIF89a", "image/gif")])
    phone.locator("#field-sketch").set_input_files([chosen("groot.jpg", b"\xff\xd8\xff" * 2 * 1024**2)])

    errors = phone.locator(f"{SKETCH} .files .error")
    expect(errors).to_have_text([
        "Dit is geen JPEG, PNG, WebP of pdf, of het is beschadigd. Kies een ander bestand.",
        "Dit bestand is te groot: hooguit 5 MB.",
    ])  # fmt: skip
    phone.locator("#field-ledspots").fill("10")
    phone.locator("#field-sketch").set_input_files([chosen("gevel.jpg", picture())])
    expect(phone.locator(f"{SKETCH} input[type=hidden]")).to_have_count(1)
    shot(phone, "errors-390")
    expect(errors).to_have_count(2)


def test_more_than_the_question_takes_is_said_at_once(phone: Page, address: str) -> None:
    phone.goto(address)

    phone.locator("#field-sketch").set_input_files([chosen(f"{n}.jpg", picture()) for n in range(3)])

    expect(phone.locator(f"{SKETCH} input[type=hidden]")).to_have_count(2)
    expect(phone.locator(f"{SKETCH} .files .error")).to_have_text(["Kies hooguit 2 bestanden."])


def test_a_file_that_does_not_arrive_can_be_chosen_again(phone: Page, address: str) -> None:
    phone.route("**/file/**", lambda route: route.abort())
    phone.goto(address)
    phone.locator("#field-sketch").set_input_files([chosen("gevel.jpg", picture())])
    expect(phone.locator(f"{SKETCH} .files .error")).to_have_text(
        ["Dit bestand is niet aangekomen. Kies het opnieuw."]
    )

    phone.unroute("**/file/**")
    phone.locator("#field-sketch").set_input_files([chosen("gevel.jpg", picture())])

    expect(phone.locator(f"{SKETCH} input[type=hidden]")).to_have_count(1)


def test_a_required_file_is_asked_for_where_it_is_missing(phone: Page, address: str) -> None:
    def used_up(route: Route) -> None:
        document = route.request.post_data_json
        document["answers"]["sketch"] = ["A" * 32]
        route.continue_(post_data=document)

    phone.route(
        address, lambda route: used_up(route) if route.request.method == "POST" else route.continue_()
    )
    phone.goto(address)
    fill_in(phone)
    phone.locator(".bar .button").click()

    link = phone.locator(".summary a")
    expect(link).to_have_text(["Dit bestand is er niet meer. Kies het opnieuw."])
    assert link.get_attribute("href") == "#field-sketch"
    expect(phone.locator("#field-sketch")).to_have_attribute("aria-invalid", "true")


def test_nothing_of_it_stands_in_the_way_of_anybody(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.locator("#field-sketch").set_input_files([
        chosen("gevel.jpg", picture()), chosen("grap.gif", b"GIF89a", "image/gif"),
    ])  # fmt: skip
    expect(phone.locator(f"{SKETCH} .files .error")).to_have_count(1)

    assert [each["id"] for each in Axe().run(phone).response["violations"]] == []


def test_without_javascript_files_stay_while_something_else_is_wrong(
    chromium: Browser, address: str, shop: Configurator
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator("#field-ledspots").fill("10")
    page.locator("#field-sketch").set_input_files([chosen("gevel.jpg", picture())])
    page.locator(".bar .button").click()

    expect(page.locator(".summary")).to_be_visible()
    expect(page.get_by_role("checkbox", name="gevel.jpg")).to_be_checked()
    shot(page, "again-390")
    fill_in(page)
    page.locator(".bar .button").click()

    expect(page.locator(".reference")).to_be_visible()
    [lead] = leads_of(shop)
    assert [file.lead_id for file in files_of(shop.organisation_id)] == [lead.pk]
    context.close()

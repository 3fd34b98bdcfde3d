"""The network fails, an answer is lost, many fail at once, an address is nonsense: it is said, and nothing is lost or claimed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.window import Window

UNREACHABLE = "The server cannot be reached."


@pytest.fixture
def window(opened: Callable[..., Window], company: Company) -> Window:
    window = opened(company.colleague("admin")["email"], PASSWORD)
    window.cut = True
    return window


def cut(route: Route) -> None:
    route.abort("connectionreset")


def test_what_was_typed_stays_when_saving_fails_for_want_of_a_network(window: Window, company: Company) -> None:
    name, page = company.name("Typed in a train"), window.page
    window.visit("/plans")
    window.button("New plan").first.click()
    window.dialog.get_by_label("Name").fill(name)
    page.route("**/v1/plans", cut)
    window.button("Create").click()
    expect(window.dialog.get_by_role("alert")).to_have_text(UNREACHABLE)
    page.unroute("**/v1/plans")
    window.button("Create").click()
    window.toast(f"Created: {name}")


def test_a_verb_that_nobody_hears_of_is_said_to_have_failed(window: Window, company: Company) -> None:
    plan = company.fresh_plan()
    window.visit(f"/plans/{plan['id']}")
    window.heading(plan["name"])
    window.page.route(f"**/v1/plans/{plan['id']}", cut)
    window.menu("Delete")
    window.toast(UNREACHABLE)
    window.heading(plan["name"])
    assert company.ask("GET", f"/v1/plans/{plan['id']}")["deleted_at"] is None


def test_a_deletion_whose_answer_was_lost_is_done_and_can_be_undone(window: Window, company: Company) -> None:
    plan = company.fresh_plan()
    window.visit(f"/plans/{plan['id']}")
    window.heading(plan["name"])

    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "DELETE" and not lost:
            lost.append(route.request.url)
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    window.page.route(f"**/v1/plans/{plan['id']}", lose)
    window.provoked = {404}
    window.menu("Delete")
    window.answered("POST", f"plans/{plan['id']}/restore", window.button("Undo").click)
    assert company.ask("GET", f"/v1/plans/{plan['id']}")["deleted_at"] is None


@pytest.mark.parametrize("fail", [cut, lambda route: route.fulfill(status=503)], ids=["no network", "503"])
def test_a_session_lives_on_though_it_cannot_be_renewed_at_once(fail: Callable[[Route], None], window: Window) -> None:
    window.provoked = {503}
    window.page.route("**/v1/auth/refresh", fail)
    window.page.reload()
    expect(window.page.get_by_text(UNREACHABLE)).to_be_visible()
    window.page.unroute("**/v1/auth/refresh")
    expect(window.navigation).to_be_visible()


def test_of_many_that_all_fail_none_is_said_to_be_deleted(window: Window, company: Company) -> None:
    plans, page = [company.fresh_plan() for _ in range(2)], window.page

    def of_long_ago(route: Route) -> None:
        asked = json.loads(route.request.post_data or "")
        route.continue_(post_data=json.dumps({**asked, "etags": dict.fromkeys(asked["ids"], '"99"')}))

    window.load("/plans")
    for plan in plans:
        page.get_by_label(f"Select {plan['name']}").check()
    page.route("**/v1/plans/bulk", of_long_ago)
    window.button("Delete").click()
    expect(page.locator("[data-sonner-toast][data-type=error]")).to_be_visible()
    expect(window.button("Undo")).to_have_count(0)
    for plan in plans:
        expect(window.row("Plans", plan["id"])).to_be_visible()


def test_a_form_over_a_list_stays_that_of_its_row(window: Window, company: Company) -> None:
    company.fresh_plan()
    mine = company.fresh_plan()
    window.load("/plans")
    expect(window.row("Plans", mine["id"])).to_be_visible()
    window.page.keyboard.press("j")
    window.page.keyboard.press("e")
    name = window.dialog.get_by_label("Name")
    expect(name).to_have_value(mine["name"])
    name.fill("Half typed")
    window.gone.add(mine["id"])
    company.ask("DELETE", f"/v1/plans/{mine['id']}", if_match='"1"')
    expect(window.page.locator(f"td a[href='/plans/{mine['id']}']"), "the list has changed under the form").to_have_count(0)
    expect(name).to_have_value("Half typed")


def test_a_record_that_cannot_be_fetched_again_stays_with_the_form_over_it(window: Window, company: Company) -> None:
    plan, page = company.fresh_plan(), window.page
    window.visit(f"/plans/{plan['id']}")
    window.button("Edit").click()
    window.dialog.get_by_label("Name").fill("Half typed")
    window.provoked = {503}
    page.route(f"**/v1/plans/{plan['id']}", lambda route: route.fulfill(status=503))
    with page.expect_response(lambda response: response.status == 503):
        company.ask("PATCH", f"/v1/plans/{plan['id']}", {"trial_days": 3}, if_match='"1"')
    page.wait_for_timeout(1500)  # the second try, and what would be shown for it
    expect(window.dialog.get_by_label("Name")).to_have_value("Half typed")


def test_a_box_that_was_unticked_is_sent(window: Window, company: Company) -> None:
    window.visit("/invoices")
    window.button("New invoice").first.click()
    assert company.tenant
    box = window.dialog.get_by_label("Collect")
    expect(box).to_be_checked()
    box.uncheck()
    sent: list[Any] = []
    window.provoked = {422}
    window.page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    window.button("Create").click()
    expect(window.dialog.locator("[aria-invalid=true]").first).to_be_visible()
    assert sent[-1]["collect"] is False


def test_an_amount_is_filtered_by_as_people_write_it(console: Window) -> None:
    console.visit("/invoices", total__gte="500")
    console.page.get_by_role("button", name="Total ≥").click()
    field = console.dialog.get_by_label("Total")
    expect(field).to_have_value("5.00")
    field.fill("1,234.50")
    console.button("Apply").click()
    expect(console.page).to_have_url("/invoices?total__gte=123450")
    expect(console.page.get_by_role("button", name="Total ≥ €1,234.50")).to_be_visible()
    console.page.keyboard.press("Escape")
    console.visit("/invoices", total__gte="123450", currency="HUF")
    console.page.get_by_role("button", name="Total ≥ HUF 1,234.50").click()
    console.dialog.get_by_label("Total").fill("a lot")
    console.button("Apply").click()
    expect(console.dialog.get_by_role("alert")).to_be_visible()
    console.dialog.get_by_role("combobox").select_option("lte")
    console.dialog.get_by_label("Total").fill("2")
    console.button("Apply").click()
    expect(console.page).to_have_url("/invoices?currency=HUF&total__lte=200")


def shown(page: Page, name: str) -> None:
    expect(page.get_by_role("main").get_by_role("button", name=name).first).to_be_visible()


def test_an_address_is_read_as_it_is_meant_and_nonsense_breaks_nothing(console: Window) -> None:
    console.provoked = {400, 422}
    page = console.page
    console.visit("/invoices", due_at__lte="0d", status__ne="open", limit="3", cursor="abc")
    shown(page, "Status is not Open")
    expect(page.get_by_role("button", name="Remove filter")).to_have_count(2)
    page.get_by_role("button", name="Due").first.click()
    expect(console.dialog.get_by_role("textbox").or_(console.dialog.locator("input[type=date]")).first).to_have_value("")
    page.keyboard.press("Escape")
    console.visit("/subscriptions", stuck__isnull="false")
    shown(page, "Stuck is set")
    console.visit("/plans", created_at__gte="2026-99-99")
    shown(page, "2026-99-99")
    page.evaluate("localStorage['columns.plans'] = '{'")
    console.load("/plans")
    console.heading("Plans")
    page.evaluate("delete localStorage['columns.plans']")


def test_what_somebody_else_has_changed_meanwhile_is_not_published_unread(window: Window, company: Company) -> None:
    made = company.ask("POST", "/v1/articles", {"title": company.name("Half-read"), "body": "As it was read."})
    path = f"/v1/articles/{made['id']}"

    def change(route: Route) -> None:
        company.ask("PATCH", path, {"body": "As it is now."}, **{"if-match": f'"{made["version"]}"'})
        route.continue_()

    window.visit(f"/articles/{made['id']}")
    window.heading(made["title"])
    window.page.route(f"**{path}/publish", change)
    window.provoked = {412}
    window.button("Publish").first.click()
    window.toast("changed")
    found = company.ask("GET", path)
    assert (found["status"], found["body"]) == ("draft", "As it is now.")

"""What others do meanwhile is told, without a list jumping under the reader; and what was missed while there was no connection."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, WebSocketRoute, expect

from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.window import Window


def test_another_sessions_changes_are_announced_and_shown_in_place(console: Window, company: Company, admin: Company) -> None:
    plan = company.fresh_plan()
    console.load("/plans")
    row = console.row("Plans", plan["id"])
    expect(row).to_be_visible()
    console.connected()
    before = console.rows("Plans").count()
    renamed = admin.ask("PATCH", f"/v1/plans/{plan['id']}", {"name": admin.name("Renamed")}, if_match='"1"')
    expect(row).to_contain_text(renamed["name"])

    fresh = admin.fresh_plan()
    announced = console.page.get_by_role("main").get_by_role("button", name="1 new, show it")
    expect(announced).to_be_visible()
    expect(console.row("Plans", fresh["id"])).to_have_count(0)
    assert console.rows("Plans").count() == before
    announced.click()
    expect(console.row("Plans", fresh["id"])).to_be_visible()
    expect(announced).to_have_count(0)


def test_what_is_announced_while_a_list_is_on_its_way_is_not_taken_for_seen(console: Window, company: Company, admin: Company) -> None:
    plan = company.fresh_plan()
    fresh = []

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        fresh.append(admin.fresh_plan())
        while not any(fresh[0]["id"] in str(frame) for frame in heard):
            console.page.wait_for_timeout(50)
        route.fulfill(response=answer)

    heard: list[object] = []
    console.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    console.load("/")
    console.connected()
    console.settle()
    console.page.route("**/v1/plans?*", answer_late, times=1)
    console.visit("/plans")
    expect(console.row("Plans", plan["id"])).to_be_visible()
    console.page.get_by_role("main").get_by_role("button", name=re.compile("new, show")).click()  # others' may be among them
    expect(console.row("Plans", fresh[0]["id"])).to_be_visible()


def test_a_lost_connection_is_seen_and_what_was_missed_is_told_afterwards(opened: Callable[..., Window], company: Company) -> None:
    window = opened()
    page = window.page
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**", through)
    window.sign_in(company.colleague("viewer")["email"], PASSWORD)
    seen = company.fresh_plan()
    window.visit("/plans")
    expect(window.row("Plans", seen["id"])).to_be_visible()
    status = page.get_by_role("status").filter(has_text="Live")
    expect(status).to_be_visible()
    page.route("**/v1/realtime/ticket", lambda route: route.fulfill(status=503))
    window.provoked = {503}
    sockets[-1].close()
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    company.fresh_plan()
    page.unroute("**/v1/realtime/ticket")
    expect(status).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name="1 new, show it")).to_be_visible()

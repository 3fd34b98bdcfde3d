"""Another price or quantity in the middle of a life: what is credited, what is charged, when; and that a preview holds."""

import pytest

from functions.invoices.contract import Invoice
from kernel.records import body_of
from tests.integration.subscriptions.lives import instant, invoices, run, settle, subscribe


def test_an_upgrade_credits_what_was_invoiced_and_charges_the_rest_of_the_period(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    change = {"price_id": shop.max}
    preview = shop.ask("POST", f"/v1/subscriptions/{made['id']}/preview-change", change, at="2025-06-16T00:00:00+02:00").body
    assert (preview["direction"], preview["when"], preview["subtotal"]) == ("upgrade", "now", 3000)
    assert len(invoices(made["id"])) == 1
    changed = shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", change, at="2025-06-16T00:00:00+02:00").body
    assert changed["price_id"] == shop.max
    assert invoices(made["id"])[1][:3] == (3000, 570, ["Nicht genutzte Zeit von Pro", "Restlaufzeit von Max"])
    body = body_of(Invoice.fetch(changed["latest_invoice_id"]), "lines")
    assert [line["amount"] for line in body["lines"]] == [-1500, 4500]
    assert [{k: v for k, v in line.items() if k != "id"} for line in preview["lines"]] == [
        {k: v for k, v in line.items() if k != "id"} for line in body["lines"]]


def test_a_change_costs_what_its_preview_said_though_it_is_confirmed_minutes_later(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    path, change = f"/v1/subscriptions/{made['id']}/", {"price_id": shop.max}
    preview = shop.ask("POST", path + "preview-change", change, at="2025-06-15T11:23:00+02:00").body
    held = {**change, "prorate_at": preview["effective_at"]}
    later = "2025-06-15T12:22:00+02:00"
    assert shop.ask("POST", path + "preview-change", change, at=later).body["total"] != preview["total"]
    changed = shop.ask("POST", path + "change", held, at=later).body
    assert Invoice.fetch(changed["latest_invoice_id"]).total == preview["total"]
    settle(made["id"])
    again = shop.ask("POST", path + "change", {"price_id": shop.pro, "when": "now", "prorate_at": "2025-06-15T11:22:00+02:00"}, at=later)
    assert (again.status, again.body["code"]) == (409, "preview_outdated"), "before the change that came after it"


@pytest.mark.parametrize(("previewed", "confirmed"), [
    ("2025-06-15T11:00:00+02:00", "2025-06-15T12:00:01+02:00"), ("2025-06-15T12:00:00+02:00", "2025-06-15T11:59:59+02:00"),
    ("2025-06-30T23:50:00+02:00", "2025-07-01T00:10:00+02:00")], ids=["too old", "of the future", "of a period that has ended"])
def test_a_preview_holds_for_an_hour_of_the_running_period(shop, previewed, confirmed):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    answer = shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.max, "prorate_at": previewed}, at=confirmed)
    assert (answer.status, answer.body["code"]) == (409, "preview_outdated")


def test_a_second_change_credits_the_first_and_nothing_twice(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    path = f"/v1/subscriptions/{made['id']}/change"
    shop.ask("POST", path, {"price_id": shop.max}, at="2025-06-11T00:00:00+02:00")
    settle(made["id"])
    back = shop.ask("POST", path, {"price_id": shop.pro, "when": "now"}, at="2025-06-21T00:00:00+02:00").body
    lines = body_of(Invoice.fetch(back["latest_invoice_id"]), "lines")["lines"]
    assert [line["amount"] for line in lines] == [-3000, 1000]  # 6000 for 20 days of Max, half of it unused; 10 of 30 days of Pro


def test_a_downgrade_waits_for_the_next_period(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", price_id=shop.max, trial_days=0)
    changed = shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.pro}, at="2025-06-11T00:00:00+02:00").body
    assert (changed["price_id"], changed["pending_price_id"]) == (shop.max, shop.pro)
    found = run(made["id"], "2025-07-02T00:00:00Z")
    assert (found.price_id, found.pending_price_id) == (shop.pro, None)
    assert [subtotal for subtotal, *_ in invoices(made["id"])] == [9000, 3000]


def test_another_interval_starts_a_whole_new_period_at_once(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    changed = shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.yearly}, at="2025-06-16T00:00:00+02:00").body
    assert (changed["anchor"], changed["period_end"]) == ("2025-06-15T22:00:00.000000Z", "2026-06-15T22:00:00.000000Z")
    assert invoices(made["id"])[1][0] == 90000 - 1500


def test_in_a_trial_a_change_costs_nothing(shop):
    made = subscribe(shop)
    shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.max}, at="2024-02-05T00:00:00+00:00")
    run(made["id"], "2024-02-15T00:00:00Z")
    assert [subtotal for subtotal, *_ in invoices(made["id"])] == [9000]


def test_a_change_just_after_the_period_s_end_comes_after_the_renewal(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    late = "2025-07-01T00:03:00+02:00"
    preview = shop.ask("POST", f"/v1/subscriptions/{made['id']}/preview-change", {"price_id": shop.max}, at=late)
    assert (preview.status, preview.body["code"]) == (409, "renewal_due")
    answer = shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.max}, at=late)
    assert (answer.status, answer.body["code"]) == (409, "invoice_open")  # of the period that has just begun
    settle(made["id"])
    assert shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.max}, at=late).status == 200
    assert run(made["id"], "2025-07-20T00:00:00Z").period_end == instant("2025-08-01T00:00:00+02:00")
    assert [subtotal for subtotal, *_ in invoices(made["id"])] == [3000, 3000, 5999]  # the rest of 90 less the rest of 30, each rounded


def test_a_change_that_was_agreed_on_holds_after_a_pause(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", price_id=shop.max, trial_days=0)
    path = f"/v1/subscriptions/{made['id']}"
    shop.ask("POST", path + "/change", {"price_id": shop.pro}, at="2025-06-11T00:00:00+02:00")
    shop.ask("POST", path + "/pause", {}, at="2025-06-12T00:00:00+02:00")
    resumed = shop.ask("POST", path + "/resume", {}, at="2025-08-01T00:00:00+02:00").body
    assert (resumed["price_id"], resumed["pending_price_id"], resumed["status"]) == (shop.pro, None, "active")
    assert [subtotal for subtotal, *_ in invoices(made["id"])] == [9000, 3000]

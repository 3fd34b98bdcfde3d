"""What a change or a cancellation gives back when money of the invoices behind it has gone back, also of those whose money was carried over."""

import pytest

from functions.invoices.contract import Invoice
from functions.subscriptions.models import Subscription
from functions.subscriptions.rules import behind
from kernel.records import body_of
from tests.integration.subscriptions.lives import settle, subscribe, went_back

FIRST, CHANGE = 3570, 6902  # 30.00 of Pro on 1 June; on 2 June −29.00 of it and 87.00 of Max; with tax


def changed(shop, id, price, day, **more):
    """The change is made and its invoice paid; the id of that."""
    answer = shop.ask("POST", f"/v1/subscriptions/{id}/change", {"price_id": price, "when": "now"} | more, at=f"2025-06-{day:02}T00:00:00+02:00")
    assert answer.status == 200, answer.body
    settle(id)
    return answer.body["latest_invoice_id"]


def bought(shop, price):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", price_id=price, trial_days=0)
    settle(made["id"])
    return made["id"], made["latest_invoice_id"]


def credited(shop, id, day):
    """What ending it on that day in June gives back, before tax."""
    before = Subscription.fetch(id).latest_invoice_id
    body = {"when": "now", "credit": True}
    ended = shop.ask("POST", f"/v1/subscriptions/{id}/cancel", body, at=f"2025-06-{day:02}T00:00:00+02:00").body
    last = ended["latest_invoice_id"]
    return -sum(line["amount"] for line in body_of(Invoice.fetch(last), "lines")["lines"]) if last != before else 0


@pytest.mark.parametrize(("first", "change", "expected"), [
    (0, 0, 4500), (0, CHANGE, 1500), (FIRST, 0, 3000), (FIRST, CHANGE, 0), (0, CHANGE // 2, 3000), (FIRST // 2, 0, 3750)])
@pytest.mark.parametrize("how", ["refunded", "charged_back"])
def test_after_an_upgrade_each_of_the_two_invoices_counts_for_what_it_brought(shop, how, first, change, expected):
    id, bought_with = bought(shop, shop.pro)
    upgraded_with = changed(shop, id, shop.max, 2)
    assert [Invoice.fetch(each).total for each in (bought_with, upgraded_with)] == [FIRST, CHANGE]
    went_back(bought_with, **{how: first})
    went_back(upgraded_with, **{how: change})
    assert credited(shop, id, 16) == expected


@pytest.mark.parametrize(("lost", "expected"), [((), 4500), ((0,), 3000), ((1,), 3000), ((2,), 3000), ((0, 1, 2), 0)])
def test_after_several_upgrades_in_a_row_the_first_invoice_still_counts(shop, lost, expected):
    """30.00 are added each time, and then the plan changes: behind a third of the last line is each of the three invoices."""
    id, first = bought(shop, shop.pro)
    paid_with = [first, changed(shop, id, shop.pro, 1, quantity=2), changed(shop, id, shop.pro, 1, quantity=3)]
    midway = changed(shop, id, shop.max, 16, quantity=1)  # of the same price
    assert Invoice.fetch(midway).total == 0
    for n in lost:
        went_back(paid_with[n], refunded=FIRST)
    assert credited(shop, id, 16) == expected
    assert Subscription.fetch(id).covered == []


@pytest.mark.parametrize(("lost", "expected"), [(0, 1500), (1071, 1050), (3570, 0), (10710, 0)])
def test_after_a_downgrade_what_became_balance_is_not_credited_again(shop, lost, expected):
    """90.00 of Max, and −87.00 and 29.00 of Pro on the next day: 58.00 became balance, whatever goes back of the first invoice later."""
    id, first = bought(shop, shop.max)
    back = changed(shop, id, shop.pro, 2)
    assert Invoice.fetch(back).credit_to_balance == 6902
    went_back(first, refunded=lost)
    assert credited(shop, id, 16) == expected


def test_what_went_back_before_a_change_is_not_taken_off_again_after_it(shop):
    id, first = bought(shop, shop.pro)
    went_back(first, refunded=FIRST // 2)
    upgrade = changed(shop, id, shop.max, 2)
    assert Invoice.fetch(upgrade).subtotal == 8700 - 1450
    went_back(upgrade, refunded=Invoice.fetch(upgrade).total)
    assert credited(shop, id, 16) == 750


def test_the_money_of_before_is_still_there_when_the_invoice_of_the_change_was_voided(shop):
    id, _ = bought(shop, shop.pro)
    shop.ask("POST", f"/v1/subscriptions/{id}/change", {"price_id": shop.max}, at="2025-06-02T00:00:00+02:00")
    settle(id, "void")
    assert credited(shop, id, 16) == 1500


def test_what_was_billed_before_its_money_was_kept_with_it_counts_by_its_own_invoice(shop):
    id, first = bought(shop, shop.pro)
    subscription = Subscription.fetch(id)
    del subscription.covered[0]["behind"]
    subscription.save()
    went_back(first, refunded=FIRST // 2)
    assert credited(shop, id, 16) == 750


def test_of_many_changes_in_one_period_those_are_looked_at_that_brought_most(shop, monkeypatch):
    monkeypatch.setattr(behind, "LOOKED_AT", 2)
    id, _ = bought(shop, shop.pro)
    for quantity in range(2, 7):
        last = changed(shop, id, shop.pro, 1, quantity=quantity)
    found = Subscription.fetch(id).covered[0]
    assert (len(found["behind"]), sum(each["amount"] for each in found["behind"]), found["amount"]) == (4, 18000, 18000)
    went_back(last, refunded=Invoice.fetch(last).total)
    assert credited(shop, id, 16) == 7500

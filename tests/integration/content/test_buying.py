"""How content is bought, paid, renewed, refunded and fetched, and what each sale brings whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from fractions import Fraction
from itertools import permutations

import pytest

from functions.content import billing, buying
from functions.content.models import Buy, Entitlement
from functions.invoices.models import Invoice
from kernel.audit import Actor
from kernel.problems import Conflict
from tests.callers import ask
from tests.conftest import AT
from tests.integration.content.conftest import GUIDE, MONTHLY, ONCE, PRICE, fail, refund, status

MARCH, APRIL = "2026-02-28T12:00:00Z", "2026-03-31T12:00:00Z"  # ends of the first two periods from 31 January on


@pytest.fixture
def guide(shop):
    return shop.published(**ONCE)


@pytest.fixture
def paper(shop):
    """Something monthly that has been bought and paid."""
    entitlement = shop.bought(shop.published(**MONTHLY))
    shop.pay(entitlement["invoice_id"])
    return entitlement["id"]


def test_what_is_free_is_there_at_once_and_makes_no_invoice(shop):
    found = shop.bought(shop.published())
    assert (found["status"], found["invoice_id"], found["price"]) == ("active", None, None)
    assert shop.done("GET", "/v1/invoices")["data"] == []


def test_what_costs_is_an_invoice_line_and_is_there_once_that_is_paid(shop, guide):
    found = shop.bought(guide)
    assert (found["status"], found["price"]) == ("pending", PRICE)
    bill = shop.done("GET", f"/v1/invoices/{found['invoice_id']}/lines")
    assert [(line["description"], line["amount"]) for line in bill["lines"]] == [("Guide", 999)]
    assert bill["total"] == 1189
    fetch = f"/v1/content/entitlements/{found['id']}/download"
    assert shop.ask("POST", fetch).body["code"] == "entitlement_state"
    shop.pay(found["invoice_id"])
    assert status(shop, found["id"]) == "active"
    assert shop.ask("POST", fetch).status == 200
    later = shop.done("PATCH", f"/v1/content/{guide}", {"price": 5000, "creator_share": 0})
    assert later["price"]["amount"] == 5000
    assert shop.entitlement(found["id"])["price"] == PRICE


def test_the_draft_of_a_sale_finalizes_itself(shop, guide):
    assert Invoice.fetch(shop.bought(guide)["invoice_id"]).next_action_at == AT


def test_a_link_is_short_lived_says_what_it_is_and_is_counted(shop):
    id = shop.bought(shop.published())["id"]
    link = [shop.done("POST", f"/v1/content/entitlements/{id}/download") for _ in range(2)][1]
    assert "X-Amz-Expires=120" in link["url"]
    assert "guide.pdf" in link["url"]
    assert shop.entitlement(id)["downloads"] == 2


@pytest.mark.parametrize(("body", "invoices"), [(ONCE, 1), (GUIDE, 0)])
def test_it_is_bought_once_and_the_refusal_names_it(shop, body, invoices):
    id = shop.published(**body)
    first = shop.bought(id)
    again = shop.ask("POST", f"/v1/content/{id}/buy", {"tenant_id": shop.tenant})
    assert (again.status, again.body["code"], again.body["entitlement_id"]) == (409, "already_bought", first["id"])
    assert len(shop.done("GET", "/v1/invoices")["data"]) == invoices


@pytest.mark.usefixtures("racing")
def test_of_many_who_buy_at_once_one_gets_it_and_one_invoice_is_made(shop, guide):
    def buy(n):
        try:
            return buying.buy(guide, Buy(tenant_id=shop.tenant), actor=Actor(id=f"stf_{n}"), at=AT).id
        except Conflict as refused:
            return refused.context["entitlement_id"]

    with ThreadPoolExecutor(8) as threads:
        told = set(threads.map(buy, range(12)))
    assert [{each["id"]} for each in shop.done("GET", "/v1/content/entitlements")["data"]] == [told]
    assert len(shop.done("GET", "/v1/invoices")["data"]) == 1


def test_what_came_to_nothing_can_be_bought_again(shop, guide):
    first = shop.bought(guide)
    shop.ask("DELETE", f"/v1/invoices/{first['invoice_id']}")
    second = shop.bought(guide)
    assert status(shop, first["id"]) == "canceled"
    shop.done("POST", f"/v1/invoices/{second['invoice_id']}/finalize")
    shop.done("POST", f"/v1/invoices/{second['invoice_id']}/void", {"reason": "mistake"})
    shop.tell(second["invoice_id"])
    assert status(shop, second["id"]) == "canceled"
    assert shop.bought(guide)["status"] == "pending"


@pytest.mark.parametrize(("tenant", "code"), [({"currency": "USD"}, "invalid"), (None, "unknown_reference")])
def test_who_cannot_be_billed_for_it_does_not_get_it(shop, guide, tenant, code):
    id = shop.made("/v1/tenants", {"name": "Other", "email": "o@other.test"} | tenant) if tenant else "ten_none"
    answer = shop.ask("POST", f"/v1/content/{guide}/buy", {"tenant_id": id})
    assert (answer.status, answer.body["errors"][0]["code"]) == (422, code)
    assert shop.ask("POST", "/v1/content/cnt_none/buy", {"tenant_id": shop.tenant}).status == 404


def test_a_sale_is_shared_to_the_last_cent_and_summed(shop, guide):
    shop.pay(shop.bought(guide)["invoice_id"])
    found = shop.done("GET", f"/v1/content/{guide}/earnings")
    [sale] = found["sales"]
    assert (sale["amount"], sale["creator"], sale["fee"]) == (999, 699, 300)
    assert found["totals"] == [{"currency": "EUR", "sales": 1, "amount": 999, "creator": 699, "fee": 300, "reversed": 0}]


def test_refunds_take_both_shares_back_in_proportion_and_the_last_revokes(shop, guide):
    bought = shop.bought(guide)
    invoice = bought["invoice_id"]
    shop.pay(invoice)
    for part, state in ((400, "active"), (789, "revoked")):
        refund(invoice, part)
        shop.tell(invoice)
        shop.tell(invoice)
        assert status(shop, bought["id"]) == state
        [sale] = shop.done("GET", f"/v1/content/{guide}/earnings")["sales"]
        gone = sale["creator_reversed"] + sale["fee_reversed"]
        assert abs(gone - 999 * (1 - billing.standing(invoice).kept)) <= Fraction(1, 2)
    [total] = shop.done("GET", f"/v1/content/{guide}/earnings")["totals"]
    assert (total["creator"], total["fee"], total["reversed"], total["amount"]) == (0, 0, 999, 999)
    assert shop.ask("POST", f"/v1/content/entitlements/{bought['id']}/download").body["code"] == "entitlement_state"


def test_news_of_an_invoice_may_come_in_any_order_and_any_number_of_times(shop, guide):
    bought = shop.bought(guide)
    invoice = bought["invoice_id"]
    shop.done("POST", f"/v1/invoices/{invoice}/finalize")
    fail(invoice)
    shop.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"})
    refund(invoice, 400)
    for order in permutations((True, False, False)):
        for failed in order * 2:
            billing.heard(invoice, failed=failed, actor=Actor(id="system:content"), at=AT)
    assert (status(shop, bought["id"]), Entitlement.fetch(bought["id"]).version) == ("active", 2)
    [total] = shop.done("GET", f"/v1/content/{guide}/earnings")["totals"]
    assert (total["sales"], total["creator"] + total["fee"] + total["reversed"]) == (1, 999)
    refund(invoice, -400)  # it failed after all
    shop.tell(invoice)
    [total] = shop.done("GET", f"/v1/content/{guide}/earnings")["totals"]
    assert (total["creator"] + total["fee"], total["reversed"]) == (999, 0)


def test_what_recurs_is_billed_once_a_period_and_never_two_at_a_time(shop, paper):
    first = shop.entitlement(paper)
    assert first["period_end"].startswith("2026-02-28")
    for _ in range(3):
        shop.time(paper, APRIL)
    second = shop.entitlement(paper)
    assert (second["period_start"], second["period_end"][:10]) == (first["period_end"], "2026-03-31")
    assert second["invoice_id"] != first["invoice_id"]
    assert len(shop.done("GET", "/v1/invoices")["data"]) == 2
    shop.pay(second["invoice_id"])
    shop.time(paper, APRIL)
    assert len(shop.done("GET", "/v1/invoices")["data"]) == 3


def test_a_period_in_dunning_pauses_and_ends_or_goes_on_with_a_new_one(shop, paper):
    shop.time(paper, MARCH)
    invoice = shop.entitlement(paper)["invoice_id"]
    shop.done("POST", f"/v1/invoices/{invoice}/finalize")
    fail(invoice)
    shop.tell(invoice)
    assert (status(shop, paper), shop.entitlement(paper)["next_action_at"]) == ("paused", None)
    assert shop.ask("POST", f"/v1/content/entitlements/{paper}/download").status == 409
    late = datetime.fromisoformat("2026-05-10T12:00:00+00:00")
    shop.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"})
    billing.heard(invoice, failed=False, actor=Actor(id="system:content"), at=late)
    assert status(shop, paper) == "active"
    shop.time(paper, "2026-05-10T12:05:00Z")
    third = shop.entitlement(paper)
    assert (third["period_start"][:10], third["period_end"][:10]) == ("2026-05-10", "2026-06-10")
    shop.done("POST", f"/v1/invoices/{third['invoice_id']}/finalize")
    shop.done("POST", f"/v1/invoices/{third['invoice_id']}/mark-uncollectible", {"reason": "gone"})
    shop.tell(third["invoice_id"])
    assert (status(shop, paper), shop.entitlement(paper)["next_action_at"]) == ("ended", None)


def test_what_is_canceled_ends_with_its_period(shop, paper, guide):
    cancel = f"/v1/content/entitlements/{paper}/cancel"
    assert shop.done("POST", cancel)["status"] == "active"
    assert shop.ask("POST", cancel).status == 409
    shop.time(paper, MARCH)
    assert status(shop, paper) == "ended"
    assert len(shop.done("GET", "/v1/invoices")["data"]) == 1
    once = shop.bought(guide)["id"]
    assert shop.ask("POST", f"/v1/content/entitlements/{once}/cancel").body["code"] == "not_recurring"


def test_a_tenant_that_leaves_or_is_suspended_fetches_nothing(shop, paper):
    shop.activate()
    shop.done("POST", f"/v1/tenants/{shop.tenant}/suspend", {"reason": "owes"})
    assert shop.ask("POST", f"/v1/content/entitlements/{paper}/download").body["code"] == "tenant_closed"
    shop.done("POST", f"/v1/tenants/{shop.tenant}/offboard", {"reason": "gone"})
    shop.tell(shop.tenant)
    assert status(shop, paper) == "ended"


def test_a_tenant_that_has_left_is_billed_for_nothing_more_whatever_was_told(shop, paper):
    shop.done("POST", f"/v1/tenants/{shop.tenant}/offboard", {"reason": "left"})
    shop.time(paper, APRIL)
    assert (status(shop, paper), len(shop.done("GET", "/v1/invoices")["data"])) == ("ended", 1)


def test_what_was_bought_anew_is_not_there_twice_when_the_first_is_paid_after_all(shop):
    content = shop.published(**MONTHLY)
    first = shop.bought(content)
    shop.done("POST", f"/v1/invoices/{first['invoice_id']}/finalize")
    shop.done("POST", f"/v1/invoices/{first['invoice_id']}/mark-uncollectible", {"reason": "gone"})
    shop.tell(first["invoice_id"])
    second = shop.bought(content)
    shop.done("POST", f"/v1/invoices/{first['invoice_id']}/mark-paid", {"reason": "late"})
    for _ in range(2):
        shop.tell(first["invoice_id"])
    shop.pay(second["invoice_id"])
    assert (status(shop, first["id"]), status(shop, second["id"])) == ("canceled", "active")
    assert len(shop.done("GET", f"/v1/content/{content}/earnings")["sales"]) == 2


def test_a_tenants_key_fetches_what_is_its_own_and_buys_nothing(shop):
    from tests.integration.isolation.customers import powerful_key

    id, other = shop.published(), shop.made("/v1/tenants", {"name": "Other", "email": "o@other.test"})
    mine, headers = shop.bought(id)["id"], {"authorization": f"Bearer {powerful_key(shop.tenant)}"}
    theirs = shop.done("POST", f"/v1/content/{id}/buy", {"tenant_id": other})["id"]
    api = shop.handlers["content"]
    assert [each["id"] for each in ask(api, "GET", "/v1/content/entitlements", headers=headers).body["data"]] == [mine]
    assert ask(api, "POST", f"/v1/content/entitlements/{mine}/download", headers=headers).status == 200
    assert ask(api, "POST", f"/v1/content/entitlements/{theirs}/download", headers=headers).status == 404
    assert ask(api, "POST", f"/v1/content/{id}/buy", {"tenant_id": shop.tenant}, headers=headers).status == 403
    assert ask(api, "GET", f"/v1/content/{id}", headers=headers).status == 403


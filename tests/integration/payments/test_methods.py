"""Payment methods: one customer per tenant, one default, nothing of a card but what may be shown."""

import pytest

from functions.payments.contract import has_method
from functions.payments.models import Payer, PaymentMethod, PaymentMethodCreate
from functions.payments.service import methods
from kernel.audit import Actor
from kernel.problems import Conflict
from tests.callers import signed_in
from tests.integration.payments.company import AT, Crash, envelope, killed_at, story, together

PATH = "/v1/payment-methods"


def customers(company) -> int:
    return len(company.events("customer.created"))


def test_a_card_is_saved_and_shown_by_its_last_digits(company):
    card = company.card("pm_card_mastercard")
    assert (card["brand"], card["last4"], card["exp_month"], card["exp_year"], card["is_default"]) == ("mastercard", "4444", 12, 2040, True)
    assert company.ask("GET", f"{PATH}/{card['id']}").body == card
    customer = company.stripe.customers.retrieve(card["gateway_customer_id"])
    assert (customer.name, customer.email, customer.metadata["tenant_id"]) == ("Acme", "pay@acme.test", company.tenant)
    assert story(card["id"]) == ["method_added"]


def test_the_newest_card_is_the_default_until_another_is_chosen(company):
    first, second = company.card(), company.card("pm_card_amex")
    other = company.card(tenant=company.new_tenant())

    def defaults():
        found = company.ask("GET", PATH, tenant_id=company.tenant).body["data"]
        return {card["id"]: card["is_default"] for card in found}

    assert defaults() == {first["id"]: False, second["id"]: True}
    assert company.ask("POST", f"{PATH}/{first['id']}/default").body["is_default"]
    assert defaults() == {first["id"]: True, second["id"]: False}
    assert company.ask("POST", f"{PATH}/{first['id']}/default").status == 409
    assert story(first["id"]) == ["method_added", "method_changed", "method_added"]
    assert company.ask("GET", f"{PATH}/{other['id']}").body["is_default"]
    assert customers(company) == 2


def test_a_removed_card_is_detached_and_the_newest_of_the_others_takes_its_place(company):
    first, second = company.card(), company.card()
    assert company.ask("DELETE", f"{PATH}/{second['id']}").status == 204
    removed = envelope("payments.method_removed", {"tenant_id": company.tenant}, subject=second["id"])
    assert [company.deliver(removed), company.deliver(removed)] == [{"batchItemFailures": []}] * 2
    assert company.stripe.payment_methods.list({"customer": first["gateway_customer_id"]}).data[0].id == first["gateway_method_id"]
    assert company.ask("GET", f"{PATH}/{first['id']}").body["is_default"]
    assert company.ask("DELETE", f"{PATH}/{first['id']}").status == 204
    assert not has_method(company.tenant)
    assert company.ask("DELETE", f"{PATH}/{first['id']}").status == 404
    assert company.ask("GET", PATH, tenant_id=company.tenant).body["data"] == []


def test_a_removal_that_is_refused_or_interrupted_leaves_the_card_where_it_is(company):
    card = company.card()
    assert company.ask("DELETE", f"{PATH}/{card['id']}", headers={"if-match": '"99"'}).status == 412
    with killed_at(methods, "commit", after=False), pytest.raises(Crash):
        company.ask("DELETE", f"{PATH}/{card['id']}")
    company.deliver(envelope("payments.method_removed", {"tenant_id": company.tenant}, subject=card["id"]))
    assert company.charged().status == "succeeded"
    assert company.ask("DELETE", f"{PATH}/{card['id']}").status == 204


def test_a_card_is_removed_while_the_gateway_is_silent_and_detached_when_the_message_comes_again(company, one_try, monkeypatch):
    card, path = company.card(), f"/v1/gateways/{company.gateway}"
    with monkeypatch.context() as unreachable:
        unreachable.setenv("STRIPE_API_BASE", "http://127.0.0.1:1")
        company.ask("PATCH", path, {"secret_key": "sk_test_another"}, headers={"if-match": '"1"'})
        assert company.ask("DELETE", f"{PATH}/{card['id']}").status == 204
        removed = envelope("payments.method_removed", {"tenant_id": company.tenant}, subject=card["id"])
        assert company.deliver(removed) == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    company.ask("PATCH", path, {"secret_key": "sk_test_the_first"}, headers={"if-match": '"2"'})
    assert company.deliver(removed, attempt=2) == {"batchItemFailures": []}
    assert company.stripe.payment_methods.list({"customer": card["gateway_customer_id"]}).data == []


def test_the_same_token_again_is_the_same_method(company):
    token = company.stripe.payment_methods.create({"type": "card", "card": {"number": "4242424242424242"}}).id
    assert company.card(token) == company.card(token)
    assert len(company.ask("GET", PATH, tenant_id=company.tenant).body["data"]) == 1


def test_cards_saved_at_the_same_moment_belong_to_one_customer_and_one_is_the_default(company, isolated):
    body = PaymentMethodCreate(tenant_id=company.tenant, token="pm_card_visa")
    done = together(lambda: methods.add(body, actor=Actor(id="stf_1"), at=AT), 3)
    made = [card for card in done if isinstance(card, PaymentMethod)]
    assert made and {type(refused) for refused in done if refused not in made} <= {Conflict}
    assert customers(company) == 1
    found = company.ask("GET", PATH, tenant_id=company.tenant).body["data"]
    payer = Payer.of(company.tenant)
    assert sorted(payer.methods) == sorted(card["id"] for card in found) == sorted(card.id for card in made)
    assert [card["id"] for card in found if card["is_default"]] == [payer.default_method_id]


def test_a_card_that_the_bank_refused_makes_no_second_customer_next_time(company):
    refused = company.ask("POST", PATH, {"tenant_id": company.tenant, "token": "pm_card_chargeDeclined"})
    assert (refused.status, refused.body["code"], refused.body["errors"][0]["field"]) == (422, "generic_decline", "token")
    assert not has_method(company.tenant)
    company.card()
    assert customers(company) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_between_customer_and_card_makes_no_second_customer(company, after):
    with killed_at(methods, "commit", after=after), pytest.raises(Crash):
        company.card()
    company.ask("PATCH", f"/v1/tenants/{company.tenant}", {"name": "Acme Ltd"})
    company.card()
    assert customers(company) == 1


BAD = [
    ({"token": "pm_unknown"}, "token"), ({"token": "4242424242424242"}, "token"), ({"token": 1}, "token"), ({"token": None}, "token"),
    ({"tenant_id": "ten_01HNBQ0000000000000000000X"}, "tenant_id"), ({"card": "4242"}, "card")]


def test_a_bad_method_is_refused_and_the_field_named(company):
    for change, field in BAD:
        answer = company.ask("POST", PATH, {"tenant_id": company.tenant, "token": "pm_card_visa"} | change)
        assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert company.ask("GET", PATH).body["data"] == []


def test_without_a_gateway_or_with_one_that_is_off_no_card_is_saved(company):
    company.ask("POST", f"/v1/gateways/{company.gateway}/deactivate")
    answer = company.ask("POST", PATH, {"tenant_id": company.tenant, "token": "pm_card_visa"})
    assert (answer.status, answer.body["code"]) == (409, "gateway_inactive")


def test_keys_that_the_gateway_refuses_are_told_and_nothing_is_saved(company):
    company.ask("PATCH", f"/v1/gateways/{company.gateway}", {"secret_key": "no-key-at-all"}, headers={"if-match": '"1"'})
    answer = company.ask("POST", PATH, {"tenant_id": company.tenant, "token": "pm_card_visa"})
    assert (answer.status, answer.body["code"]) == (409, "gateway_keys_refused")
    assert company.ask("GET", PATH).body["data"] == []


def test_a_gateway_that_does_not_answer_is_a_503_and_nothing_is_saved(company, one_try, monkeypatch):
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:1")
    answer = company.ask("POST", PATH, {"tenant_id": company.tenant, "token": "pm_card_visa"})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert not has_method(company.tenant)


def test_a_viewer_may_look_and_not_touch(company):
    card, company.headers = company.card(), signed_in("viewer")
    assert company.ask("GET", f"{PATH}/{card['id']}").status == 200
    assert company.ask("POST", PATH, {"nonsense": 1}).status == 403
    assert company.ask("DELETE", f"{PATH}/{card['id']}").status == 403

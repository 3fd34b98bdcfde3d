"""Issuers and tax rates over HTTP, and what other features read of them."""

import pytest

from functions.settings.api import handler
from functions.settings.contract import issuer, tax_rates
from kernel.problems import NotFound, Refused
from tests.callers import ask, signed_in

pytestmark = pytest.mark.usefixtures("aws")
ISSUERS, RATES = "/v1/settings/issuers", "/v1/settings/tax-rates"
ACME = {
    "name": "Acme Software GmbH", "email": "billing@acme.test", "vat_id": "DE 136695976",
    "address": {"line1": "Lindenstr. 1", "postal_code": "10969", "city": "Berlin", "country": "DE"},
    "bank": {"name": "Commerzbank", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX"},
    "zone": "Europe/Berlin", "language": "de", "dunning_days": [3, 7], "branding": {"accent": "#0f766e", "footer": "Made in Berlin"}}


@pytest.fixture
def acme(owner):
    answer = ask(handler, "POST", ISSUERS, ACME, headers=owner)
    assert answer.status == 201, answer.body
    return answer.body


def test_the_first_issuer_is_the_default_and_read_by_others_as_it_was_made(acme):
    found = issuer()
    assert found == issuer(acme["id"])
    assert (acme["is_default"], found.name, found.dunning_days, found.zone) == (True, "Acme Software GmbH", (3, 7), "Europe/Berlin")
    assert (found.vat_id, found.bank["iban"]) == ("DE136695976", "DE89370400440532013000")
    assert (found.currency, found.number_prefix, found.payment_terms_days, found.prices_include_tax) == ("EUR", "INV", 14, False)
    assert found.branding == {"accent": "#0f766e", "footer": "Made in Berlin"}


def test_without_an_issuer_others_are_told_what_is_missing():
    with pytest.raises(Refused) as refused:
        issuer()
    assert refused.value.code == "issuer_missing"
    with pytest.raises(NotFound):
        issuer("set_unknown")


def test_another_issuer_takes_the_place_of_the_default_only_when_told_to(acme, owner):
    other = ask(handler, "POST", ISSUERS, ACME | {"name": "Acme Inc"}, headers=owner).body
    assert (other["is_default"], issuer().id) == (False, acme["id"])
    for _ in range(2):  # the second time nothing is left to do
        moved = ask(handler, "POST", f"{ISSUERS}/{other['id']}/make-default", headers=owner)
        assert (moved.status, moved.body["is_default"], moved.body["version"]) == (200, True, 2)
    assert issuer().id == other["id"]
    assert [each["is_default"] for each in ask(handler, "GET", ISSUERS, headers=owner, sort="created_at").body["data"]] == [False, True]


def test_a_change_touches_only_what_is_sent(acme, owner):
    path = f"{ISSUERS}/{acme['id']}"
    changed = ask(handler, "PATCH", path, {"address": {"city": "Potsdam"}, "vat_id": None, "dunning_days": []}, headers=owner)
    assert (changed.status, changed.body["address"]) == (200, acme["address"] | {"city": "Potsdam"})
    assert (changed.body["vat_id"], changed.body["dunning_days"], changed.body["name"]) == (None, [], acme["name"])
    assert ask(handler, "PATCH", path, {"name": "B"}, headers=owner | {"if-match": '"1"'}).status == 412
    assert ask(handler, "PATCH", path, {}, headers=owner).body["code"] == "empty_patch"
    types = [entry["type"] for entry in ask(handler, "GET", path + "/timeline", headers=owner).body["data"]]
    assert types == ["settings.issuer_created", "settings.issuer_updated"]


@pytest.mark.parametrize(("change", "field"), [
    ({"name": ""}, "name"), ({"email": "nobody"}, "email"), ({"colour": 1}, "colour"), ({"zone": "Mars/Olympus"}, "zone"),
    ({"currency": "XXQ"}, "currency"), ({"bank": {"iban": "DE89370400440532013001"}}, "bank.iban"), ({"bank": {"bic": "COBA"}}, "bank.bic"),
    ({"vat_id": "DE136695977"}, "vat_id"), ({"vat_id": "136695976"}, "vat_id"),
    ({"vat_id": "FR40303265045"}, "vat_id"), ({"address": {"city": "Bonn"}}, "address.country"),
    ({"branding": {"accent": "red"}}, "branding.accent"), ({"branding": {"footer": "x" * 201}}, "branding.footer"),
    ({"dunning_days": [7, 3]}, "dunning_days"), ({"dunning_days": [3, 3]}, "dunning_days"), ({"dunning_days": [0]}, "dunning_days.0"),
    ({"payment_terms_days": -1}, "payment_terms_days"), ({"payment_terms_days": "14"}, "payment_terms_days"),
    ({"number_prefix": "inv 2"}, "number_prefix"), ({"website": "javascript:alert(1)"}, "website"),
    ({"prices_include_tax": "yes"}, "prices_include_tax"), ({"is_default": True}, "is_default")])
def test_a_bad_issuer_is_refused_and_the_field_named(owner, change, field):
    answer = ask(handler, "POST", ISSUERS, ACME | change, headers=owner)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert ask(handler, "GET", ISSUERS, headers=owner).body["data"] == []


def test_a_country_has_one_rate(owner):
    made = ask(handler, "POST", RATES, {"country": "DE", "percent": "19.0"}, headers=owner)
    assert (made.status, made.body["percent"], made.headers["Location"]) == (201, "19", f"{RATES}/{made.body['id']}")
    taken = ask(handler, "POST", RATES, {"country": "DE", "percent": "16"}, headers=owner)
    assert (taken.status, taken.body["code"]) == (409, "country_taken")
    changed = ask(handler, "PATCH", f"{RATES}/{made.body['id']}", {"percent": "16"}, headers=owner)
    assert (changed.status, tax_rates()) == (200, {"DE": "16"})


def test_a_deleted_rate_frees_its_country_as_often_as_needed(owner):
    for percent in ("19", "16", "7.5"):
        rate = ask(handler, "POST", RATES, {"country": "DE", "percent": percent}, headers=owner)
        assert (rate.status, tax_rates()) == (201, {"DE": percent})
        assert ask(handler, "DELETE", f"{RATES}/{rate.body['id']}", headers=owner).status == 204
        assert ask(handler, "DELETE", f"{RATES}/{rate.body['id']}", headers=owner).status == 404
    assert tax_rates() == {}


@pytest.mark.parametrize(("change", "field"), [
    ({"country": "de"}, "country"), ({"country": "DEU"}, "country"), ({"percent": "-1"}, "percent"), ({"percent": 19}, "percent"),
    ({"percent": "101"}, "percent"), ({"percent": "1e1"}, "percent"), ({"rate": "19"}, "rate")])
def test_a_bad_rate_is_refused_and_the_field_named(owner, change, field):
    answer = ask(handler, "POST", RATES, {"country": "DE", "percent": "19"} | change, headers=owner)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert tax_rates() == {}


def test_only_those_who_may_change_settings(acme, owner):
    for role, status in (("viewer", 403), ("support", 403), ("billing", 200)):
        assert ask(handler, "PATCH", f"{ISSUERS}/{acme['id']}", {"name": "B"}, headers=signed_in(role)).status == status
    assert ask(handler, "GET", ISSUERS, headers=signed_in("viewer")).status == 200


def test_what_does_not_exist_is_not_found(owner):
    assert ask(handler, "PATCH", f"{ISSUERS}/set_1", {"name": "B"}, headers=owner).status == 404
    assert ask(handler, "POST", f"{ISSUERS}/set_1/make-default", headers=owner).status == 404
    assert ask(handler, "PATCH", f"{RATES}/tax_1", {"percent": "1"}, headers=owner).status == 404

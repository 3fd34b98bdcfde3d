"""Gateways over HTTP: their secrets go in and never come out, one is the default, and each change needs the version that was read."""

import json

import pytest

from functions.payments import gateways as adapters
from functions.payments.models import Gateway, GatewayStatus
from kernel import audit, dynamodb
from kernel.config import aws, setting
from tests.integration.payments.company import KEYS, SECRET, story

PATH = "/v1/gateways"


def patch(company, id, body, version=1):
    return company.ask("PATCH", f"{PATH}/{id}", body, headers={"if-match": f'"{version}"'})


def test_secrets_are_in_secrets_manager_and_nowhere_else(company):
    patch(company, company.gateway, {"secret_key": "sk_test_the_second"})
    assert adapters.read_secrets(company.gateway, Gateway.fetch(company.gateway).secrets_version) == {
        "secret_key": "sk_test_the_second", "webhook_secret": SECRET}
    shown = [company.ask("GET", f"{PATH}/{company.gateway}").body, company.ask("GET", PATH).body,
             company.ask("GET", f"{PATH}/{company.gateway}/timeline").body, audit.timeline(company.gateway),
             dynamodb.client().scan(TableName=Gateway.table())["Items"]]
    assert not any(secret in json.dumps(shown) for secret in ("sk_test_the", SECRET))
    assert story(company.gateway) == ["gateway_changed", "gateway_changed"]


def test_the_first_gateway_is_the_default_until_another_takes_over(company):
    second = company.made(PATH, KEYS | {"name": "Second"})
    assert (company.ask("GET", f"{PATH}/{company.gateway}").body["is_default"], second["is_default"]) == (True, False)
    assert patch(company, second["id"], {"is_default": True}).body["is_default"]
    assert not company.ask("GET", f"{PATH}/{company.gateway}").body["is_default"]
    third = company.made(PATH, KEYS | {"name": "Third", "is_default": True})
    found = {gateway["id"]: gateway["is_default"] for gateway in company.ask("GET", PATH).body["data"]}
    assert [id for id, default in found.items() if default] == [third["id"]]
    answer = patch(company, third["id"], {"is_default": False})
    assert (answer.status, answer.body["code"]) == (409, "default_gateway")


def test_cards_are_saved_with_the_default_gateway_and_charged_with_their_own(company):
    company.card()
    company.made(PATH, KEYS | {"name": "Second", "is_default": True})
    charge = company.charged()
    assert charge.gateway_id == company.gateway
    assert company.card()["gateway_id"] != company.gateway


def test_a_change_needs_the_version_that_was_read_and_a_stale_one_rotates_nothing(company):
    assert company.ask("PATCH", f"{PATH}/{company.gateway}", {"name": "B"}).status == 428
    assert patch(company, company.gateway, {"secret_key": "sk_test_other"}, version=7).status == 412
    stored = aws("secretsmanager").get_secret_value(SecretId=setting("SECRETS_PREFIX") + company.gateway)
    assert stored["VersionId"] == Gateway.fetch(company.gateway).secrets_version
    changed = patch(company, company.gateway, {"name": "B", "publishable_key": None})
    assert (changed.status, changed.body["name"], changed.body["publishable_key"], changed.headers["ETag"]) == (200, "B", None, '"2"')
    assert patch(company, company.gateway, {"extra": {"a": 1}}, version=2).body["extra"] == {"a": 1}
    assert patch(company, company.gateway, {"extra": {"b": 2}}, version=3).body["extra"] == {"a": 1, "b": 2}


@pytest.mark.parametrize("command", ["deactivate", "activate"])
def test_a_gateway_is_switched_once(company, command):
    company.ask("POST", f"{PATH}/{company.gateway}/deactivate")
    first = company.ask("POST", f"{PATH}/{company.gateway}/{command}")
    again = company.ask("POST", f"{PATH}/{company.gateway}/{command}")
    assert (first.status, again.status) == ((200, 409) if command == "activate" else (409, 409))
    assert Gateway.fetch(company.gateway).status == (GatewayStatus.ACTIVE if command == "activate" else GatewayStatus.INACTIVE)


BAD = [
    ({"name": ""}, "name"), ({"name": None}, "name"), ({"kind": "dollars"}, "kind"), ({"secret_key": "short"}, "secret_key"),
    ({"secret_key": "with a space"}, "secret_key"), ({"secret_key": None}, "secret_key"), ({"is_default": 1}, "is_default"),
    ({"colour": "red"}, "colour"), ({"secrets_version": "1"}, "secrets_version"), ({"status": "inactive"}, "status")]


def test_a_bad_gateway_is_refused_and_the_field_named(company):
    for change, field in BAD:
        for answer in (company.ask("POST", PATH, KEYS | change), patch(company, company.gateway, change)):
            assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert [gateway["version"] for gateway in company.ask("GET", PATH).body["data"]] == [1]


def test_an_unknown_gateway_an_empty_change_and_what_is_not_json_are_problems(company):
    assert company.ask("GET", f"{PATH}/gat_01HNBQ0000000000000000000G").status == 404
    assert patch(company, "gat_01HNBQ0000000000000000000G", {"name": "B"}).status == 404
    assert patch(company, company.gateway, {}).body["code"] == "empty_patch"
    assert patch(company, company.gateway, "{").body["code"] == "malformed_json"
    assert company.ask("DELETE", f"{PATH}/{company.gateway}").status == 405

"""Signing by a link and a one-time code: what is shown, what is counted, what proves it afterwards."""

import hashlib
import json

import pytest

from functions.contracts import tokens
from functions.contracts.models import Contract
from functions.tenants.models import Tenant
from kernel.config import hashed
from tests.conftest import AT
from tests.integration.contracts.conftest import told
from tests.integration.writes.canaries import as_code

LATER = "2026-01-31T12:10:00+00:00"


def wrong(id):
    """A code that is not the one that was sent."""
    return f"{(int(tokens.code(Contract.fetch(id))) + 1) % 10**6:06d}"


def test_the_link_shows_what_is_to_be_signed_and_nothing_of_ours(office):
    id = office.sent()
    shown = office.public(id, method="GET")
    assert (shown.status, shown.body["status"], shown.body["tenant"], shown.body["code_by"]) == (200, "sent", "Acme GmbH", "email")
    assert shown.body["sha256"] in shown.body["url"]
    assert not {"owner_id", "extra", "signer_email", "nonce"} & shown.body.keys()
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("spoil", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: token.partition(".")[0],
                                   lambda token: "ctr_none." + token.partition(".")[2], lambda _: "x"])
def test_a_link_that_we_did_not_make_shows_nothing(office, spoil):
    token = spoil(tokens.of(Contract.fetch(office.sent())))
    for method, verb in (("GET", ""), ("POST", "/code")):
        assert office.ask(method, f"/v1/public/contracts/{token}{verb}", headers={}).status == 404


def test_link_and_code_are_stored_nowhere_and_not_logged(office, capfd):
    id = office.sent()
    office.public(id, "code")
    contract = Contract.fetch(id)
    secrets = [tokens.of(contract).partition(".")[2], contract.nonce, contract.code_nonce]
    stored = json.dumps(contract.image()) + json.dumps(told(id)) + json.dumps(office.ask("GET", f"/v1/contracts/{id}/timeline").body)
    stored += json.dumps(office.ask("GET", f"/v1/contracts/{id}").body) + capfd.readouterr().out
    assert [secret for secret in secrets if secret in stored] == []
    assert not as_code(tokens.code(contract)).search(stored)


def test_a_draft_has_no_link(office):
    contract = Contract.fetch(office.draft())
    assert office.ask("GET", f"/v1/public/contracts/{contract.id}.{'x' * 43}", headers={}).status == 404


def test_signing_keeps_who_when_from_where_and_what(office):
    id = office.sent()
    before = office.ask("GET", f"/v1/contracts/{id}").body
    assert office.sign(id, ip="198.51.100.7").body == {"status": "signed"}
    after = office.ask("GET", f"/v1/contracts/{id}").body
    assert (after["status"], after["sha256"], after["signed_at"]) == ("signed", before["sha256"], "2026-01-31T12:00:00.000000Z")
    proof = office.ask("GET", f"/v1/contracts/{id}/evidence").body
    assert proof == {
        "name": "Ada Lind", "email": "ada@acme.test", "at": "2026-01-31T12:00:00Z", "ip_hash": hashed("198.51.100.7"),
        "user_agent": "Browser 1", "code_sent_by": "email", "version": 1, "sha256": before["sha256"]}
    assert hashlib.sha256(office.stored(id, before["sha256"])).hexdigest() == proof["sha256"]
    assert office.stored(id, after["certificate_sha256"]).startswith(b"%PDF")
    assert office.ask("GET", f"/v1/contracts/{id}/certificate").status == 200
    shown = office.public(id, method="GET").body
    assert (shown["status"], bool(shown["certificate_url"])) == ("signed", True)


def test_a_copy_can_be_had_though_the_tenant_was_deleted_or_removed_for_good(office):
    id, tenant = office.signed(), Tenant.fetch(office.tenant)
    tenant.deleted_at = AT
    tenant.save()
    assert office.public(id, method="GET").body["tenant"] == "Acme GmbH"
    tenant.delete()
    shown = office.public(id, method="GET")
    assert (shown.status, shown.body["tenant"], bool(shown.body["url"])) == (200, "", True)


def test_who_signs_has_a_name_that_reads_as_it_is_written(office):
    id = office.sent()
    office.public(id, "code")
    code = tokens.code(Contract.fetch(id))
    answer = office.public(id, "sign", {"name": "\u202e\u2066", "code": code})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "name")
    assert office.public(id, "sign", {"name": "Ada\u202e\x00 Lind", "code": code}).status == 200
    assert office.ask("GET", f"/v1/contracts/{id}/evidence").body["name"] == "Ada Lind"


def test_a_contract_is_signed_once_and_its_document_never_changes(office):
    id = office.signed()
    before = office.ask("GET", f"/v1/contracts/{id}").body
    again = office.public(id, "sign", {"name": "Eve", "code": "123456"})
    assert (again.status, again.body["code"]) == (409, "not_open")
    assert office.public(id, "decline", {"reason": "x"}).status == 409
    assert office.ask("PATCH", f"/v1/contracts/{id}", {"title": "Other"}).status == 409
    assert office.ask("POST", f"/v1/contracts/{id}/withdraw").status == 409
    assert office.ask("GET", f"/v1/contracts/{id}").body == before
    assert office.ask("GET", f"/v1/contracts/{id}/evidence").body["name"] == "Ada Lind"


def test_a_code_bears_five_wrong_guesses_and_then_the_right_one_is_no_good_either(office):
    id = office.sent()
    office.public(id, "code")
    right = tokens.code(Contract.fetch(id))
    for left in (4, 3, 2, 1, 0):
        answer = office.public(id, "sign", {"name": "Eve", "code": wrong(id)})
        assert (answer.status, answer.body["code"], answer.body["tries_left"]) == (422, "wrong_code", left)
    answer = office.public(id, "sign", {"name": "Ada", "code": right})
    assert (answer.status, answer.body["code"]) == (409, "code_not_good")
    assert office.sign(id).status == 200


def test_a_code_is_good_for_ten_minutes_and_another_replaces_it(office):
    id = office.sent()
    first = office.public(id, "code").body
    assert first == {"by": "email", "expires_at": "2026-01-31T12:10:00Z"}
    old = tokens.code(Contract.fetch(id))
    late = office.public(id, "sign", {"name": "Ada", "code": old}, at=LATER)
    assert (late.status, late.body["code"]) == (409, "code_not_good")
    office.public(id, "code")
    if tokens.code(Contract.fetch(id)) != old:
        assert office.public(id, "sign", {"name": "Ada", "code": old}).body["code"] == "wrong_code"


def test_without_a_code_nobody_signs(office):
    answer = office.public(office.sent(), "sign", {"name": "Ada", "code": "000000"})
    assert (answer.status, answer.body["code"]) == (409, "code_not_good")


def test_codes_of_a_contract_and_tries_of_an_address_are_limited(office):
    id = office.sent(signer_phone="+49 30 1234567")
    answers = [office.public(id, "code", ip=f"198.51.100.{n}") for n in range(6)]
    assert [each.status for each in answers] == [200] * 5 + [429]
    assert answers[0].body["by"] == "sms"
    guesses = [office.public(id, "sign", {"name": "E", "code": "000000"}, ip="203.0.113.9").status for _ in range(21)]
    assert guesses[-1] == 429


def test_declining_says_why_and_closes_the_link(office):
    id = office.sent()
    assert office.public(id, "decline", {"reason": "too dear"}).body == {"status": "declined"}
    found = office.ask("GET", f"/v1/contracts/{id}").body
    assert (found["status"], found["decline_reason"], found["next_action_at"]) == ("declined", "too dear", None)
    assert office.public(id, "code").status == 409
    assert office.public(id, method="GET").body["url"] is None


def test_what_is_withdrawn_or_over_cannot_be_signed(office):
    id = office.sent()
    office.ask("POST", f"/v1/contracts/{id}/withdraw")
    assert office.public(id, "code").status == 409
    late = office.public(office.sent(), "code", at="2026-03-02T12:00:00+00:00")
    assert (late.status, late.body["code"]) == (409, "not_open")
    over = office.draft(ends_at="2026-03-01T00:00:01+01:00")
    answer = office.ask("POST", f"/v1/contracts/{over}/send", at="2026-04-01T00:00:00+00:00")
    assert (answer.status, answer.body["code"]) == (409, "term_over")


def test_nothing_is_sent_to_a_tenant_that_has_left(office):
    id = office.draft()
    office.ask("POST", f"/v1/tenants/{office.tenant}/offboard", {"reason": "moves on"})
    answer = office.ask("POST", f"/v1/contracts/{id}/send")
    assert (answer.status, answer.body["code"], Contract.fetch(id).status) == (409, "tenant_left", "draft")

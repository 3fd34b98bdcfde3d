"""Invoices over HTTP."""

import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from functions.invoices import files, service
from functions.invoices.api import handler
from functions.invoices.bill import AMOUNTS
from functions.invoices.models import Invoice, InvoiceCreate
from functions.invoices.rules import TRANSITIONS, Command, InvoiceState, Refusal
from kernel import audit
from kernel.commit import commit
from tests.callers import ask, signed_in
from tests.integration.invoices.company import AT, US, a_draft, a_line, a_tenant, an_issuer, an_open, balance

pytestmark = pytest.mark.usefixtures("aws")
PATH = "/v1/invoices"
WHY = {"reason": "as agreed"}


@pytest.fixture(autouse=True)
def tenant(aws):
    an_issuer()
    return a_tenant(card=False)


def body(tenant: str, **facts):
    lines = [{"description": "Training", "quantity": "1.5", "unit_amount": "9999"}]
    return {"tenant_id": tenant, "currency": "EUR", "lines": lines} | facts


@pytest.fixture
def draft(tenant, owner):
    answer = ask(handler, "POST", PATH, body(tenant), headers=owner)
    assert answer.status == 201, answer.body
    return answer.body


def test_a_one_off_draft_is_rounded_once_per_line_and_waits(draft, tenant, owner):
    assert (draft["status"], draft["number"], draft["subtotal"], draft["total"]) == (
        "draft", None, {"amount": 14999, "currency": "EUR"}, {"amount": 17849, "currency": "EUR"})  # 1.5 × 99.99 = 149.985
    assert ask(handler, "GET", f"{PATH}/{draft['id']}", headers=owner).body == draft
    assert Invoice.fetch(draft["id"]).next_action_at is None


def test_finalizing_gives_number_and_documents_that_can_be_fetched(draft, owner):
    answer = ask(handler, "POST", f"{PATH}/{draft['id']}/finalize", headers=owner)
    assert (answer.status, answer.body["status"], answer.body["number"]) == (200, "open", "INV-2026-00001")
    for kind, magic, shown in (("pdf", b"%PDF", "inline"), ("xlsx", b"PK", "attachment")):
        link = ask(handler, "GET", f"{PATH}/{draft['id']}/{kind}", headers=owner).body
        assert (link["filename"], link["sha256"]) == (f"INV-2026-00001.{kind}", answer.body[f"{kind}_sha256"])
        assert "X-Amz-Expires=300" in link["url"] and "X-Amz-Signature" in link["url"]
        fetched = requests.get(link["url"], timeout=5)
        content = fetched.content
        assert fetched.headers["Content-Disposition"] == f'{shown}; filename="{link["filename"]}"'
        assert content.startswith(magic) and hashlib.sha256(content).hexdigest() == link["sha256"]
    assert "149.99" in PdfReader(io.BytesIO(files.stored(Invoice.fetch(draft["id"]), "pdf"))).pages[0].extract_text()


def test_without_collecting_there_is_no_charge(tenant, owner):
    id = ask(handler, "POST", PATH, body(tenant, collect=False), headers=owner).body["id"]
    done = ask(handler, "POST", f"{PATH}/{id}/finalize", headers=owner).body
    assert (done["status"], done["transaction_id"], done["next_attempt_at"]) == ("open", None, None)
    paid = ask(handler, "POST", f"{PATH}/{id}/mark-paid", WHY, headers=owner).body
    assert (paid["status"], paid["amount_paid"]["amount"], paid["reason"]) == ("paid", 17849, "as agreed")


def test_lines_taxes_and_totals_come_with_their_derivations(draft, owner):
    found = ask(handler, "GET", f"{PATH}/{draft['id']}/lines", headers=owner).body
    assert found["lines"][0]["derivation"] == {
        "rule": "price", "inputs": {"quantity": "1.5", "unit_amount": "9999"}, "exact": "29997/2", "rounding": "half_up"}
    assert found["taxes"][0]["derivations"]["amount"]["rule"] == "tax_on_base"
    assert {"subtotal", "total", "amount_due"} <= set(found["derivations"])


def test_a_preview_writes_nothing(tenant, owner):
    answer = ask(handler, "POST", f"{PATH}/preview", body(tenant), headers=signed_in("viewer"))
    assert (answer.status, answer.body["total"]) == (200, 17849)
    assert ask(handler, "GET", PATH, headers=owner).body["data"] == []


LINES = st.lists(st.fixed_dictionaries({
    "description": st.just("x"), "quantity": st.sampled_from(["0", "1", "2.5", "0.333333333333"]),
    "unit_amount": st.sampled_from(["0", "1", "0.06", "333.5", "100000"])}), min_size=1, max_size=4)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, credit=st.sampled_from([0, 1, 900, 10**6]), country=st.sampled_from(["DE", "FR", "US"]))
def test_a_preview_is_what_finalizing_gives(lines, credit, country):
    tenant = a_tenant(country=country)
    if credit:
        an_open(tenant, a_line(-credit))
    before = balance(tenant)
    asked = InvoiceCreate.model_validate(body(tenant, lines=lines))
    foretold = service.preview(asked)
    invoice = service.finalize_one(service.create(asked, actor=US, at=AT).id, actor=US, at=AT)
    assert service.breakdown(invoice.id) == foretold
    assert {name: getattr(invoice, name) for name in AMOUNTS} == {name: getattr(foretold, name) for name in AMOUNTS}
    assert invoice.subtotal - invoice.discount + invoice.tax + invoice.rounding == invoice.total
    assert invoice.total - invoice.credited - invoice.balance_applied == invoice.amount_due - invoice.credit_to_balance
    assert balance(tenant) == before - invoice.balance_applied + invoice.credit_to_balance
    assert (invoice.status == "paid") == (invoice.amount_due == 0)


@pytest.mark.parametrize(("change", "field"), [
    ({"colour": "red"}, "colour"), ({"tenant_id": 7}, "tenant_id"), ({"currency": "XXQ"}, "currency"), ({"collect": "yes"}, "collect"),
    ({"tenant_id": "ten_01KG00000000000000000000AA"}, "tenant_id"), ({"tenant_id": "nonsense"}, "tenant_id"), ({"lines": []}, "lines"),
    ({"lines": [{"description": "x", "unit_amount": "-1"}]}, "lines.0.unit_amount"),
    ({"lines": [{"description": "x", "unit_amount": 5}]}, "lines.0.unit_amount"),
    ({"lines": [{"description": "x", "unit_amount": "1e9"}]}, "lines.0.unit_amount"),
    ({"lines": [{"description": "x", "quantity": "-1", "unit_amount": "5"}]}, "lines.0.quantity"),
    ({"lines": [{"description": "x", "quantity": "2", "unit_amount": "100000000000000"}]}, "lines.0.unit_amount"),
    ({"lines": [{"description": "x", "unit_amount": "90000000000000"}] * 2}, "lines"),
    ({"lines": [{"description": "", "unit_amount": "5"}]}, "lines.0.description"),
    ({"lines": [{"description": "x", "unit_amount": "5", "amount": 1}]}, "lines.0.amount")])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/preview"])
def test_a_bad_invoice_is_refused_and_the_field_named(tenant, owner, path, change, field):
    answer = ask(handler, "POST", path, body(tenant, **change), headers=owner)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert ask(handler, "GET", PATH, headers=owner).body["data"] == []


def test_what_cannot_be_read_is_a_400_and_too_much_a_413(owner):
    assert ask(handler, "POST", PATH, '{"tenant_id": ', headers=owner).status == 400
    assert ask(handler, "POST", PATH, '"' + "x" * 2**20 + '"', headers=owner).status == 413


def test_a_line_too_many_for_one_document_is_refused(tenant, owner):
    line = {"description": "x", "unit_amount": "1"}
    assert ask(handler, "POST", PATH, body(tenant, lines=[line] * 101), headers=owner).status == 422
    longest = {"description": "ü" * 500, "quantity": "0.333333333333", "unit_amount": "0.333333333333"}
    text = json.dumps(body(tenant, lines=[longest] * 100), ensure_ascii=False)
    assert ask(handler, "POST", PATH, text, headers=owner).status == 201


COMMANDS = {Command.EDIT: ("DELETE", "", None), Command.FINALIZE: ("POST", "/finalize", {}), Command.VOID: ("POST", "/void", WHY),
            Command.PAY: ("POST", "/mark-paid", WHY), Command.MARK_UNCOLLECTIBLE: ("POST", "/mark-uncollectible", WHY)}


class _Moved(audit.Payload, event="tests.moved"):
    """The invoice was put into a state."""


def in_state(tenant: str, state: InvoiceState) -> str:
    id = a_draft(tenant) if state == InvoiceState.DRAFT else an_open(tenant).id
    invoice = Invoice.fetch(id)
    invoice.status = state
    commit((invoice, _Moved()), actor=US, at=AT)
    return id


@pytest.mark.parametrize("state", InvoiceState)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_the_table_of_states_says(tenant, owner, state, command):
    id, (method, verb, sent), outcome = in_state(tenant, state), COMMANDS[command], TRANSITIONS[state][command]
    version = Invoice.fetch(id).version
    answer = ask(handler, method, f"{PATH}/{id}{verb}", sent, headers=owner)
    if isinstance(outcome, Refusal):
        assert (answer.status, answer.body["code"]) == (409, outcome)
        assert Invoice.fetch(id).version == version
    elif command == Command.EDIT:
        assert (answer.status, Invoice.find(id).deleted_at is not None) == (204, True)
    else:
        assert (answer.status, answer.body["status"]) == (200, outcome)


def test_a_finalized_invoice_has_no_route_that_edits_it(tenant, owner):
    path = f"{PATH}/{an_open(tenant).id}"
    assert [ask(handler, method, path, {"total": 1}, headers=owner).status for method in ("PATCH", "PUT")] == [405, 405]
    assert ask(handler, "POST", f"{path}/lines", {}, headers=owner).status == 405


@pytest.mark.parametrize("verb", ["", "/timeline", "/lines", "/pdf", "/xlsx"])
def test_an_unknown_invoice_is_a_404(owner, verb):
    assert ask(handler, "GET", f"{PATH}/inv_01KG00000000000000000000AA{verb}", headers=owner).status == 404


def test_a_draft_has_no_documents_yet(draft, owner):
    answer = ask(handler, "GET", f"{PATH}/{draft['id']}/pdf", headers=owner)
    assert (answer.status, answer.body["code"]) == (409, "invoice_draft")


@pytest.mark.parametrize("verb", ["void", "mark-paid", "mark-uncollectible"])
def test_a_reason_is_wanted(tenant, owner, verb):
    path = f"{PATH}/{an_open(tenant).id}/{verb}"
    for sent in ({}, {"reason": ""}, {"reason": 5}):
        answer = ask(handler, "POST", path, sent, headers=owner)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "reason")


@pytest.mark.parametrize(("verb", "state"), [("finalize", InvoiceState.DRAFT), ("void", InvoiceState.OPEN), ("mark-paid", InvoiceState.OPEN)])
def test_a_stale_version_is_a_412(tenant, owner, verb, state):
    id = in_state(tenant, state)
    path, version = f"{PATH}/{id}/{verb}", Invoice.fetch(id).version
    sent = None if verb == "finalize" else WHY
    assert ask(handler, "POST", path, sent, headers=owner | {"if-match": f'"{version - 1}"'}).status == 412
    assert Invoice.fetch(id).version == version
    assert ask(handler, "POST", path, sent, headers=owner | {"if-match": f'"{version}"'}).status == 200


def test_a_viewer_reads_and_changes_nothing(draft):
    viewer, path = signed_in("viewer"), f"{PATH}/{draft['id']}"
    assert ask(handler, "GET", path, headers=viewer).status == 200
    for verb in ("", "/finalize", "/void", "/mark-paid", "/mark-uncollectible"):
        assert ask(handler, "POST" if verb else "DELETE", path + verb, {"nonsense": 1}, headers=viewer).status == 403


def test_invoices_are_listed_by_state_tenant_subscription_and_number(tenant, owner):
    other = a_tenant()
    ids = {state: in_state(tenant if state != InvoiceState.VOID else other, state) for state in InvoiceState}
    paid = Invoice.fetch(ids[InvoiceState.PAID])
    paid.paid_at = AT
    commit((paid, _Moved()), actor=US, at=AT)

    def listed(**query):
        answer = ask(handler, "GET", PATH, headers=owner, **query)
        assert answer.status == 200, answer.body
        return {item["id"] for item in answer.body["data"]}

    assert all(listed(status=state) == {id} for state, id in ids.items())
    assert listed(status="open,draft") == {ids[InvoiceState.OPEN], ids[InvoiceState.DRAFT]}
    assert listed(tenant_id=other) == {ids[InvoiceState.VOID]}
    assert listed(tenant_id=tenant, status="open") == {ids[InvoiceState.OPEN]}
    assert listed(tenant_id=tenant, status="paid") == {ids[InvoiceState.PAID]}
    assert listed(number=paid.number) == {paid.id}
    assert listed(subscription_id=paid.subscription_id) == set(ids.values())
    assert listed(status="open", sort="due_at", due_at__lte="2026-12-31T00:00:00Z") == {ids[InvoiceState.OPEN]}
    assert listed(status="paid", paid_at__gte="2026-02-01T00:00:00Z") == set()
    assert ask(handler, "GET", PATH, headers=owner, status="lost").status == 400


def test_a_bound_tenants_invoice_is_dated_by_its_test_clock(owner):
    from functions.clocks.models import Clock
    from kernel import ids

    clock = Clock(ids.new("clk"), name="", now=datetime(2027, 5, 5, tzinfo=UTC))
    commit((clock, _Moved()), actor=US, at=AT)
    bound = a_tenant(clock_id=clock.id)
    id = ask(handler, "POST", PATH, body(bound), headers=owner).body["id"]
    done = ask(handler, "POST", f"{PATH}/{id}/finalize", headers=owner).body
    assert (done["number"], done["issued_on"], done["clock_id"]) == ("INV-2027-00001", "2027-05-05", clock.id)


def test_the_timeline_tells_what_happened(draft, owner):
    path = f"{PATH}/{draft['id']}"
    ask(handler, "POST", f"{path}/finalize", headers=owner)
    ask(handler, "POST", f"{path}/void", WHY, headers=owner)
    entries = ask(handler, "GET", f"{path}/timeline", headers=owner).body["data"]
    assert [entry["type"] for entry in entries] == ["invoices.drafted", "invoices.finalized", "invoices.voided"]
    assert {entry["actor"] for entry in entries} == {"stf_owner"}
    assert entries[2]["changes"]["reason"] == [None, "as agreed"]


def test_balances_can_be_looked_at_and_not_changed(tenant, owner):
    an_open(tenant, a_line(-1000))
    path = f"{PATH}/balances"
    found = ask(handler, "GET", path, headers=owner, tenant_id=tenant).body["data"]
    assert [(each["tenant_id"], each["amount"]) for each in found] == [(tenant, {"amount": 1190, "currency": "EUR"})]
    assert ask(handler, "GET", f"{path}/{found[0]['id']}", headers=owner).body == found[0]
    entries = ask(handler, "GET", f"{path}/{found[0]['id']}/timeline", headers=owner).body["data"]
    assert [entry["type"] for entry in entries] == ["invoices.balance_changed"]
    assert ask(handler, "POST", path, {"amount": 5}, headers=owner).status in (404, 405)

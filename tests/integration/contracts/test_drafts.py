"""Templates and drafts over HTTP: what is written, in which version, and what cannot be."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from functions.audit import purge
from functions.contracts.models import Contract
from kernel import dynamodb
from kernel.clock import wall
from kernel.config import aws
from kernel.records import child
from tests.callers import signed_in
from tests.integration.contracts.conftest import BODY, OWNER

CONTRACT_TEMPLATES = "/v1/contract-templates"


def test_a_draft_has_its_text_its_pdf_and_what_that_hashes_to(office):
    id = office.draft()
    found = office.ask("GET", f"/v1/contracts/{id}").body
    assert (found["status"], found["edition"], found["zone"]) == ("draft", 1, "Europe/Berlin")
    pdf = office.stored(id, found["sha256"])
    assert pdf.startswith(b"%PDF")
    assert hashlib.sha256(pdf).hexdigest() == found["sha256"]
    [version] = office.ask("GET", f"/v1/contracts/{id}/versions").body["data"]
    assert version["text"] == ("# Services\n\nExample Software GmbH sells Pro for €49.00 / month to Acme GmbH.\n\n- 25 seats")
    assert (version["number"], version["by"], version["template_version"]) == (1, "stf_owner", 1)
    link = office.ask("GET", f"/v1/contracts/{id}/document").body
    assert found["sha256"] in link["url"]
    assert link["sha256"] == found["sha256"]


def test_each_change_of_a_draft_is_a_version_and_the_old_ones_stay(office):
    id = office.draft()
    first = office.ask("GET", f"/v1/contracts/{id}").body["sha256"]
    changed = office.ask("PATCH", f"/v1/contracts/{id}", {"fields": {"seats": "30"}})
    assert (changed.status, changed.body["edition"]) == (200, 2)
    assert changed.body["sha256"] != first
    assert [each["number"] for each in office.ask("GET", f"/v1/contracts/{id}/versions").body["data"]] == [2, 1]
    assert office.ask("GET", f"/v1/contracts/{id}/versions/1/document").body["sha256"] == first
    assert office.ask("GET", f"/v1/contracts/{id}/versions/3/document").status == 404


def test_the_documents_of_a_draft_that_is_removed_for_good_go_with_it(office):
    draft, signed = office.draft(), office.signed()
    office.ask("PATCH", f"/v1/contracts/{draft}", {"fields": {"seats": "30"}})
    assert office.ask("DELETE", f"/v1/contracts/{draft}").status == 204
    assert purge.purge(wall() + timedelta(days=31)) == 1
    assert purge.remove_rest(draft) == 2
    kept = {each["Key"].split("/")[1] for each in aws("s3").list_objects_v2(Bucket="files", Prefix="contracts/")["Contents"]}
    assert kept == {signed}


def test_versions_that_the_database_does_not_give_at_once_go_on_on_the_next_page(office):
    id = office.draft()
    version = office.ask("GET", f"/v1/contracts/{id}/versions").body["data"][0]
    for n in range(2, 14):
        kept = child(Contract(id), f"version#{n:04d}", version | {"number": n, "text": "x" * 100_000})
        dynamodb.client().put_item(TableName=Contract.table(), Item=kept)
    first = office.ask("GET", f"/v1/contracts/{id}/versions").body
    second = office.ask("GET", f"/v1/contracts/{id}/versions", cursor=first["next_cursor"]).body
    assert [each["number"] for page in (first, second) for each in page["data"]] == list(range(13, 0, -1))
    assert second["next_cursor"] is None
    assert office.ask("GET", f"/v1/contracts/{id}/versions", color="red").status == 400


def test_the_same_values_make_the_same_bytes(office):
    from functions.contracts import documents
    from functions.contracts.shown import ContractBlock

    contract = Contract(office.draft(), title="T", language="de", zone="UTC", edition=1)
    blocks = [ContractBlock(kind="paragraph", text="#panic() *x* \u202e $1$")]
    first, second = (documents.contract(contract, blocks, ["A", "B"], at=datetime(2026, 1, 1, 0, 0, 0, 7, UTC)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(("body", "field", "code"), [
    ({"tenant_id": "ten_none"}, "tenant_id", "unknown_reference"), ({"template_id": "tpl_none"}, "template_id", "unknown_reference"),
    ({"price_id": "pri_none"}, "price_id", "unknown_reference"), ({"owner_id": "stf_none"}, "owner_id", "unknown_reference"),
    ({"fields": {}}, "fields.seats", "missing_field"), ({"fields": {"seats": "1", "x": "2"}}, "fields.x", "unknown_field"),
    ({"ends_at": "2026-03-01T00:00:00+01:00"}, "ends_at", "invalid"), ({"renewal": "automatic"}, "renewal_months", "invalid"),
    ({"status": "signed"}, "status", "invalid")])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(office, body, field, code):
    whole = {"title": "T", "tenant_id": office.tenant, "template_id": office.template, "owner_id": OWNER, "fields": {"seats": "1"},
             "signer_name": "A", "signer_email": "a@acme.test", "starts_at": "2026-03-01T00:00:00+01:00",
             "ends_at": "2027-03-01T00:00:00+01:00"}
    answer = office.ask("POST", "/v1/contracts", whole | body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field), answer.body
    assert code in (answer.body["code"], answer.body["errors"][0]["code"])
    assert office.ask("GET", "/v1/contracts").body["data"] == []


def test_what_was_sent_can_change_no_more_and_cannot_be_deleted(office):
    id = office.sent()
    before = office.ask("GET", f"/v1/contracts/{id}").body
    for method, body in (("PATCH", {"title": "Other"}), ("DELETE", None)):
        answer = office.ask(method, f"/v1/contracts/{id}", body)
        assert (answer.status, answer.body["code"]) == (409, "not_draft")
    assert office.ask("GET", f"/v1/contracts/{id}").body == before


def test_a_draft_can_be_deleted_and_restored(office):
    id = office.draft()
    assert office.ask("DELETE", f"/v1/contracts/{id}").status == 204
    assert office.ask("GET", f"/v1/contracts/{id}").status == 404
    assert office.ask("POST", f"/v1/contracts/{id}/restore").status == 200
    assert office.ask("POST", f"/v1/contracts/{id}/restore").status == 409


def test_a_template_says_where_it_is_wrong(office):
    answer = office.ask("POST", CONTRACT_TEMPLATES, {"name": "T", "body": "a\n{{ tenant_nmae }}"})
    assert (answer.status, answer.body["code"], answer.body["line"]) == (422, "unknown_variable", 2)
    assert answer.body["errors"][0]["field"] == "body"
    answer = office.ask("POST", f"{CONTRACT_TEMPLATES}/{office.template}/preview", {"body": "{{ ''.__class__ }}"})
    assert (answer.status, answer.body["code"]) == (422, "unsafe_expression")


def test_a_change_of_a_template_demands_what_was_read_and_concerns_new_versions_alone(office):
    id, path = office.draft(), f"{CONTRACT_TEMPLATES}/{office.template}"
    body = {"body": BODY + "\nMore."}
    assert office.ask("PATCH", path, body).status == 428
    assert office.ask("PATCH", path, body, headers=office.owner | {"if-match": '"7"'}).status == 412
    assert office.ask("PATCH", path, body, headers=office.owner | {"if-match": '"1"'}).status == 200
    assert office.ask("DELETE", path).status == 428
    [version] = office.ask("GET", f"/v1/contracts/{id}/versions").body["data"]
    assert "More." not in version["text"]
    office.ask("PATCH", f"/v1/contracts/{id}", {"title": "Again"})
    newest = office.ask("GET", f"/v1/contracts/{id}/versions").body["data"][0]
    assert (newest["text"].endswith("More."), newest["template_version"]) == (True, 2)


def test_a_preview_shows_sample_values_and_saves_nothing(office):
    answer = office.ask("POST", f"{CONTRACT_TEMPLATES}/{office.template}/preview", {"body": "# {{ title }}\n{{ custom.seats }}"})
    assert [block["text"] for block in answer.body["data"]] == ["Service agreement", "10"]
    assert "custom.seats" in answer.body["variables"]
    assert office.ask("GET", f"{CONTRACT_TEMPLATES}/{office.template}").body["body"] == BODY


def test_a_viewer_reads_and_does_not_write_and_a_writer_alone_does_not_send(office):
    id, viewer = office.draft(), signed_in("viewer")
    assert office.ask("GET", f"/v1/contracts/{id}", headers=viewer).status == 200
    for verb, body in (("send", None), ("withdraw", None), ("renew", {"months": 1}), ("terminate", None)):
        assert office.ask("POST", f"/v1/contracts/{id}/{verb}", body, headers=viewer).status == 403
    assert office.ask("PATCH", f"/v1/contracts/{id}", {"title": "x"}, headers=viewer).status == 403
    assert office.ask("GET", f"/v1/contracts/{id}", headers={}).status == 401

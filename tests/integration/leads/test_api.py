"""Leads over HTTP: made, moved, written about, and who has which address."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.leads import service
from functions.leads.models import Lead, LeadCreate
from kernel.audit import Actor
from kernel.problems import Conflict
from tests.callers import signed_in
from tests.conftest import AT
from tests.integration.leads.conftest import ADA, OWNER

FORM = "/v1/public/leads"


def leads(shop, **query):
    return shop.ask("GET", "/v1/leads", **query).body["data"]


def test_a_new_lead_says_which_rule_gave_how_many_points(shop):
    answer = shop.ask("POST", "/v1/leads", ADA | {"source": "referral", "employees": 60, "plan_id": shop.plan})
    assert answer.status == 201, answer.body
    assert answer.body["score_rules"] == {"source": 20, "company_address": 20, "company": 10, "size": 20, "plan": 15}
    assert (answer.body["score"], answer.body["status"], answer.body["domain"]) == (85, "new", "acme.test")


def test_what_becomes_known_changes_the_score(shop, lead):
    answer = shop.ask("PATCH", f"/v1/leads/{lead}", {"phone": "+49 30 1234567"})
    assert (answer.status, answer.body["score"]) == (200, 40)
    assert [each["id"] for each in leads(shop, score__gte="40", sort="-score")] == [lead]


@pytest.mark.parametrize(("body", "field"), [
    ({"owner_id": "stf_none"}, "owner_id"), ({"plan_id": "pln_none"}, "plan_id"), ({"next_step_at": "2026-02-01T09:00:00Z"}, "next_step"),
    ({"source": "rumour"}, "source"), ({"employees": 0}, "employees"), ({"score": 100}, "score")])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(shop, body, field):
    answer = shop.ask("POST", "/v1/leads", ADA | body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)
    assert leads(shop) == []


@pytest.mark.parametrize("email", ["ADA@acme.test", "ada+sale@Acme.TEST"])
def test_an_address_belongs_to_one_lead_and_the_refusal_names_it(shop, lead, email):
    answer = shop.ask("POST", "/v1/leads", ADA | {"email": email})
    assert (answer.status, answer.body["code"], answer.body["lead_id"]) == (409, "duplicate_lead", lead)
    assert len(leads(shop)) == 1


@pytest.mark.usefixtures("racing")
def test_of_many_who_come_at_once_with_one_address_one_is_made(shop):
    def make(n):
        try:
            return service.create(LeadCreate(name="Ada", email="ada@acme.test"), actor=Actor(id=f"stf_{n}"), at=AT).id
        except Conflict as refused:
            return refused.context["lead_id"]

    with ThreadPoolExecutor(8) as threads:
        told = set(threads.map(make, range(16)))
    assert [{each["id"]} for each in leads(shop)] == [told]


def test_another_of_the_same_company_is_flagged_and_made(shop, lead):
    answer = shop.ask("POST", "/v1/leads", ADA | {"email": "bob@acme.test"})
    assert (answer.status, answer.body["possible_duplicates"]) == (201, [lead])


def test_two_who_have_free_addresses_have_nothing_in_common(shop):
    shop.made("/v1/leads", ADA | {"email": "ada@gmail.com"})
    answer = shop.ask("POST", "/v1/leads", ADA | {"email": "bob@gmail.com"})
    assert (answer.status, answer.body["possible_duplicates"], answer.body["domain"]) == (201, [], None)


def test_an_address_that_was_given_up_is_free(shop, lead):
    assert shop.ask("PATCH", f"/v1/leads/{lead}", {"email": "ada@other.test"}).status == 200
    other = shop.made("/v1/leads", ADA)
    assert shop.ask("PATCH", f"/v1/leads/{lead}", {"email": ADA["email"]}).body["lead_id"] == other


def test_a_deleted_lead_gives_its_address_up_and_gets_it_back_unless_it_is_taken(shop, lead):
    assert shop.ask("DELETE", f"/v1/leads/{lead}").status == 204
    assert shop.ask("POST", f"/v1/leads/{lead}/restore").status == 200
    assert shop.ask("POST", "/v1/leads", ADA).body["lead_id"] == lead
    shop.ask("DELETE", f"/v1/leads/{lead}")
    other = shop.made("/v1/leads", ADA)
    answer = shop.ask("POST", f"/v1/leads/{lead}/restore")
    assert (answer.status, answer.body["lead_id"]) == (409, other)


def test_a_lead_is_lost_with_a_reason_and_can_be_reopened(shop, lead):
    for command, body, status in (("contact", None, "contacted"), ("qualify", None, "qualified"), ("lose", {"reason": "no budget"}, "lost"),
                                  ("reopen", None, "contacted")):
        answer = shop.ask("POST", f"/v1/leads/{lead}/{command}", body)
        assert (answer.status, answer.body["status"]) == (200, status)
        assert answer.body["lost_reason"] == (body and body["reason"])
    assert shop.ask("POST", f"/v1/leads/{lead}/reopen").status == 409
    assert shop.ask("POST", f"/v1/leads/{lead}/lose", {}).status == 422


def test_notes_are_kept_with_who_and_when_newest_first(shop, lead):
    for text in ("Called", "Wrote"):
        assert shop.ask("POST", f"/v1/leads/{lead}/notes", {"text": text}).status == 200
    assert shop.ask("GET", f"/v1/leads/{lead}").body["notes"] == 2
    found = shop.ask("GET", f"/v1/leads/{lead}/notes").body["data"]
    assert [(note["text"], note["by"]) for note in found] == [("Wrote", "stf_owner"), ("Called", "stf_owner")]
    assert shop.ask("GET", "/v1/leads/lea_none/notes").status == 404


def test_notes_of_more_than_a_page_of_the_database_are_all_shown(shop, lead):
    for n in range(100):
        service.add_note(lead, f"{n} " + "語" * 3990, actor=Actor(id="stf_1"), at=AT)
    found = shop.ask("GET", f"/v1/leads/{lead}/notes").body["data"]
    assert [each["text"].split()[0] for each in found] == [str(n) for n in range(99, -1, -1)]


def test_a_stale_version_changes_nothing(shop, lead, owner):
    shop.ask("POST", f"/v1/leads/{lead}/contact")
    answer = shop.ask("PATCH", f"/v1/leads/{lead}", {"name": "New"}, headers=owner | {"if-match": '"1"'})
    assert answer.status == 412


def test_the_form_answers_everybody_alike(shop, lead):
    known = {"name": "Ada", "email": ADA["email"], "message": "Hello?"}
    answers = [shop.ask("POST", FORM, body, headers={}) for body in (
        known, known | {"email": "new@other.test"}, known | {"email": "bot@other.test", "website": "http://spam"})]
    assert [(each.status, each.body) for each in answers] == [(202, {"received": True})] * 3
    assert {each["email"] for each in leads(shop)} == {ADA["email"], "new@other.test"}
    [note] = shop.ask("GET", f"/v1/leads/{lead}/notes").body["data"]
    assert (note["text"], note["by"]) == ("Hello?", "anonymous")
    assert Lead.fetch(lead).name == ADA["name"]


def test_the_form_cannot_say_what_is_ours_to_say(shop):
    assert shop.ask("POST", FORM, {"name": "A", "email": "a@b.test", "owner_id": OWNER}, headers={}).status == 422


def test_one_address_cannot_fill_the_form_in_all_day(shop):
    answers = [shop.ask("POST", FORM, {"name": "A", "email": f"a{n}@b.test"}, headers={}) for n in range(12)]
    assert {each.status for each in answers[:10]} == {202}
    assert answers[-1].status == 429
    assert shop.ask("POST", FORM, {"name": "A", "email": "z@b.test"}, headers={}, ip="198.51.100.7").status == 202


def test_nobody_reads_leads_without_signing_in(shop, lead):
    assert shop.ask("GET", f"/v1/leads/{lead}", headers={}).status == 401
    assert shop.ask("GET", FORM, headers={}).status == 405


def test_a_viewer_reads_and_does_not_write(shop, lead):
    viewer = signed_in("viewer")
    assert shop.ask("GET", f"/v1/leads/{lead}", headers=viewer).status == 200
    for verb, body in (("contact", None), ("convert", {"price_id": shop.price}), ("notes", {"text": "x"})):
        assert shop.ask("POST", f"/v1/leads/{lead}/{verb}", body, headers=viewer).status == 403


def test_contacts_are_a_tenants_people(shop):
    tenant = shop.made("/v1/tenants", {"name": "Acme", "email": "a@acme.test"})
    contact = shop.made("/v1/contacts", {"tenant_id": tenant, "name": "Ada", "email": "ada@acme.test"})
    assert shop.ask("PATCH", f"/v1/contacts/{contact}", {"role": "CTO"}).body["role"] == "CTO"
    assert [each["id"] for each in shop.ask("GET", "/v1/contacts", tenant_id=tenant).body["data"]] == [contact]
    assert shop.ask("DELETE", f"/v1/contacts/{contact}").status == 204
    assert shop.ask("GET", f"/v1/contacts/{contact}").status == 404
    assert shop.ask("POST", f"/v1/contacts/{contact}/restore").status == 200
    answer = shop.ask("POST", "/v1/contacts", {"tenant_id": "ten_none", "name": "Ada", "email": "ada@acme.test"})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "tenant_id")

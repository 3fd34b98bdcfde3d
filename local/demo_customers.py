"""The part of the demonstration about customers: a lead becomes a tenant, is taken in, asks for help, and is looked after."""

import json
from typing import Any
from uuid import uuid4

from local.client import until
from local.story import Story, check

ADA = "ada@wandse.example.test"


def template(story: Story) -> None:
    """What every new tenant has still to do, from now on."""
    with story.step("a checklist for new tenants that ticks itself") as said:
        story.ask("POST", "/v1/onboarding/templates", {"name": "First steps", "items": [
            {"key": "plan", "title": "Choose a plan", "done_by": "subscriptions.created"},
            {"key": "card", "title": "Save a card", "done_by": "payments.method_added", "needs": ["plan"], "due_days": 7},
            {"key": "paid", "title": "Pay the first invoice", "done_by": "invoices.paid", "needs": ["card"], "value": True}]}, status=201)
        said("plan, card, first payment")


def customers(story: Story, price: str, paying: str) -> None:
    """`paying`: a tenant that has paid."""
    tenant = converted(story, lead(story), price)
    taken_in(story, tenant, paying)
    ticket(story, tenant)
    flag(story, tenant)
    impersonated(story, tenant)


def lead(story: Story) -> str:
    with story.step("a stranger fills in the form on the website, twice") as said:
        form = {"name": "Ada Lind", "email": ADA, "company": "Wandse GmbH", "employees": 60, "message": "How do we begin?"}
        for _ in range(2):
            status, answer, _ = story.cloud.ask("POST", "/v1/public/leads", form)
            check((status, answer) == (202, {"received": True}), f"{status} {answer}")
        [found] = story.ask("GET", f"/v1/leads?email={ADA}")["data"]
        said(f"one lead, score {found['score']} by {', '.join(found['score_rules'])}")
    return str(found["id"])


def converted(story: Story, lead: str, price: str) -> str:
    with story.step("it becomes a tenant in trial with a contact, in one commit") as said:
        body = {"price_id": price, "trial_days": 14, "zone": "Europe/Berlin", "language": "de"}
        tenant = str(story.ask("POST", f"/v1/leads/{lead}/convert", body)["tenant_id"])
        check(story.cloud.ask("POST", f"/v1/leads/{lead}/convert", body, **story.token)[0] == 409, "it can be converted twice")
        story.until(f"/v1/tenants/{tenant}", lambda t: t["status"] == "active", "activation")
        left = story.ask("GET", f"/v1/leads/{lead}/trial")["days_left"]
        [contact] = story.ask("GET", f"/v1/contacts?tenant_id={tenant}")["data"]
        said(f"{contact['name']}, {left} days of trial left; twice: 409")
    return tenant


def taken_in(story: Story, tenant: str, paying: str) -> None:
    with story.step("the checklists have ticked themselves") as said:
        def of(id: str) -> Any:
            found = story.ask("GET", f"/v1/onboarding?tenant_id={id}")["data"]
            return found[0] if found else None

        done = until(lambda: (found := of(paying)) and found["status"] == "completed" and found, 40, "the checklist of who has paid")
        fresh = until(lambda: (found := of(tenant)) and found["done"] == 1 and found, 40, "the first tick")
        said(f"who has paid: {done['done']} of {done['total']}; the new one: {fresh['done']} of {fresh['total']}")


def ticket(story: Story, tenant: str) -> None:
    with story.step("a ticket with a promise in business time is answered") as said:
        week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
        story.ask("POST", "/v1/sla-policies", {"name": "Standard", "zone": "Europe/Berlin", **week}, status=201)
        asked = story.ask("POST", "/v1/tickets", {"tenant_id": tenant, "subject": "Nothing is printed", "requester_email": ADA,
                                                  "text": "The printer stays silent.", "priority": "high"}, status=201)
        path = f"/v1/tickets/{asked['id']}"
        story.ask("POST", f"{path}/replies", {"text": "A driver?", "kind": "internal"})
        answered = story.ask("POST", f"{path}/replies", {"text": "Please switch it on."})
        check(asked["first_reply_due_at"] and answered["first_reply_due_at"] is None, "no promise was made, or none kept")
        mail = story.mail(ADA, f"{asked['number']}")
        check("driver" not in json.dumps(mail, default=str), "the note for staff has left the house")
        said(f"promised by {asked['first_reply_due_at'][:16]}, kept; “{mail.get('Subject')}”")


def flag(story: Story, tenant: str) -> None:
    with story.step("a flag for this tenant, read by OpenFeature's own client") as said:
        from openfeature import api
        from openfeature.contrib.provider.ofrep import OFREPProvider

        rule = {"clauses": [{"attribute": "tenant_id", "operator": "equals", "values": [tenant]}], "variant": "on"}
        made = story.ask("POST", "/v1/flags", {"key": "new-editor"}, status=201)
        key = story.ask("POST", "/v1/api-keys", {"name": "App", "tenant_id": tenant, "scopes": ["flags.evaluate"]}, status=201)["key"]
        domain = uuid4().hex
        bearer = {"Authorization": f"Bearer {key}"}
        api.set_provider(OFREPProvider(story.cloud.facts["url"], headers_factory=lambda: bearer), domain)
        client = api.get_client(domain)
        before = client.get_boolean_value("new-editor", True)
        story.ask("PATCH", f"/v1/flags/{made['id']}", {"rules": [rule]}, if_match=f'"{made["version"]}"')
        until(lambda: client.get_boolean_value("new-editor", False), 15, "the flag to be on")
        story.ask("POST", f"/v1/flags/{made['id']}/kill")
        until(lambda: not client.get_boolean_value("new-editor", True), 15, "the flag to be off")
        check(before is False, "it was on before")
        said("off, on by its rule, off by the kill switch")


def impersonated(story: Story, tenant: str) -> None:
    with story.step("staff act as the tenant, see it alone, and leave") as said:
        body = {"tenant_id": tenant, "reason": "They see no invoices", "minutes": 10}
        began = story.ask("POST", "/v1/impersonation", body, status=201)
        bearer = {"authorization": f"Bearer {began['token']}"}
        seen = story.cloud.ask("GET", "/v1/tenants", **bearer)[1]["data"]
        refused = story.cloud.ask("GET", "/v1/staff", **bearer)[0]
        check(([each["id"] for each in seen], refused) == ([tenant], 403), f"{len(seen)} tenants, staff: {refused}")
        story.ask("POST", f"/v1/impersonation/{began['id']}/end")
        check(story.cloud.ask("GET", "/v1/tenants", **bearer)[0] == 401, "they are still in")
        said("one tenant, no staff; after the end: 401")

"""What can be asked about leads, and about a tenant's contacts."""

from typing import Any
from uuid import uuid4

from functions.leads import funnel
from functions.leads.models import Lead
from tests.integration.writes.asking import Write, after, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import MESSAGE, Company, due, news

STEP = {"next_step": "Call", "next_step_at": "2026-02-10T09:00:00Z"}
WHY = {"reason": "no budget"}
CONVERTED = {"leads.converted": 1, "tenants.requested": 1, "tenants.contact_created": 1, "subscriptions.created": 1}


def address(_: Company) -> str:
    """One that no other lead has."""
    return f"{uuid4().hex}@acme.test"


def lead(company: Company) -> str:
    return company.made("/v1/leads", {"name": "Ada", "email": address(company), **STEP})


def contact(company: Company) -> str:
    return company.made("/v1/contacts", {"tenant_id": company.tenant(), "name": "Ada", "email": "ada@acme.test"})


def convert(company: Company, it: str) -> tuple[str, str, Any]:
    return "POST", f"/v1/leads/{it}/convert", {"price_id": company.price}


def trial(company: Company) -> str:
    """The subscription that a lead has become."""
    return str(company.done(*convert(company, lead(company)))["subscription_id"])


def paying(company: Company) -> str:
    subscription = trial(company)
    company.done(MESSAGE, "subscriptions", due(subscription))
    return subscription


def canceled(company: Company) -> str:
    subscription = trial(company)
    company.done("POST", f"/v1/subscriptions/{subscription}/cancel", {"when": "now"})
    return subscription


def of_one_tenant(company: Company, id: str, _: Any) -> None:
    """Nothing was made twice."""
    found = company.done("GET", f"/v1/leads/{id}")
    for each in ("contacts", "subscriptions"):
        assert len(company.of(f"/v1/{each}", tenant_id=found["tenant_id"])) == 1


def counted_once(company: Company, id: str, _: Any) -> None:
    before = funnel.read()
    company.done(MESSAGE, "leads", news(id))
    assert funnel.read() == before


def leads() -> dict[str, Write]:
    path, lost = "/v1/leads/{}", {"leads.lost": 1}
    lose = path + "/lose"
    return {
        "add a lead": Write(lambda company, it: ("POST", "/v1/leads", {"name": "Ada", "email": it}), {"leads.created": 1}, address),
        "change a lead": patch(path, {"name": "New"}, {"leads.updated": 1}, lead),
        "change the address of a lead": Write(lambda company, it: ("PATCH", path.format(it[0]), {"email": it[1]}), {"leads.updated": 1},
                                              lambda company: (lead(company), address(company)), headers={"if-match": '"1"'}),
        "delete a lead": delete(path, {"leads.deleted": 1}, lead),
        "restore a lead": post(path + "/restore", None, {"leads.restored": 1}, gone("/v1/leads", lead)),
        "contact a lead": post(path + "/contact", None, {"leads.contacted": 1}, lead),
        "qualify a lead": post(path + "/qualify", None, {"leads.qualified": 1}, lead),
        "lose a lead": post(lose, WHY, lost, lead),
        "reopen a lead": post(path + "/reopen", None, {"leads.reopened": 1}, after(lead, (lose, WHY))),
        "write about a lead": post(path + "/notes", {"text": "Called"}, {"leads.note_added": 1}, lead),
        "convert a lead": Write(convert, CONVERTED, lead, then=of_one_tenant),
        "be reminded of a lead": message("leads", due, {"leads.reminded": 1}, lead),
        "win a lead": message("leads", news, {"leads.won": 1}, paying),
        "lose a lead with its trial": message("leads", news, lost, canceled),
        "count a lead": message("leads", news, {}, lead, then=counted_once),
        "retry a lead": post(path + "/retry", None, {"leads.retried": 1}, stuck(Lead, "leads", lead)),
        "lose two leads": bulk("/v1/leads", "lose", {"leads.lost": 2}, two(lead), WHY),
    }


def contacts() -> dict[str, Write]:
    path = "/v1/contacts/{}"
    return {
        "add a contact": Write(lambda company, it: ("POST", "/v1/contacts", {"tenant_id": it, "name": "Ada", "email": "ada@acme.test"}),
                               {"tenants.contact_created": 1}, Company.tenant),
        "change a contact": patch(path, {"name": "New"}, {"tenants.contact_updated": 1}, contact),
        "delete a contact": delete(path, {"tenants.contact_deleted": 1}, contact),
        "restore a contact": post(path + "/restore", None, {"tenants.contact_restored": 1}, gone("/v1/contacts", contact)),
    }


def sales() -> dict[str, Write]:
    return contacts() | leads()

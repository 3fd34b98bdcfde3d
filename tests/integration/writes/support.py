"""What can be asked about tickets, and about what they are promised."""

from functions.tickets.models import Ticket
from tests.integration.writes.asking import Write, after, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import Company, due

WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
SAID = {"text": "Try again"}
ANSWERED = ("/v1/tickets/{}/replies", SAID)
SOLVED = ("/v1/tickets/{}/solve", None)


def asked(tenant: str) -> dict[str, str]:
    return {"tenant_id": tenant, "subject": "It is broken", "requester_email": "ada@acme.test", "text": "Nothing works."}


def policy(company: Company) -> str:
    return company.made("/v1/sla-policies", {"name": "Standard"} | WEEK)


def ticket(company: Company) -> str:
    return company.made("/v1/tickets", asked(company.tenant()))


def promised(company: Company) -> str:
    policy(company)
    return ticket(company)


def tickets() -> dict[str, Write]:
    path = "/v1/tickets/{}"
    told = {"tickets.sla_warned": 2, "tickets.sla_breached": 2}
    return {
        "ask for help": Write(lambda company, it: ("POST", "/v1/tickets", asked(it)), {"tickets.created": 1}, Company.tenant),
        "change a ticket": patch(path, {"priority": "high"}, {"tickets.updated": 1}, promised),
        "delete a ticket": delete(path, {"tickets.deleted": 1}, ticket),
        "restore a ticket": post(path + "/restore", None, {"tickets.restored": 1}, gone("/v1/tickets", ticket)),
        "open a ticket": post(path + "/open", None, {"tickets.opened": 1}, ticket),
        "wait for a customer": post(path + "/wait", None, {"tickets.paused": 1}, promised),
        "solve a ticket": post(path + "/solve", None, {"tickets.solved": 1}, promised),
        "close a ticket": post(path + "/close", None, {"tickets.closed": 1}, after(ticket, SOLVED)),
        "answer a customer": post(path + "/replies", SAID, {"tickets.replied": 1}, promised),
        "note something about a ticket": post(path + "/replies", SAID | {"kind": "internal"}, {"tickets.noted": 1}, ticket),
        "break what was promised": message("tickets", due, told, promised),
        "close with time": message("tickets", due, {"tickets.closed": 1}, after(promised, ANSWERED, SOLVED)),
        "retry a ticket": post(path + "/retry", None, {"tickets.retried": 1}, stuck(Ticket, "tickets", promised)),
        "solve two tickets": bulk("/v1/tickets", "solve", {"tickets.solved": 2}, two(ticket)),
    }


def sla_policies() -> dict[str, Write]:
    path = "/v1/sla-policies/{}"
    return {
        "promise something": post("/v1/sla-policies", {"name": "Standard"} | WEEK, {"tickets.policy_created": 1}),
        "promise something else": patch(path, {"name": "New"}, {"tickets.policy_updated": 1}, policy),
        "delete a policy": delete(path, {"tickets.policy_deleted": 1}, policy),
        "restore a policy": post(path + "/restore", None, {"tickets.policy_restored": 1}, gone("/v1/sla-policies", policy)),
    }

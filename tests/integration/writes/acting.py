"""What can be asked about acting as a tenant."""

from functions.impersonation.models import Impersonation
from kernel.config import table
from kernel.dynamodb import client, key
from tests.integration.writes.asking import Write, bulk, post, stuck
from tests.integration.writes.company import Company

PATH = "/v1/impersonation"


def body(tenant: str) -> dict[str, str]:
    return {"tenant_id": tenant, "reason": "They see no invoices"}


def free(company: Company) -> str:
    """A tenant; as one may act as one at a time only, the one before is forgotten."""
    client().delete_item(TableName=table("principals"), Key=key("impersonating#stf_owner"))
    return company.tenant()


def began(company: Company) -> str:
    return company.made(PATH, body(free(company)))


def impersonation() -> dict[str, Write]:
    ended = {"impersonation.ended": 1}
    return {
        "act as a tenant": Write(lambda company, it: ("POST", PATH, body(it)), {"impersonation.started": 1}, free, shown_once="token"),
        "act no more": post(PATH + "/{}/end", None, ended, began),
        "retry to end one": post(PATH + "/{}/retry", None, {"impersonation.retried": 1}, stuck(Impersonation, "impersonation", began)),
        "act no more, in bulk": bulk(PATH, "end", ended, lambda company: [began(company)]),
    }

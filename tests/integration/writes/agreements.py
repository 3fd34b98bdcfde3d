"""What can be asked about contracts, their templates, and by whom is to sign them."""

from functools import partial
from typing import Any

from functions.contracts import tokens
from functions.contracts.models import Contract
from tests.integration.writes.asking import Write, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import MESSAGE, Company, due

TEMPLATE = {"name": "Services", "body": "# Services\n\nfor {{ tenant_name }}"}
SEEN = {"if-match": '"1"'}
OVER = "2027-03-10T00:00:00.000000Z"
PUBLIC = "/v1/public/contracts/{}"


def template(company: Company) -> str:
    return company.made("/v1/contract-templates", TEMPLATE)


def terms(template: str, tenant: str, **more: Any) -> dict[str, Any]:
    return {"title": "Services", "tenant_id": tenant, "template_id": template, "signer_name": "Ada", "signer_email": "ada@acme.test",
            "starts_at": "2026-02-01T00:00:00Z", "ends_at": "2027-02-01T00:00:00Z", "renewal": "manual", "reminder_days": [7], **more}


def contract(company: Company, **more: Any) -> str:
    return company.made("/v1/contracts", terms(template(company), company.tenant(), **more))


def sent(company: Company, **more: Any) -> str:
    id = contract(company, **more)
    company.done("POST", f"/v1/contracts/{id}/send")
    return id


def with_code(company: Company, **more: Any) -> tuple[str, str]:
    """The link, and the code that goes with it."""
    id = sent(company, **more)
    token = tokens.of(Contract.fetch(id))
    company.done("POST", PUBLIC.format(token) + "/code")
    return token, tokens.code(Contract.fetch(id))


def signed(company: Company, **more: Any) -> str:
    token, code = with_code(company, **more)
    company.done("POST", PUBLIC.format(token) + "/sign", {"name": "Ada", "code": code})
    return token.partition(".")[0]


def active(company: Company, **more: Any) -> str:
    id = signed(company, **more)
    company.done(MESSAGE, "contracts", due(id, "2026-02-01T00:00:00.000000Z"))
    return id


def one_next_term(company: Company, id: str, _: Any) -> None:
    assert len(company.of("/v1/contracts", renews=id)) == 1


def contracts() -> dict[str, Write]:
    path, through_the_end = "/v1/contracts/{}", {"contracts.reminded": 1, "contracts.notice_passed": 1}
    renewing = partial(active, renewal="automatic", renewal_months=12)
    return {
        "write a contract": Write(lambda company, it: ("POST", "/v1/contracts", terms(*it)), {"contracts.created": 1},
                                  lambda company: (template(company), company.tenant())),
        "write a contract anew": patch(path, {"title": "Other"}, {"contracts.updated": 1}, contract),
        "delete a contract": delete(path, {"contracts.deleted": 1}, contract),
        "restore a contract": post(path + "/restore", None, {"contracts.restored": 1}, gone("/v1/contracts", contract)),
        "send a contract": post(path + "/send", None, {"contracts.sent": 1}, contract),
        "withdraw a contract": post(path + "/withdraw", None, {"contracts.withdrawn": 1}, sent),
        "renew a contract": post(path + "/renew", {"months": 12}, {"contracts.renewal_changed": 1}, active),
        "do not renew a contract": post(path + "/terminate", None, {"contracts.renewal_changed": 1}, renewing),
        "let a contract lapse": message("contracts", due, {"contracts.lapsed": 1}, sent),
        "let a contract begin": message("contracts", due, {"contracts.activated": 1}, signed),
        "let a contract end": message("contracts", partial(due, until=OVER), {**through_the_end, "contracts.ended": 1}, active),
        "let a contract renew itself": message(
            "contracts", partial(due, until=OVER), {**through_the_end, "contracts.renewed": 1, "contracts.term_started": 1}, renewing,
            then=one_next_term),
        "retry a contract": post(path + "/retry", None, {"contracts.retried": 1}, stuck(Contract, "contracts", sent)),
        "send two contracts": bulk("/v1/contracts", "send", {"contracts.sent": 2}, two(contract)),
    }


def templates() -> dict[str, Write]:
    path, one = "/v1/contract-templates/{}", {"contracts.template_deleted": 1}
    return {
        "add a template of contracts": post("/v1/contract-templates", TEMPLATE, {"contracts.template_created": 1}),
        "change a template of contracts": patch(path, {"name": "New"}, {"contracts.template_updated": 1}, template),
        "delete a template of contracts": delete(path, one, template, headers=SEEN),
        "restore a template of contracts": post(path + "/restore", None, {"contracts.template_restored": 1}, gone("/v1/contract-templates", template)),
    }

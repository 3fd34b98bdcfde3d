"""What can be asked about content, and about who has bought it."""

import hashlib
from typing import Any

from functions.content.models import Entitlement
from kernel.config import aws, setting
from tests.integration.writes.asking import MIDDLE, Write, after, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import MESSAGE, Company, due, news

PATH, HELD = "/v1/content", "/v1/content/entitlements"
GUIDE = {"title": "Guide", "creator_name": "Ada", "creator_email": "ada@creator.test"}
MONTHLY = GUIDE | {"pricing": "recurring", "price": 999, "currency": "EUR", "interval": "month"}
PDF = b"%PDF-1.7 guide"
UPLOAD = {"upload_id": "upl_01KGA0000000000000000000U0", "filename": "guide.pdf", "sha256": hashlib.sha256(PDF).hexdigest()}


def draft(company: Company, **body: Any) -> str:
    """With a file that was sent by its link."""
    id = company.made(PATH, GUIDE | body)
    aws("s3").put_object(Bucket=setting("FILES"), Key=f"content/uploads/{id}/{UPLOAD['upload_id']}", Body=PDF)
    return id


def attached(company: Company) -> str:
    return after(draft, (PATH + "/{}/editions", UPLOAD))(company)


def reviewed(company: Company) -> str:
    return after(attached, (PATH + "/{}/submit", None))(company)


def published(company: Company, **body: Any) -> str:
    id = after(reviewed, (PATH + "/{}/publish", None))(company)
    if body:
        company.done("PATCH", f"{PATH}/{id}", body)
    return id


def bought(company: Company, tenant: str | None = None, **body: Any) -> str:
    return str(company.done("POST", f"{PATH}/{published(company, **body)}/buy", {"tenant_id": tenant or company.tenant()})["id"])


def free(company: Company) -> str:
    return bought(company)


def invoice_of(company: Company, id: str) -> str:
    return str(company.done("GET", f"{HELD}/{id}")["invoice_id"])


def finalized(company: Company) -> str:
    """The open invoice of something monthly."""
    invoice = invoice_of(company, bought(company, **MONTHLY))
    company.done("POST", f"/v1/invoices/{invoice}/finalize")
    return invoice


def paid(company: Company) -> str:
    return after(finalized, ("/v1/invoices/{}/mark-paid", {"reason": "transfer"}))(company)


def running(company: Company) -> str:
    """Something monthly whose first period is paid."""
    invoice = paid(company)
    company.done(MESSAGE, "content", news(invoice))
    return next(str(each["id"]) for each in company.of(HELD, sort="-created_at") if each["invoice_id"] == invoice)


def buy(company: Company, it: tuple[str, str]) -> tuple[str, str, Any]:
    return "POST", f"{PATH}/{it[0]}/buy", {"tenant_id": it[1]}


def content() -> dict[str, Write]:
    path, why = PATH + "/{}", {"reason": "typos"}
    priced = {name: value for name, value in MONTHLY.items() if name not in GUIDE}
    return {
        "add content": post(PATH, MONTHLY, {"content.created": 1}),
        "change content": patch(path, {"title": "New"}, {"content.updated": 1}, draft),
        "delete content": delete(path, {"content.deleted": 1}, draft),
        "restore content": post(path + "/restore", None, {"content.restored": 1}, gone(PATH, draft)),
        "attach an edition": post(path + "/editions", UPLOAD, {"content.edition_attached": 1}, draft),
        "submit content": post(path + "/submit", None, {"content.submitted": 1}, attached),
        "publish content": post(path + "/publish", None, {"content.published": 1}, reviewed),
        "reject content": post(path + "/reject", why, {"content.rejected": 1}, reviewed),
        "retire content": post(path + "/retire", None, {"content.retired": 1}, published),
        "retire two": bulk(PATH, "retire", {"content.retired": 2}, two(published)),
        "buy what is free": Write(buy, {"content.granted": 1}, lambda company: (published(company), company.tenant())),
        "buy what costs": Write(buy, {"content.ordered": 1, "invoices.drafted": 1},
                                lambda company: (published(company, **priced), company.tenant())),
    }


def entitlements() -> dict[str, Write]:
    path = HELD + "/{}"
    return {
        "download": post(path + "/download", None, {"content.downloaded": 1}, free, shown_once="url"),
        "cancel an entitlement": post(path + "/cancel", None, {"content.cancel_scheduled": 1}, running, at=MIDDLE),
        "retry an entitlement": post(path + "/retry", None, {"content.retried": 1}, stuck(Entitlement, "content", running)),
        "cancel two entitlements": bulk(HELD, "cancel", {"content.cancel_scheduled": 2}, two(running), at=MIDDLE),
        "be given what was paid": message("content", news, {"content.granted": 1}, paid),
        "renew an entitlement": message("content", due, {"content.renewed": 1, "invoices.drafted": 1}, running),
    }

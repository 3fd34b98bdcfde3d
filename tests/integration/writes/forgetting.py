"""What can be asked about erasing what the audit log tells."""

from typing import Any

from functions.audit.models import Erasure
from kernel import audit
from tests.integration.writes.asking import Write, message, plan, post, stuck
from tests.integration.writes.company import Company, due

PATH = "/v1/audit/erasures"


def body(record: str) -> dict[str, str]:
    return {"record_id": record, "reason": "They asked for it"}


def erasure(company: Company) -> str:
    return company.made(PATH, body(plan(company)))


def forgotten(company: Company, id: str, _: Any) -> None:
    [subject] = company.done("GET", f"{PATH}/{id}")["erased"]
    assert not any("changes" in entry or "salt" in entry for entry in audit.timeline(subject))


def erasures() -> dict[str, Write]:
    return {
        "ask for an erasure": Write(lambda company, it: ("POST", PATH, body(it)), {"audit.erasure_requested": 1}, plan),
        "erase": message("audit", due, {"audit.erased": 1}, erasure, then=forgotten),
        "retry an erasure": post(PATH + "/{}/retry", None, {"audit.retried": 1}, stuck(Erasure, "audit", erasure)),
    }

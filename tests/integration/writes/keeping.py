"""What can be asked about backups."""

import json

from functions.backups import tables
from functions.backups.models import Backup
from functions.backups.service import _of
from kernel import dynamodb
from kernel.config import table
from tests.integration.writes.asking import Write, bulk, post, stuck, two
from tests.integration.writes.company import MESSAGE, Company

PATH = "/v1/backups"


def run(id: str) -> str:
    return json.dumps({"detail-type": "run", "detail": {"id": id}})


def idle(company: Company) -> None:
    """What is queued is made, as there is one at a time."""
    for status in ("running", "queued"):
        for id in _of(status):
            company.done(MESSAGE, "backups", run(id))


def queued(company: Company) -> str:
    idle(company)
    return company.made(PATH, {})


def backup(company: Company) -> str:
    id = queued(company)
    company.done(MESSAGE, "backups", run(id))
    return id


def planned(company: Company) -> tuple[str, str]:
    """A backup and the plan of a dry run."""
    tenant = company.tenant()
    id = backup(company)
    company.done("POST", f"{PATH}/{id}/restore", {"tenant_id": tenant})
    company.done(MESSAGE, "backups", run(id))
    return id, str(company.done("GET", f"{PATH}/{id}/plan")["restore"]["plan_id"])


def lost(company: Company) -> str:
    """The key of the manifest of a backup that nothing but its files is left of."""
    id = backup(company)
    for feature in ("backups", "audit"):
        for item in tables.page(table(feature))[0]:
            if item["pk"]["S"] == id:
                dynamodb.client().delete_item(TableName=table(feature), Key={"pk": item["pk"], "sk": item["sk"]})
    return f"backups/{id}/manifest.json"


def backups() -> dict[str, Write]:
    asked, proof = {"backups.restore_requested": 1}, "/verify"
    return {
        "make a backup": post(PATH, {}, {"backups.requested": 1}, idle),
        "register a backup": Write(lambda company, it: ("POST", PATH, {"manifest_key": it}), {"backups.registered": 1}, lost),
        "prove a backup": post(PATH + "/{}" + proof, None, {"backups.verification_requested": 1}, backup),
        "prove two backups": bulk(PATH, "verify", {"backups.verification_requested": 2}, two(backup)),
        "ask what a restore would change": post(PATH + "/{}/restore", {}, asked, backup),
        "restore a tenant": Write(
            lambda company, it: ("POST", f"{PATH}/{it[0]}/restore", {"dry_run": False, "plan_id": it[1]}), asked, planned),
        "retry a backup": post(PATH + "/{}/retry", None, {"backups.retried": 1}, stuck(Backup, "backups", queued)),
    }

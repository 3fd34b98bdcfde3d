"""How many leads are where: kept from their events, so that nobody has to count.

The item `funnel` of the table `leads` has a number for each state; `heard#<lead>` is the newest version heard of a lead and where it was
then, changed in the same transaction. So events may come twice and in any order.
"""

from typing import Any

from functions.leads.models import Funnel, Lead
from functions.leads.rules import STATES, per_mille
from kernel import dynamodb
from kernel.problems import Unavailable

FUNNEL = "funnel"
TRIES = 8


def read() -> Funnel:
    item = dynamodb.get(Lead.table(), FUNNEL) or {}
    counts = {state: int(item[state]["N"]) if state in item else 0 for state in STATES}
    return Funnel(counts=counts, conversion_per_mille=per_mille(counts["won"], counts["won"] + counts["lost"]))


def heard(id: str, version: int, status: str | None) -> None:
    """Where a lead is; None: it was deleted. An older version changes nothing."""
    for _ in dynamodb.tries(TRIES):
        known = dynamodb.get(Lead.table(), f"heard#{id}")
        if known is not None and int(known["version"]["N"]) >= version:
            return
        if dynamodb.held(dynamodb.client().transact_write_items, TransactItems=_writes(id, version, status, known)) is not None:
            return
    raise Unavailable("the funnel is being changed, try again")


def _writes(id: str, version: int, status: str | None, known: dynamodb.Item | None) -> list[dict[str, Any]]:
    name: dict[str, Any] = {"TableName": Lead.table()}
    was = known["status"]["S"] if known and "status" in known else None
    item = dynamodb.key(f"heard#{id}") | {"version": {"N": str(version)}} | ({"status": {"S": status}} if status else {})
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if known is not None:
        condition = {"ConditionExpression": "version = :v", "ExpressionAttributeValues": {":v": known["version"]}}
    moved = {state: by for state, by in ((was, -1), (status, 1)) if state is not None and was != status}
    writes: list[dict[str, Any]] = [{"Put": name | condition | {"Item": item}}]
    return [*writes, {"Update": name | _addition(moved)}] if moved else writes


def _addition(moved: dict[str, int]) -> dict[str, Any]:
    return {"Key": dynamodb.key(FUNNEL), "UpdateExpression": "ADD " + ", ".join(f"#{state} :{state}" for state in moved),
            "ExpressionAttributeNames": {f"#{state}": state for state in moved},
            "ExpressionAttributeValues": {f":{state}": {"N": str(by)} for state, by in moved.items()}}

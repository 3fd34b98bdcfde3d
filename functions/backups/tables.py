"""What a backup holds: every table by its feature's name, and why some are not in it. A test compares this with the template."""

from typing import Any

from functions.backups.rules import canonical
from kernel import dynamodb
from kernel.config import table

# The audit log comes last: whatever version of a record was read before, its entry is in it.
TABLES = (
    "announcements", "api_keys", "articles", "clocks", "content", "contracts", "exports", "flags", "health", "impersonation", "insights",
    "invoices", "leads", "notifications", "onboarding", "payments", "plans", "principals", "reconciliation", "search", "settings", "staff",
    "subscriptions", "tenants", "tickets", "audit")
NOT_BACKED_UP = {
    "backups": "it changes while it is read; of each backup its own manifest tells",
    "realtime": "who is connected now, and what was told in the last minutes",
    "relay": "which entries were sent in the last days"}
# Of who may do what: who they are and what they may, keys as the hashes that they are kept as. What lets somebody in at this moment
# (sessions with their tokens, impersonations), and what counts attempts, is in no backup.
_PRINCIPALS = ("staff#", "key#", "holders#", "owners", "roles")
# What a new stack, in which nobody but its owner is, has something in already: of these three that stays. Of the others, the heartbeats
# of its schedules and a model that has learned nothing, the backup's take the place.
STAYS = ("principals", "search", "staff")
FOUND_IN_A_NEW_STACK = ("audit", "health", "insights", *STAYS)
FEW = 1000  # items of such a table; where there are more, it is in use


def page(name: str, start: Any = None) -> tuple[list[dynamodb.Item], Any]:
    """Items of a table by its name in the database, newest state, and where the next page begins. The one place that scans: a worker's."""
    found = dynamodb.read("Scan", TableName=name, ConsistentRead=True, **({"ExclusiveStartKey": start} if start else {}))
    return found["Items"], found.get("LastEvaluatedKey")


def lines(feature: str, start: Any, most: int) -> tuple[list[str], Any]:
    """A table's items as lines, until they have so many bytes, and where the next begin."""
    found: list[str] = []
    size = 0
    while True:
        items, start = page(table(feature), start)
        found += [canonical(item) for item in items if is_kept(feature, item)]
        size += sum(len(line) for line in found[-len(items):]) if items else 0
        if start is None or size >= most:
            return found, start


def is_kept(feature: str, item: dynamodb.Item) -> bool:
    return feature != "principals" or item["pk"]["S"].startswith(_PRINCIPALS)

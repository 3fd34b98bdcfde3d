"""Who reads: what is live for a caller, what they have read and dismissed, and how many have.

The item `seen#<who>#<announcement>` has the newest edition that somebody has read, and whether they have dismissed it; the child
`seen#<edition>` of the announcement has both numbers, changed in the same transaction. So a read may come any number of times.
"""

from datetime import datetime
from typing import Any

from functions.announcements.markdown import html
from functions.announcements.models import Announcement, AnnouncementStatus, Current, CurrentAnnouncement, Seen, Severity
from functions.announcements.rules import addresses, shows
from functions.tenants.contract import Standing, standing
from kernel import dynamodb
from kernel.access import Principal
from kernel.clock import stamp
from kernel.paths import LAST
from kernel.problems import Forbidden, NotFound, Unavailable

MOST = 50  # of each state, the newest: nobody reads more at once
TRIES = 8
_RANK = {severity: rank for rank, severity in enumerate(reversed(Severity))}
_BY_START = next(path for path in Announcement.paths if path.sort == "starts_at")


def current(caller: Principal, *, at: datetime) -> Current:
    """A tenant's key is shown what addresses its tenant; staff all that is live."""
    stands = standing(caller.tenant_id) if caller.tenant_id else None
    found = [each for status in (AnnouncementStatus.LIVE, AnnouncementStatus.SCHEDULED) for each in _begun(status, at)]
    found = [each for each in found if _is_for(each, caller, stands, at)]
    found.sort(key=lambda each: (_RANK[Severity(each.severity)], -each.starts_at.timestamp()))
    seen = {item["pk"]["S"]: item for item in dynamodb.many(Announcement.table(), [_place(caller, each.id) for each in found])}
    data = [_shown(each, seen.get(_place(caller, each.id), {})) for each in found]
    return Current(data=data, unread=sum(not each.read for each in data))


def see(id: str, caller: Principal, *, dismiss: bool, at: datetime) -> Seen:
    """The caller has read it, or wants to see no more of this edition. `NotFound` for what is not live for them, `Forbidden` for who acts
    as a tenant: neither the tenant nor they themselves have read it by that."""
    if caller.impersonation:
        raise Forbidden("who acts as a tenant reads nothing for it")
    found = Announcement.fetch(id)
    if not _is_for(found, caller, standing(caller.tenant_id) if caller.tenant_id else None, at):
        raise NotFound(f"announcement {id} does not exist")
    for _ in dynamodb.tries(TRIES):
        old = dynamodb.get(Announcement.table(), _place(caller, id)) or {}
        known = _known(old, found.edition)
        if known and (known["dismissed"] or not dismiss):
            return count(found)
        writes = _writes(found, _place(caller, id), old, bool(known), dismiss=dismiss)
        if dynamodb.held(dynamodb.client().transact_write_items, TransactItems=writes) is not None:
            return count(found)
    raise Unavailable("too many read it at this moment, try again")


def count(found: Announcement) -> Seen:
    item = dynamodb.get(Announcement.table(), found.id, _edition(found)) or {}
    read, dismissed = (int(item[name]["N"]) if name in item else 0 for name in ("read", "dismissed"))
    return Seen(edition=found.edition, read=read, dismissed=dismissed)


def _begun(status: str, at: datetime) -> list[Announcement]:
    """Those of a state whose window has begun, newest first."""
    partition = _BY_START.partition(Announcement.prefix, {"status": status})
    items, _ = dynamodb.ask(Announcement.table(), _BY_START.index, partition, high=f"{stamp(at)}#{LAST}", forward=False, limit=MOST)
    return [Announcement.load(item) for item in items]


def _is_for(found: Announcement, caller: Principal, stands: Standing | None, at: datetime) -> bool:
    if not shows(found.status, found.starts_at, found.ends_at, at):
        return False
    tenant_id = caller.tenant_id
    return stands is None or tenant_id is None or addresses(
        found.audience, found.audience_ids, tenant_id=tenant_id, plan_id=stands.plan_id, tags=stands.tags)


def _shown(found: Announcement, item: dynamodb.Item) -> CurrentAnnouncement:
    known = _known(item, found.edition)
    return CurrentAnnouncement(
        id=found.id, title=found.title, html=html(found.body), severity=Severity(found.severity), channels=found.channels,
        starts_at=found.starts_at, ends_at=found.ends_at, edition=found.edition, read=bool(known), dismissed=known.get("dismissed", False))


def _known(item: dynamodb.Item, edition: int) -> dict[str, bool]:
    """Empty for who has not read this edition."""
    return {"dismissed": item["dismissed"]["BOOL"]} if item and int(item["edition"]["N"]) == edition else {}


def _writes(found: Announcement, place: str, old: dynamodb.Item, read: bool, *, dismiss: bool) -> list[dict[str, Any]]:
    """What is known of the reader, if it still is what was found, and the numbers."""
    name: dict[str, Any] = {"TableName": Announcement.table()}
    item = dynamodb.key(place) | {"edition": {"N": str(found.edition)}, "dismissed": {"BOOL": dismiss}}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if old:
        condition = {"ConditionExpression": "edition = :e AND dismissed = :d",
                     "ExpressionAttributeValues": {":e": old["edition"], ":d": old["dismissed"]}}
    more = {":read": {"N": str(int(not read))}, ":dismissed": {"N": str(int(dismiss))}}
    addition = {"Key": dynamodb.key(found.id, _edition(found)), "UpdateExpression": "ADD #read :read, #dismissed :dismissed",
                "ExpressionAttributeNames": {"#read": "read", "#dismissed": "dismissed"}, "ExpressionAttributeValues": more}
    return [{"Put": name | condition | {"Item": item}}, {"Update": name | addition}]


def _place(caller: Principal, id: str) -> str:
    return f"seen#{caller.id}#{id}"


def _edition(found: Announcement) -> str:
    return f"seen#{found.edition:06d}"

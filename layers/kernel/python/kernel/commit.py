"""`commit`: records, their audit entries, and what must be unique, in ONE DynamoDB transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError

from kernel import audit, dynamodb
from kernel.audit import Actor, Entry, Payload
from kernel.clock import is_gone, stamp, wall
from kernel.config import table
from kernel.problems import Conflict, Duplicate, Refused, Repeated, Stale, TooLarge, Unavailable
from kernel.records import Record
from kernel.telemetry import logger

MAX_RECORDS, MAX_ITEMS = 49, 100  # a record takes two items: its own and its entry's
TRIES = 6  # of a transaction that collides with others
CONFLICTS = 3  # of a use case with someone who was quicker
IN_THE_WAY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}  # reasons that pass
_NEVER = 2**63
ONCE = "once#"  # what the marker of an `Idempotency-Key` begins with
T = TypeVar("T")
_buckets_known: set[tuple[str, str]] = set()


@dataclass(frozen=True)
class Marker:
    """An item written in the transaction on a condition: that it is new, or that it still holds what `expect` says.

    A marker that exists makes the commit raise `Duplicate` with its values: the thing has been done. One whose expectation
    fails raises `Conflict`: read again. `kind` is any record of the feature whose table holds it. From `expires_at` on a marker counts
    as absent; DynamoDB removes it some hours later.
    """

    kind: type[Record]
    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    expect: Mapping[str, str | int] | None = None
    expires_at: datetime | None = None

    def write(self) -> dict[str, Any]:
        item = dynamodb.key(self.key) | {name: _typed(value) for name, value in self.values.items()}
        if self.expires_at is not None:
            item["ttl"] = {"N": str(int(self.expires_at.timestamp()))}
        put: dict[str, Any] = {"TableName": self.kind.table(), "Item": item, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if self.expect is None:
            return put | {"ConditionExpression": "attribute_not_exists(pk) OR #ttl < :now", "ExpressionAttributeNames": {"#ttl": "ttl"},
                          "ExpressionAttributeValues": {":now": {"N": str(int(wall().timestamp()))}}}
        names = {f"#{n}": name for n, name in enumerate(self.expect)}
        values = {f":{n}": _typed(value) for n, value in enumerate(self.expect.values())}
        condition = " AND ".join(f"#{n} = :{n}" for n in range(len(self.expect)))
        return put | {"ConditionExpression": condition, "ExpressionAttributeNames": names, "ExpressionAttributeValues": values}


class Change(NamedTuple):
    """A record with its event; a pair will do. Where one commit does the work of several causes, each change may name its own."""

    record: Record
    payload: Payload
    at: datetime | None = None
    actor: Actor | None = None


def marker(kind: type[Record], key: str) -> dict[str, Any] | None:
    """The values of a marker, or None where there is none or it has expired."""
    found = _plain(dynamodb.get(kind.table(), key) or {})
    return found if found and found.get("ttl", _NEVER) >= int(wall().timestamp()) else None


def commit(*changes: tuple[Record, Payload] | Change, actor: Actor, at: datetime, markers: Sequence[Marker] = (),
           items: Sequence[tuple[str, dynamodb.Item]] = (), writes: Sequence[dict[str, Any]] = ()) -> list[Entry]:
    """Write the records, one audit entry each, the markers, and other items as (table, item), such as children: all or nothing.

    `writes` are further parts of the transaction as DynamoDB takes them, such as an `Update` on a condition.

    The first record is the one that the caller addressed: its version must be `actor.expects`, where that is given (`Stale`).
    `Conflict` when a version moved or the condition of a write fails, `Duplicate` when a marker exists, `Repeated` when that of the
    request's `Idempotency-Key` does, `TooLarge`, or `Unavailable` after six tries. A try whose answer was lost is recognised by its own
    entry and counts as done.
    ValueError for more than 49 records or 100 items, or a record that comes twice.
    """
    size = 2 * len(changes) + len(markers) + len(items) + len(writes)
    if not 0 < len(changes) <= MAX_RECORDS or size > MAX_ITEMS or len({change[0].id for change in changes}) < len(changes):
        raise ValueError(f"{len(changes)} records in {size} items: 1 to {MAX_RECORDS} in {MAX_ITEMS} are possible, each once")
    if actor.expects is not None and changes[0][0].version != actor.expects:
        raise _stale(changes[0][0])
    _leave_gone_clocks([change[0] for change in changes])
    now = wall()
    prepared = [_Prepared.of(each.record, each.payload, actor=each.actor or actor, at=each.at or at, now=now)
                for each in (Change(*change) for change in changes)]
    once = actor.once.marker([each.record for each in prepared], [each.item for each in prepared]) if actor.once else None
    markers = [once, *markers] if once else markers
    puts = [*(marker.write() for marker in markers), *(put for each in prepared for put in each.puts()),
            *({"TableName": name, "Item": item} for name, item in items)]
    for each in prepared:
        _announce_buckets(each.record, each.item)
    _transact([*({"Put": put} for put in puts), *writes], markers, prepared, stale=None if actor.expects is None else _stale(changes[0][0]))
    for each in prepared:
        each.settle()
    if actor.once and once:
        actor.once.settled(once)
    return [each.entry for each in prepared]


def change(one: tuple[Record, Payload] | Change, *, actor: Actor, at: datetime) -> None:
    """`commit`, unless nothing about the record is different: then it keeps its version, and only `If-Match` is checked (`Stale`)."""
    record = one[0]
    if audit.difference(record._loaded, record.image()):
        commit(one, actor=actor, at=at)
    elif actor.expects not in (None, record.version):
        raise _stale(record)


def again(change: Callable[[], T]) -> T:
    """Runs a use case that reads, decides and commits; from the start, at most three times, when someone else was quicker.

    What a rule refuses is refused at once, and so is a caller who sent `If-Match` (`Stale`): what they saw is not the newest.
    """
    for _ in range(CONFLICTS - 1):
        try:
            return change()
        except Refused:
            raise
        except Conflict:
            logger.info("conflict")
    return change()


def _leave_gone_clocks(records: Sequence[Record]) -> None:
    """A record that becomes due when its test clock was deleted falls due in real time.

    The clock is asked only where no other record of the commit was due on it already: such a one is taken off by the clock's release,
    which looks twice, and so finds what is written meanwhile.
    """
    bound = [record for record in records if record.clock_id is not None and record.next_action_at is not None]
    stand = {record.clock_id for record in bound if record._loaded.get("next_action_at") and not record._loaded.get("stuck")}
    gone = {id for id in {record.clock_id for record in bound} - stand if is_gone(id)}
    for record in bound:
        record.clock_id = None if record.clock_id in gone else record.clock_id


def _stale(record: Record) -> Stale:
    return Stale(f"{record.id} was changed by someone else, read it again")


@dataclass(frozen=True)
class _Prepared:
    """A record with its entry and its item as they will be; the record itself moves only when the transaction has."""

    record: Record
    entry: Entry
    item: dynamodb.Item
    image: dict[str, Any]
    now: datetime

    @classmethod
    def of(cls, record: Record, payload: Payload, *, actor: Actor, at: datetime, now: datetime) -> "_Prepared":
        from kernel.search import described  # late: a function that reads does not need it

        created_at, record.created_at = record.created_at, record.created_at or now
        try:
            image, item = record.image(), record.item()
        finally:
            record.created_at = created_at
        entry = audit.build(payload, subject=record.id, version=record.version + 1, previous=record.head, recorded_at=now, at=at,
                            changes=audit.difference(record._loaded, image), actor=actor, tenant_id=record.owner, clock_id=record.clock_id,
                            search=described(record))
        updated = {"version": {"N": str(entry.version)}, "head": {"S": entry.hash}, "updated_at": {"S": stamp(now)}}
        return cls(record, entry, item | updated, image, now)

    def puts(self) -> list[dict[str, Any]]:
        root: dict[str, Any] = {"TableName": self.record.table(), "Item": self.item}
        if self.record.version:
            root |= {"ConditionExpression": "version = :v", "ExpressionAttributeValues": {":v": {"N": str(self.record.version)}}}
        else:
            root |= {"ConditionExpression": "attribute_not_exists(pk)"}
        entry = {"TableName": table("audit"), "Item": self.entry.item(), "ConditionExpression": "attribute_not_exists(pk)"}
        return [root, entry]

    def settle(self) -> None:
        self.record.version, self.record.head = self.entry.version, self.entry.hash
        self.record.created_at, self.record.updated_at = self.record.created_at or self.now, self.now
        self.record._loaded = self.image

    def is_written(self) -> bool:
        """Whether an earlier try, whose answer was lost, succeeded: no one else can have made an entry with this salt."""
        found = dynamodb.get(table("audit"), self.entry.subject, f"{self.entry.version:010d}")
        return found is not None and found["hash"]["S"] == self.entry.hash


def _transact(writes: list[dict[str, Any]], markers: Sequence[Marker], prepared: list[_Prepared], *, stale: Stale | None) -> None:
    for _ in dynamodb.tries(TRIES):
        try:
            dynamodb.client().transact_write_items(TransactItems=writes)
            return
        except dynamodb.UNREACHABLE:
            continue  # nobody knows what became of it: the next try does, by the entry
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in dynamodb.BUSY:
                break  # the client has tried four times itself
            if code != "TransactionCanceledException":
                raise
            reasons: list[Any] = list(error.response["CancellationReasons"])
            if {reason.get("Code", "None") for reason in reasons} - {"None"} <= IN_THE_WAY:
                continue
            if prepared[0].is_written():
                return
            _refuse(reasons, markers, stale, error)
    raise Unavailable("the database is busy, try again", retry_after=1)


def _refuse(reasons: list[dict[str, Any]], markers: Sequence[Marker], stale: Stale | None, error: ClientError) -> None:
    """Reasons come in the order of the writes: markers first, then the record that the caller addressed."""
    failed = [reason.get("Code") == "ConditionalCheckFailed" for reason in reasons]
    for n, marker in enumerate(markers):
        if failed[n] and marker.key.startswith(ONCE):
            raise Repeated(marker.key) from error
        if failed[n] and marker.expect is None:
            raise Duplicate(marker.key, _plain(reasons[n].get("Item") or {})) from error
    if stale and failed[len(markers)]:
        raise stale from error
    if any(failed):
        raise Conflict("the record was changed by someone else, read it again") from error
    if {reason.get("Code") for reason in reasons} & {"ItemCollectionSizeLimitExceeded", "ValidationError"}:
        raise TooLarge("the change is larger than the database takes") from error
    raise error


def _announce_buckets(record: Record, item: dynamodb.Item) -> None:
    """Names the month of a bucketed path in the list of its non-empty months, once a process. A month listed too early is harmless."""
    for path in record.paths:
        partition = item.get(f"{path.index}pk", {}).get("S", "")
        if not path.bucket or not partition or (record.table(), partition) in _buckets_known:
            continue
        base, _, name = partition.rpartition("@")
        dynamodb.client().update_item(
            TableName=record.table(), Key=dynamodb.key(f"buckets#{base}"), UpdateExpression="ADD months :m",
            ExpressionAttributeValues={":m": {"SS": [name]}})
        _buckets_known.add((record.table(), partition))


def bucket_months(kind: type[Record], partition: str) -> list[str]:
    """The months (`2026-11`) in which a bucketed partition may hold records, oldest first."""
    item = dynamodb.get(kind.table(), f"buckets#{partition}")
    return sorted(item["months"]["SS"]) if item else []


def _typed(value: str | int) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _plain(item: dynamodb.Item) -> dict[str, Any]:
    return {name: int(value["N"]) if "N" in value else value.get("S") for name, value in item.items()}


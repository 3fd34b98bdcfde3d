"""What was denied to somebody who had signed in: entries of the audit log that belong to no record, and so to no chain.

At most 20 a minute and principal, then one whenever their number has doubled. Each stands on its own: `audit.first_bad` checks it alone.
"""

from kernel import audit, dynamodb
from kernel.audit import GENESIS, UNCHAINED, Actor, Payload
from kernel.clock import stamp, wall
from kernel.config import table

EACH = 20
_KEPT = 24 * 3600  # seconds for which the number of a minute can be looked up


class Denied(Payload, event="access.denied"):
    """Somebody was refused (403). `count`: how many times in this minute; `permission` is what they lacked, if that was the reason."""

    route: str
    permission: str | None
    count: int


def record(actor: Actor, *, route: str, permission: str | None, tenant_id: str | None) -> None:
    """Two writes: the minute's counter, in the table of principals, and the entry."""
    now = wall()
    subject = f"{UNCHAINED}{actor.id}:{stamp(now)[:16]}"
    counted = dynamodb.client().update_item(
        TableName=table("principals"), Key=dynamodb.key(subject), ReturnValues="ALL_NEW",
        UpdateExpression="ADD denied :one SET #ttl = :ttl", ExpressionAttributeNames={"#ttl": "ttl"},
        ExpressionAttributeValues={":one": {"N": "1"}, ":ttl": {"N": str(int(now.timestamp()) + _KEPT)}})
    count = int(counted["Attributes"]["denied"]["N"])
    if count > EACH and count & (count - 1):
        return
    told = Denied(route=route[:200], permission=permission, count=count)
    changes = {name: [None, value] for name, value in told.model_dump().items()}
    entry = audit.build(told, subject=subject, version=count, previous=GENESIS, changes=changes, actor=actor, at=now, recorded_at=now,
                        tenant_id=tenant_id)
    dynamodb.client().put_item(TableName=table("audit"), Item=entry.item(), ConditionExpression="attribute_not_exists(pk)")

"""What was told in the last quarter of an hour, in the order in which it became known here: for who was not there to hear it.

A cursor is a time, or the place in this order where a page ended. Workers write and push beside each other, so something may be seen later
that has an earlier time. Within `MARGIN` every worker has ended: a cursor to be kept lies before it, and what it makes come twice, `id`
and `version` tell.
"""

import json
import re
import secrets
from dataclasses import asdict
from datetime import timedelta

from functions.realtime.models import Gone, RecordChanges
from functions.realtime.news import News
from kernel import dynamodb
from kernel.access import Principal
from kernel.clock import stamp, wall
from kernel.config import table

LOG = "log#"  # one partition: each item holds what came to a worker together
MARGIN = timedelta(seconds=30)  # more than the worker's time in the template, and by how much the clocks of functions differ
REACH, KEPT = timedelta(minutes=15), timedelta(hours=1)
PAGE = 50  # items, of at most ten changes each
_CURSOR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z(~[0-9a-f]{8})?")


def cursor() -> str:
    """Where one stands who has heard everything until now."""
    return stamp(wall() - MARGIN)


def write(news: list[News]) -> None:
    """Whoever looks behind it from now on finds it. Written twice, it is found twice."""
    at = wall()
    item = dynamodb.key(LOG, f"{stamp(at)}~{secrets.token_hex(4)}")
    item |= {"news": {"S": json.dumps([asdict(each) for each in news])}, "ttl": {"N": str(int((at + KEPT).timestamp()))}}
    dynamodb.client().put_item(TableName=table("realtime"), Item=item)


def after(place: str, principal: Principal) -> RecordChanges:
    """What became known behind the cursor, of what the caller may hear. `Gone` for a cursor that is too old, or none of ours."""
    now = wall()
    if not _CURSOR.fullmatch(place) or not stamp(now - REACH - MARGIN) <= place <= stamp(now + MARGIN):
        raise Gone("what happened since is not known any more: read everything anew")
    # `!` sorts before `~` and every digit: behind an item, or before all of an instant. The read is consistent, so that who asks when a
    # socket has opened finds all that was told before it was known to be open.
    answer = dynamodb.read(
        "Query", TableName=table("realtime"), ConsistentRead=True, Limit=PAGE, KeyConditionExpression="pk = :log AND sk > :place",
        ExpressionAttributeValues={":log": {"S": LOG}, ":place": {"S": f"{place}!"}})
    items, more = answer["Items"], "LastEvaluatedKey" in answer
    found = dict.fromkeys(News(**each) for item in items for each in json.loads(item["news"]["S"]))
    data = [each.change() for each in found if each.may_be_told(principal)]
    return RecordChanges(data=data, cursor=items[-1]["sk"]["S"] if more else cursor(), more=more)

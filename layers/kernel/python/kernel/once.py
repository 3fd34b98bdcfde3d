"""`Idempotency-Key`: a POST that comes twice has one effect and one answer.

The marker is in the transaction of the effect itself: of the first commit that writes the record which the answer shows. It keeps that
record as it was then, from which the answer is made again. Where the answer came to say more than that commit wrote, it is kept as well.
A marker lives for 24 hours. What failed is not remembered, and may be sent again with the same key.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from kernel import dynamodb
from kernel.audit import digest
from kernel.clock import stamp, wall
from kernel.commit import ONCE, Marker, marker
from kernel.problems import BadRequest, Busy, Invalid
from kernel.records import Record
from kernel.views import projection

LIFE, IN_FLIGHT = timedelta(hours=24), timedelta(seconds=30)
HEADER = "Idempotency-Key"


@dataclass
class Once:
    """One request with its key. `kind` and `view` are of the record that the answer shows; `id` is the one that the address names, None
    where a new one is made at `place`. `view` is None for work that is no single commit.

    `outside`: someone else is asked in between, so a repeat that comes meanwhile is told to wait (409).
    """

    key: str
    body: str
    kind: type[Record]
    view: type[BaseModel] | None
    status: int
    id: str | None = None
    place: str = ""
    outside: bool = False
    kept: dynamodb.Item | None = None  # the record as the marker has it, once that is written
    begun: bool = False

    def marker(self, records: Sequence[Record], items: Sequence[dynamodb.Item]) -> Marker | None:
        """The marker for a commit of these records, or None where it is not the effect, or not its first."""
        if self.kept is not None:
            return None
        for record, item in zip(records, items, strict=True):
            if isinstance(record, self.kind) and (record.id == self.id if self.id else not record.version):
                plain = {name: value for name, value in item.items() if not name.startswith("gsi")}
                return self._marker(item=json.dumps(plain))
        return None

    def settled(self, written: Marker) -> None:
        self.kept = json.loads(str(written.values["item"]))

    def _marker(self, **values: str) -> Marker:
        busy = {"busy_until": stamp(wall() + IN_FLIGHT)} if self.outside or self.view is None else {}
        return Marker(self.kind, self.key, {"body": self.body, **busy, **values}, expires_at=wall() + LIFE)

    def begin(self) -> None:
        """For work that is no single commit: says that it is under way. `Busy` where it is already; one that was given up is begun anew."""
        put = self._marker().write()
        put["ConditionExpression"] += " OR busy_until < :stamp"
        put["ExpressionAttributeValues"] |= {":stamp": {"S": stamp(wall())}}
        if dynamodb.held(dynamodb.client().put_item, **put) is None:
            raise Busy("the same request is being worked on")
        self.begun = True

    def give_up(self) -> None:
        """For work that was begun, of which a part may be tried again: no answer is kept, and a repeat need not wait."""
        self.begun = False
        dynamodb.client().update_item(
            TableName=self.kind.table(), Key=dynamodb.key(self.key), UpdateExpression="SET busy_until = :never",
            ExpressionAttributeValues={":never": {"S": "0"}})

    def found(self) -> dict[str, Any] | None:
        """What an earlier request has left: `item`, or `answer` with its `etag`. `Invalid` for another body, `Busy` while it works."""
        values = marker(self.kind, self.key)
        if values is None:
            return None
        if values["body"] != self.body:
            raise Invalid("this key was sent with another request", code="idempotency_key_reused", field=HEADER)
        if "answer" not in values and values.get("busy_until", "") > stamp(wall()):
            raise Busy("the same request is being worked on")
        return values if "answer" in values or "item" in values else None

    def replay(self, left: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of the first request, from what it left."""
        body, etag = (left["answer"], left["etag"]) if "answer" in left else self._rendered(json.loads(left["item"]))
        headers = {"Content-Type": "application/json", "Idempotency-Replayed": "true"} | ({"ETag": etag} if etag else {})
        if self.id is None and self.view is not None:  # a new record, also one that is only asked for yet (202)
            headers["Location"] = f"{self.place}/{json.loads(body)['id']}"
        return {"statusCode": self.status, "headers": headers, "body": body, "isBase64Encoded": False}

    def _rendered(self, item: dynamodb.Item) -> tuple[str, str]:
        return json.dumps(projection(self.kind, self.view)(item)) if self.view else "", f'"{item["version"]["N"]}"'

    def settle(self, answer: Mapping[str, Any]) -> None:
        """Keeps an answer that is not what the marker's record says."""
        if answer["statusCode"] >= 300 or not (self.begun or self.kept):
            return
        etag = answer["headers"].get("ETag", "")
        if self.kept is None or self._rendered(self.kept) != (answer["body"], etag):
            dynamodb.client().update_item(
                TableName=self.kind.table(), Key=dynamodb.key(self.key), UpdateExpression="SET answer = :a, etag = :e",
                ExpressionAttributeValues={":a": {"S": answer["body"]}, ":e": {"S": etag}})


def identity(header: str, caller: str, address: str) -> str:
    """The marker of a header's key, quoted or bare: 1 to 255 visible ASCII signs. It counts for this caller at this address."""
    key = header.strip().removeprefix('"').removesuffix('"')
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise BadRequest("an Idempotency-Key has 1 to 255 visible ASCII signs", code="bad_idempotency_key", field=HEADER)
    return ONCE + digest(json.dumps([caller, address, key]))

"""How often someone may ask: limits and credits of a holder in one item of `principals`, usually by one write for each decision.

A limit is a GCRA (ITU-T I.371): one number, the time by which all that was taken would have come at an even pace. A request moves it on
by its cost, from where it stands (busy) or, where that has passed, from now (idle). Each is one form of condition and assignment, and
which one is right follows from the item as it was last seen. A wrong guess changes nothing and brings the item back, which decides. So
several limits are taken all or none, and who is refused takes nothing.
"""

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from kernel import dynamodb, telemetry
from kernel.clock import stamp
from kernel.config import hashed, table
from kernel.dynamodb import BUSY, UNREACHABLE, Item
from kernel.problems import Unavailable
from kernel.quotas import EPOCH, Decision, State
from kernel.quotas import Credits as Credits
from kernel.quotas import Limit as Limit

ALWAYS = 253402300799  # the end of the year 9999
TRIES = 5  # a guess is wrong when a limit has become busy or idle since; more than two are a crowd at that very moment
_MICROSECOND = timedelta(microseconds=1)
_KNOWN = 1000  # holders
_known: dict[str, Item] = {}  # their items as this process last saw them


def take(holder: str, limits: Sequence[tuple[str, Limit]], *, now: datetime, cost: int = 1, paid: int = 0,
         credits: Credits | None = None, by: str | None = None, lasting: bool = False, closed: bool = False) -> Decision:
    """Takes `cost` of each limit and of the credits, or nothing. Each limit comes with its attribute's name in the item `usage#<holder>`.
    Of the cost, `paid` were taken already; who is refused will have to take them again, and is told a wait in which there is room for both.

    Notes when: `last_used_at`, or `last_used_at#<by>` where several use one holder. The item goes by itself after its longest window,
    unless it is `lasting` or has ever held credits. What DynamoDB does not decide is admitted, and counted as `LimiterFailedOpen`;
    `closed`, or a limit that is closed, makes it `Unavailable`.
    """
    asked, closed = _Asked(holder, limits, credits, cost, paid, now, by, lasting), closed or any(limit.closed for _, limit in limits)
    item, seen = _known.get(asked.pk, {}), False
    try:
        for attempt in range(TRIES):
            found = asked.judge(item)
            # An old item will do to refuse by a limit, whose time only goes on. Credits may have been given since.
            if not found.admitted and (seen or not found.exhausted):
                return found
            if attempt > 1:
                time.sleep(random.uniform(0, 0.005 * 2**attempt))
            item, taken = _written(asked.update(item))
            seen = True
            _remember(asked.pk, item)
            if taken:
                return Decision(True, states=asked.states(item), credits=asked.left(item))
        reason = "Contention"
    except (ClientError, *UNREACHABLE) as failure:
        reason = failure.response["Error"]["Code"] if isinstance(failure, ClientError) else type(failure).__name__
        if not closed and not _is_outage(failure):
            raise  # a mistake of ours
    if closed:
        raise Unavailable("cannot tell how often this was asked, try again")
    telemetry.count("LimiterFailedOpen", reason=reason)
    return Decision(True)


def standing(item: Item, holder: str, limits: Sequence[tuple[str, Limit]], *, now: datetime, credits: Credits | None = None) -> Decision:
    """Where the limits and credits stand by the holder's item; takes nothing."""
    return _Asked(holder, limits, credits, 1, 0, now, None, False).judge(item)


def per_ip(ip: str, limit: Limit, *, now: datetime, taking: bool = True) -> Decision:
    """One unit of what an address may ask without signing in. Of IPv6 the first half counts: one customer has all of the rest.
    Without `taking`, the decision as far as this process knows: nobody is asked, and nothing taken."""
    from ipaddress import ip_address

    network = str(int(ip_address(ip)) >> 64) if ":" in ip else ip
    holder, asked = f"ip#{hashed(network)}", [(limit.name, limit)]
    return take(holder, asked, now=now) if taking else standing(_known.get(f"usage#{holder}", {}), holder, asked, now=now)


def grant(holder: str, credits: Credits, left: int, *, now: datetime) -> dict[str, Any]:
    """A write for `commit(writes=[…])`: from now until the next refill there are `left` credits, whatever there was."""
    values = {":left": left, ":since": _micros(credits.since(now)), ":ttl": ALWAYS}
    return {"Update": {
        "TableName": table("principals"), "Key": dynamodb.key(f"usage#{holder}"),
        "UpdateExpression": "SET #left = :left, #since = :since, #ttl = :ttl",
        "ExpressionAttributeNames": {"#left": credits.attribute, "#since": f"{credits.attribute}_since", "#ttl": "ttl"},
        "ExpressionAttributeValues": {name: {"N": str(value)} for name, value in values.items()}}}


class _Asked:
    """One question. Its times are whole microseconds since 1970."""

    def __init__(self, holder: str, limits: Sequence[tuple[str, Limit]], credits: Credits | None, cost: int, paid: int,
                 at: datetime, by: str | None, lasting: bool) -> None:
        if cost <= paid:
            raise ValueError("a request costs at least 1")
        self.pk, self.limits, self.credits, self.at, self.by = f"usage#{holder}", limits, credits, at, by
        self.whole, self.paid, self.cost = cost, paid, cost - paid
        self.now, self.since = _micros(at), _micros(credits.since(at)) if credits else 0
        window = max((limit.window for _, limit in limits), default=3600)
        # At the end of the next window: the same second for all that come within one, so that it is seldom written.
        self.ttl = ALWAYS if lasting or credits else (self.now // 10**6 // window + 2) * window

    def judge(self, item: Item) -> Decision:
        """The decision if the item is this one."""
        waits = {}
        for attribute, limit in self.limits:
            over = max(_number(item, attribute), self.now) + self.cost * limit.step - limit.depth - self.now
            if over > 0:
                waits[limit.name] = over + self.paid * limit.step if self.whole <= limit.most else None
        left, states = self.left(item), self.states(item)
        if self.credits is not None and left is not None and left < self.cost:
            refill = self.credits.until(self.at) if self.whole <= self.credits.amount else None
            return Decision(False, True, (), _seconds(_micros(refill) - self.now) if refill else None, states, left)
        longest = None if None in waits.values() else max((wait for wait in waits.values() if wait), default=None)
        return Decision(not waits, False, tuple(waits), longest and _seconds(longest), states, left)

    def states(self, item: Item) -> tuple[State, ...]:
        found = []
        for attribute, limit in self.limits:
            ahead = max(_number(item, attribute) - self.now, 0)
            left = max(limit.depth - ahead, 0) // limit.step
            more = ahead + (left + 1) * limit.step - limit.depth if ahead else 0
            found.append(State(limit, left, _seconds(more), _seconds(ahead)))
        return tuple(found)

    def left(self, item: Item) -> int | None:
        """Credits, a refill that is due counted; None where there are none to count."""
        if self.credits is None:
            return None
        return self.credits.amount if self._refills(item) else _number(item, self.credits.attribute)

    def _refills(self, item: Item) -> bool:
        return self.credits is not None and _number(item, f"{self.credits.attribute}_since", -1) < self.since

    def update(self, item: Item) -> dict[str, Any]:
        """The write that is right if the item is this one, and does nothing if it is not."""
        write = dynamodb.Update()
        for attribute, limit in self.limits:
            step = self.cost * limit.step
            if _number(item, attribute) >= self.now:
                write.add(attribute, "{0} BETWEEN {1} AND {2}", "{0} = {0} + {3}", self.now, self.now + limit.depth - step, step)
            else:
                write.add(attribute, "(attribute_not_exists({0}) OR {0} < {1})", "{0} = {2}", self.now, self.now + step)
        if self.credits and self._refills(item) and self.cost <= self.credits.amount:
            write.add(f"{self.credits.attribute}_since", "(attribute_not_exists({0}) OR {0} < {1})", "{0} = {1}", self.since)
            write.add(self.credits.attribute, "", "{0} = {1}", self.credits.amount - self.cost)
        elif self.credits:
            write.add(f"{self.credits.attribute}_since", "{0} >= {1}", "", self.since)
            write.add(self.credits.attribute, "{0} >= {1}", "{0} = {0} - {1}", self.cost)
        if _number(item, "ttl") >= self.ttl:
            write.add("ttl", "{0} >= {1}", "", self.ttl)
        else:
            write.add("ttl", "(attribute_not_exists({0}) OR {0} < {1})", "{0} = {1}", self.ttl)
        write.add(f"last_used_at#{self.by}" if self.by else "last_used_at", "", "{0} = {1}", stamp(self.at))
        return write.asked(table("principals"), self.pk)


def _written(asked: dict[str, Any]) -> tuple[Item, bool]:
    """The item, and whether it was changed. An answer that is lost on its way is asked for again, and what it took is taken twice: by
    that, nobody ever gets more than they should."""
    try:
        # Who waits for us does not want to wait for this: a database that is busy is asked once more, soon.
        return dynamodb.call("UpdateItem", asked, tries=2)["Attributes"], True
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return failure.response.get("Item", {}), False  # type: ignore[return-value]


def _remember(pk: str, item: Item) -> None:
    if len(_known) >= _KNOWN and pk not in _known:
        _known.clear()  # it is a guess: to begin anew costs a second write each
    _known[pk] = item


def _is_outage(failure: Exception) -> bool:
    """Whether DynamoDB itself has a bad time."""
    if not isinstance(failure, ClientError):
        return True
    return failure.response["Error"]["Code"] in BUSY or failure.response["ResponseMetadata"]["HTTPStatusCode"] >= 500


def _micros(at: datetime) -> int:
    return (at - EPOCH) // _MICROSECOND


def _seconds(micros: int) -> int:
    return -(-micros // 10**6)


def _number(item: Item, attribute: str, default: int = 0) -> int:
    return int(item[attribute]["N"]) if attribute in item else default

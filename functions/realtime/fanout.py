"""News to every open socket whose session goes on and may hear it, some at a time: neither a slow one nor a broken one delays the others.

Who may hear what is asked anew for each batch of news, after all of it has happened: so a role that was taken away, or a session that was
ended, counts at once. Who cannot be told is cut off, so that they come back and ask for what they have missed.
"""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from functions.realtime import connections, log
from functions.realtime.news import News
from kernel import sdk
from kernel.access import Principal, of_sessions
from kernel.clock import stamp, wall
from kernel.dynamodb import UNREACHABLE, Item, chunks
from kernel.telemetry import logger

AT_ONCE, TOGETHER = 16, 49
PATIENCE = 8  # seconds after which nobody else is tried: with the last ones' tries it is less than the worker has
OPENING = timedelta(seconds=30)  # within which a socket may be told of as gone because it is not there yet


@cache
def gateway() -> Any:
    """API Gateway's way back, at the address in the environment."""
    return sdk.client("apigatewaymanagementapi", Config(
        connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2}, max_pool_connections=AT_ONCE))


def push(news: Sequence[News]) -> None:
    """Every open socket is told what its session may hear of it, in one frame; it is closed where the session has ended."""
    open_ = list(connections.all_open())
    if not open_:
        return
    principals, until = _principals(open_), time.monotonic() + PATIENCE
    with ThreadPoolExecutor(AT_ONCE) as threads:
        told = list(threads.map(lambda each: _tell(each, principals.get(each["session"]["S"]), news, until), open_))
    logger.info("told", news=len(news), sockets=len(told), cut_off=told.count(False))


def _principals(sockets: Sequence[Item]) -> dict[str, Principal]:
    sessions = {each["session"]["S"]: each["subject"]["S"] for each in sockets}
    return {key: who for batch in chunks(sessions.items(), TOGETHER) for key, who in of_sessions(dict(batch)).items()}


def _tell(socket: Item, principal: Principal | None, news: Sequence[News], until: float) -> bool:
    """False where the socket was closed or forgotten."""
    id = socket["sk"]["S"]
    changes = [each.change().model_dump() for each in news if principal and each.may_be_told(principal)]
    if principal and not changes:
        return True
    if not changes or time.monotonic() > until:
        return _cut_off(id)
    try:
        gateway().post_to_connection(ConnectionId=id, Data=json.dumps({"frame": "changes", "data": changes, "cursor": log.cursor()}))
    except ClientError as failure:
        if failure.response["ResponseMetadata"]["HTTPStatusCode"] != 410:
            return _cut_off(id)
        if socket["opened_at"]["S"] < stamp(wall() - OPENING):
            connections.closed(id)
            return False
    except UNREACHABLE:
        return _cut_off(id)
    return True


def _cut_off(id: str) -> bool:
    """It is forgotten whatever comes: one that stays open all the same is told so when it asks."""
    try:
        gateway().delete_connection(ConnectionId=id)
    except (ClientError, *UNREACHABLE) as failure:
        logger.info("not closed", error=type(failure).__name__)
    connections.closed(id)
    return False

"""The three routes of the WebSocket API: a socket opens with a ticket, answers pings, and closes. What it is told comes from `worker`."""

import json
from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, WebsocketEvent

from functions.realtime import connections, log
from kernel.config import setting
from kernel.telemetry import described, logger

app = Chalice("realtime", configure_logs=False)
Answer = dict[str, Any]


@app.middleware("websocket")
def watched(event: WebsocketEvent, answer: Callable[[WebsocketEvent], Answer]) -> Answer:
    """One line of the log for each event. Of a failure nothing leaves: the client comes again."""
    route = event.to_dict()["requestContext"]["routeKey"]
    try:
        found = answer(event)
    except Exception as failure:  # noqa: BLE001  # an entry point
        logger.error("socket failed", route=route, **described(failure))
        return {"statusCode": 500}
    logger.info("socket", route=route, status=found["statusCode"])
    return found


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> Answer:
    """Lets in who comes from our own pages with a good ticket, once. Killed in between, it is lost: the client asks for another."""
    asked = event.to_dict()
    headers = {name.lower(): value for name, value in (asked.get("headers") or {}).items()}
    origin, ticket = headers.get("origin", ""), (asked.get("queryStringParameters") or {}).get("ticket", "")
    if origin not in setting("ALLOWED_ORIGINS").split(","):
        return {"statusCode": 403}
    found = connections.spent(ticket, origin)
    return {"statusCode": 200 if found and connections.opened(event.connection_id, found) else 401}


@app.on_ws_message()
def message(event: WebsocketEvent) -> Answer:
    """Answers a ping, with where the client stands; to anything else, that it is not known."""
    if not _is_ping(event.body):
        return _said({"frame": "error", "code": "unknown_message"})
    if not connections.is_open(event.connection_id):  # nobody tells it anything any more
        return _said({"frame": "reconnect"})
    return _said({"frame": "pong", "cursor": log.cursor()})


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> Answer:
    connections.closed(event.connection_id)
    return {"statusCode": 200}


def _is_ping(text: str) -> bool:
    try:
        return bool(json.loads(text) == {"frame": "ping"})
    except (ValueError, RecursionError):
        return False


def _said(frame: dict[str, str]) -> Answer:
    return {"statusCode": 200, "body": json.dumps(frame)}

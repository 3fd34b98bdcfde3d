"""Sockets of members of staff, and messages as the bus brings them."""

import json
from types import SimpleNamespace
from typing import Any

from functions.realtime.api import handler as api
from functions.realtime.sockets import connect, disconnect, message
from functions.realtime.worker import handler as worker
from kernel import dynamodb
from tests.callers import ask, signed_in
from tests.integration.kernel.things import everything

ORIGIN = "http://localhost:8080"
PLAN, INVOICE, TENANT = (f"{prefix}_01KGABCDEFGHJKMNPQRSTVWXYZ" for prefix in ("pln", "inv", "ten"))


def socket_event(route: str, kind: str, id: str, **more: Any) -> dict[str, Any]:
    about = {"routeKey": route, "eventType": kind, "connectionId": id, "stage": "live", "apiId": "a", "domainName": "d", "requestTimeEpoch": 1}
    return {"requestContext": about, "isBase64Encoded": False, **more}


def asks(headers: dict[str, str], origin: str | None = ORIGIN) -> SimpleNamespace:
    return ask(api, "POST", "/v1/realtime/ticket", headers=headers | ({"origin": origin} if origin else {}))


def ticket(headers: dict[str, str]) -> str:
    found = asks(headers)
    assert found.status == 200, found.body
    return str(found.body["url"].partition("?ticket=")[2])


def opens(with_ticket: str, id: str = "c-1", origin: str | None = ORIGIN) -> int:
    """The status of the handshake."""
    headers = {"Origin": origin} if origin else {}
    event = socket_event("$connect", "CONNECT", id, headers=headers, queryStringParameters={"ticket": with_ticket})
    return int(connect(event, None)["statusCode"])


def opened(role: str, id: str | None = None, **claims: Any) -> str:
    """The id of a socket of a member of staff with that role."""
    id = id or f"c-{role}"
    assert opens(ticket(signed_in(role, **claims)), id) == 200
    return id


def says(text: Any, id: str = "c-1") -> Any:
    body = text if isinstance(text, str) else json.dumps(text)
    return json.loads(message(socket_event("$default", "MESSAGE", id, body=body), None)["body"])


def leaves(id: str) -> int:
    return int(disconnect(socket_event("$disconnect", "DISCONNECT", id), None)["statusCode"])


def told(event: str = "plans.updated", subject: str = PLAN, *, version: int = 1, actor: str = "stf_1", **data: Any) -> str:
    """What the bus says of a change."""
    return json.dumps({"detail-type": event, "detail": {
        "subject": subject, "version": version, "actor": actor, "data": {"schema": 1, **data}, "tenant_id": None, "clock_id": None,
        "effective_at": "2026-01-31T12:00:00.000000Z", "recorded_at": "2026-01-31T12:00:00.000000Z", "request_id": "r", "cause": None, "depth": 0}})


def deliver(*bodies: str) -> Any:
    records = [{"messageId": str(n), "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for n, body in enumerate(bodies)]
    return worker({"Records": records}, None)


def missed(headers: dict[str, str], **query: str) -> SimpleNamespace:
    return ask(api, "GET", "/v1/realtime/events", headers=headers, **query)


def sockets() -> list[str]:
    """The ids of those that are known to be open."""
    return sorted(item["sk"]["S"] for item in everything("realtime") if item["pk"]["S"] == "open#")


def role_of(subject: str, role: str, *, active: bool = True) -> None:
    """A member of staff has another role from now on."""
    from kernel import access

    dynamodb.client().put_item(TableName="principals", Item=access.staff_item(f"subject-{subject}", staff_id=f"stf_{subject}", role=role, active=active))


def session_ended(subject: str) -> None:
    dynamodb.client().delete_item(TableName="principals", Key=dynamodb.key(f"session#origin-subject-{subject}"))

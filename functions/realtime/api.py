"""POST /v1/realtime/ticket   GET /v1/realtime/events"""

from functions.realtime import connections, log
from functions.realtime.models import RecordChanges, Ticket
from kernel.access import Principal, claims
from kernel.config import setting
from kernel.http import Api
from kernel.problems import BadRequest, Forbidden

PING, RECONNECT = 240, 6600  # seconds: API Gateway closes what is silent for ten minutes, and everything after two hours

handler = Api()


def _me() -> Principal:
    """The member of staff who is signed in: a key hears nothing, for it has no session that could end."""
    me = handler.principal
    if me.session is None:
        raise Forbidden("this is for members of staff")
    return me


@handler.post("/v1/realtime/ticket", operation_id="createRealtimeTicket")  # what is heard is decided by each change's own permission
def ticket() -> Ticket:
    """An address at which a WebSocket opens, once. It sends `{"frame": "changes", "data": […], "cursor": …}`, with what `listMissedChanges`
    shows; a ping is answered with `{"frame": "pong", "cursor": …}`, or with `{"frame": "reconnect"}` by one that is told nothing any
    more. The newest `cursor` is the one to ask with after a reconnection."""
    headers, me = handler.current_event.headers, _me()
    origin = headers.get("origin", "")
    if origin not in setting("ALLOWED_ORIGINS").split(","):
        raise Forbidden("sockets are only opened from this application's own origin")
    subject = claims(headers["authorization"].removeprefix("Bearer "))["sub"]
    place = log.cursor()
    made = connections.new_ticket(session=str(me.session), subject=subject, origin=origin)
    return Ticket(url=f"{setting('SOCKETS_URL')}?ticket={made}", expires_in=connections.TICKET_LIFE, reconnect_after=RECONNECT,
                  ping_every=PING, cursor=place)


@handler.get("/v1/realtime/events", operation_id="listMissedChanges")
def events() -> RecordChanges:
    """What has changed since `after`, of what the caller may read. 410 for a cursor older than 15 minutes: read everything anew.
    Without `after` it says only where one stands."""
    params, me = handler.query(), _me()
    if unknown := sorted(params.keys() - {"after"}):
        raise BadRequest(f"this takes no {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=["after"])
    if "after" not in params:
        return RecordChanges(data=[], cursor=log.cursor(), more=False)
    return log.after(params["after"], me)

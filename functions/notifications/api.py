"""/v1/notifications: what was sent to whom   GET …/{id}/body   POST …/{id}/resend"""

from aws_lambda_powertools.event_handler import Response

from functions.notifications import resend
from functions.notifications.models import MESSAGES, Message, MessageBody, MessageView, Resend
from kernel.http import Api, Id, requires
from kernel.resource import made
from kernel.verbs import mount

handler = Api()
mount(handler, MESSAGES, verbs=("list", "get", "retry", "timeline", "bulk"))


@handler.get("/v1/notifications/<id>/body", middlewares=requires("notifications.read"))
def get_body(id: Id) -> MessageBody:
    """What the customer got to read."""
    return resend.body(id)


@handler.post("/v1/notifications/<id>/resend", middlewares=requires("notifications.write"), status_code=201)
def post_resend(id: Id, body: Resend) -> Response[MessageView]:
    """Sends a message once more, as a new one."""
    new: Message = resend.resend(id, body, actor=handler.actor, at=handler.at)
    return made(MESSAGES, new)

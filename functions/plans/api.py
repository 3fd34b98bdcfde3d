"""/v1/plans with its standard verbs   POST /v1/plans/{id}/prices   GET /v1/prices[/{id}]"""

from aws_lambda_powertools.event_handler import Response

from functions.plans.models import PLANS, PRICES, PriceCreate, PriceView
from functions.plans.service import create_price
from kernel.http import Api, Id, requires
from kernel.resource import made
from kernel.verbs import mount

handler = Api()
mount(handler, PLANS, verbs=("list", "get", "create", "update", "delete", "restore", "timeline", "bulk"))
mount(handler, PRICES, verbs=("list", "get", "timeline"))


@handler.post("/v1/plans/<id>/prices", middlewares=requires("plans.write"), status_code=201)
def post_price(id: Id, body: PriceCreate) -> Response[PriceView]:
    """A price of the plan; with `replaces` the next version of one."""
    return made(PRICES, create_price(id, body, actor=handler.actor, at=handler.at))

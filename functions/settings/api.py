"""/v1/settings/issuers[/{id}]   POST /v1/settings/issuers/{id}/make-default   /v1/settings/tax-rates[/{id}]"""

from aws_lambda_powertools.event_handler import Response

from functions.settings import service
from functions.settings.models import (
    ISSUERS,
    TAX_RATES,
    IssuerCreate,
    IssuerUpdate,
    IssuerView,
    TaxRateCreate,
    TaxRateUpdate,
    TaxRateView,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, ISSUERS, verbs=("list", "get", "timeline", "bulk"))
mount(handler, TAX_RATES, verbs=("list", "get", "timeline", "bulk"))
may_write = requires("settings.write")


@handler.post("/v1/settings/issuers", middlewares=may_write, status_code=201)
def post_issuer(body: IssuerCreate) -> Response[IssuerView]:
    return made(ISSUERS, service.create_issuer(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/settings/issuers/<id>", middlewares=may_write)
def patch_issuer(id: Id, body: IssuerUpdate) -> Response[IssuerView]:
    return answer(again(lambda: service.update_issuer(id, body, actor=handler.actor, at=handler.at)), IssuerView)


@handler.post("/v1/settings/issuers/<id>/make-default", middlewares=may_write)
def make_default(id: Id) -> Response[IssuerView]:
    """Makes an issuer the one that issues what names no other."""
    return answer(again(lambda: service.make_default(id, actor=handler.actor, at=handler.at)), IssuerView)


@handler.post("/v1/settings/tax-rates", middlewares=may_write, status_code=201)
def post_rate(body: TaxRateCreate) -> Response[TaxRateView]:
    return made(TAX_RATES, service.create_rate(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/settings/tax-rates/<id>", middlewares=may_write)
def patch_rate(id: Id, body: TaxRateUpdate) -> Response[TaxRateView]:
    return answer(again(lambda: service.update_rate(id, body, actor=handler.actor, at=handler.at)), TaxRateView)


@handler.delete("/v1/settings/tax-rates/<id>", middlewares=may_write, status_code=204)
def delete_rate(id: Id) -> Response[None]:
    service.delete_rate(id, actor=handler.actor, at=handler.at)
    return Response(204)

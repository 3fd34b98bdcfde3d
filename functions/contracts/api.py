"""/v1/contracts: standard verbs, POST …/{id}/send|withdraw|renew|terminate
GET …/{id}/versions|versions/{number}/document|document|certificate|evidence
/v1/contract-templates: standard verbs, POST …/{id}/preview
and for whoever has the link GET /v1/public/contracts/{token}, POST …/code|sign|decline"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.contracts import files, service, signing, wording
from functions.contracts.models import (
    CONTRACT_TEMPLATES,
    CONTRACTS,
    Contract,
    ContractCreate,
    ContractRenew,
    ContractTemplate,
    ContractTemplateCreate,
    ContractTemplatePreview,
    ContractTemplateUpdate,
    ContractTemplateView,
    ContractUpdate,
    ContractView,
)
from functions.contracts.shown import (
    CodeSent,
    ContractEvidence,
    ContractLink,
    ContractPreview,
    ContractVersions,
    Decline,
    PublicContract,
    Sign,
    SignResult,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.quotas import Limit
from kernel.resource import answer, made
from kernel.verbs import mount

NOBODY = "anonymous"
PUBLIC = "/v1/public/contracts/<token>"
_Token = Annotated[str, Path(max_length=100)]
_Number = Annotated[int, Path(ge=1, le=9999)]
_TRY = Limit("contract-signing", 20, 60, closed=True)
handler = Api(public=("/v1/public/contracts/*",), per_ip={
    PUBLIC: Limit("contract-reading", 60, 60), f"{PUBLIC}/code": _TRY, f"{PUBLIC}/sign": _TRY, f"{PUBLIC}/decline": _TRY})
mount(handler, CONTRACTS, verbs=("list", "get", "retry", "timeline", "bulk"))
mount(handler, CONTRACT_TEMPLATES, verbs=("list", "get", "timeline", "bulk"))
may_read, may_write, may_send = requires("contracts.read"), requires("contracts.write"), requires("contracts.send")


@handler.post("/v1/contracts", middlewares=may_write, status_code=201)
def post(body: ContractCreate) -> Response[ContractView]:
    return made(CONTRACTS, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/contracts/<id>", middlewares=may_write)
def patch(id: Id, body: ContractUpdate) -> Response[ContractView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), ContractView)


@handler.delete("/v1/contracts/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    again(lambda: service.delete(id, actor=handler.actor, at=handler.at))
    return Response(204)


@handler.post("/v1/contracts/<id>/restore", middlewares=may_write)
def restore(id: Id) -> Response[ContractView]:
    return answer(service.restore(id, actor=handler.actor, at=handler.at), ContractView)


@handler.post("/v1/contracts/<id>/send", middlewares=may_send)
def send(id: Id) -> Response[ContractView]:
    """Asks whoever is to sign it to do so, by mail. From now on its text cannot change."""
    return answer(service.send(id, actor=handler.actor, at=handler.at), ContractView)


@handler.post("/v1/contracts/<id>/withdraw", middlewares=may_send)
def withdraw(id: Id) -> Response[ContractView]:
    """Takes it back before somebody has signed."""
    return answer(service.withdraw(id, actor=handler.actor, at=handler.at), ContractView)


@handler.post("/v1/contracts/<id>/renew", middlewares=may_send)
def renew(id: Id, body: ContractRenew) -> Response[ContractView]:
    """When its term ends, another of so many months follows."""
    return answer(service.set_next(id, body.months, actor=handler.actor, at=handler.at), ContractView)


@handler.post("/v1/contracts/<id>/terminate", middlewares=may_send)
def terminate(id: Id) -> Response[ContractView]:
    """Notice was given: when its term ends, none follows."""
    return answer(service.set_next(id, None, actor=handler.actor, at=handler.at), ContractView)


@handler.get("/v1/contracts/<id>/versions", middlewares=may_read, operation_id="listContractVersions")
def read_versions(id: Id) -> ContractVersions:
    """What it said while it was a draft, newest first."""
    return service.versions(id, handler.query(), handler.principal.id)


@handler.get("/v1/contracts/<id>/versions/<number>/document", middlewares=may_read, operation_id="getContractVersionDocument")
def read_version_document(id: Id, number: _Number) -> ContractLink:
    """Where the PDF of a version can be had for five minutes."""
    return service.document(id, number)


@handler.get("/v1/contracts/<id>/document", middlewares=may_read, operation_id="getContractDocument")
def read_document(id: Id) -> ContractLink:
    """Where its PDF can be had for five minutes."""
    return service.document(id)


@handler.get("/v1/contracts/<id>/certificate", middlewares=may_read, operation_id="getContractCertificate")
def read_certificate(id: Id) -> ContractLink:
    """Where the certificate of its signature can be had for five minutes."""
    contract = Contract.fetch(id)
    return files.link(contract, contract.certificate_sha256, "certificate")


@handler.get("/v1/contracts/<id>/evidence", middlewares=may_read, operation_id="getContractEvidence")
def read_evidence(id: Id) -> ContractEvidence:
    """Who signed what, when and from where."""
    return service.evidence(id)


@handler.post("/v1/contract-templates", middlewares=may_write, status_code=201)
def post_template(body: ContractTemplateCreate) -> Response[ContractTemplateView]:
    return made(CONTRACT_TEMPLATES, wording.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/contract-templates/<id>", middlewares=may_write)
def patch_template(id: Id, body: ContractTemplateUpdate) -> Response[ContractTemplateView]:
    ContractTemplate.fetch(id)
    handler.demand_match()
    return answer(wording.update(id, body, actor=handler.actor, at=handler.at), ContractTemplateView)


@handler.delete("/v1/contract-templates/<id>", middlewares=may_write, status_code=204)
def delete_template(id: Id) -> Response[None]:
    ContractTemplate.fetch(id)
    handler.demand_match()
    wording.delete(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/contract-templates/<id>/restore", middlewares=may_write)
def restore_template(id: Id) -> Response[ContractTemplateView]:
    return answer(wording.restore(id, actor=handler.actor, at=handler.at), ContractTemplateView)


@handler.post("/v1/contract-templates/<id>/preview", middlewares=requires("contracts.read", alone=True))
def preview(id: Id, body: ContractTemplatePreview) -> ContractPreview:
    """What a contract would say, with sample values, by the template as it is or as it might become."""
    return wording.preview(id, body)


@handler.get(PUBLIC, operation_id="readContract")
def read_public(token: _Token) -> PublicContract:
    """What whoever has the link of a contract is asked to sign."""
    return signing.read(token)


@handler.post(f"{PUBLIC}/code", operation_id="requestContractCode")
def post_code(token: _Token) -> CodeSent:
    """Sends the one-time code that signing needs, by SMS or by a second mail."""
    return again(lambda: signing.request_code(token, actor=handler.acting(NOBODY), at=handler.at))


@handler.post(f"{PUBLIC}/sign", operation_id="signContract")
def post_signature(token: _Token, body: Sign) -> SignResult:
    """Signs the contract, by the code. A wrong one can be sent four times more."""
    agent = handler.current_event.headers.get("user-agent", "")
    return again(lambda: signing.sign(token, body, agent, actor=handler.acting(NOBODY), at=handler.at))


@handler.post(f"{PUBLIC}/decline", operation_id="declineContract")
def post_refusal(token: _Token, body: Decline) -> SignResult:
    """Says that the contract will not be signed, and why."""
    return again(lambda: signing.decline(token, body, actor=handler.acting(NOBODY), at=handler.at))

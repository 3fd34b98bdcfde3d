"""/v1/invoices with list, get, timeline, create, delete (drafts)   /v1/invoices/balances with list, get, timeline
POST /v1/invoices/preview   POST /v1/invoices/{id}/finalize|void|mark-uncollectible|mark-paid|retry
GET /v1/invoices/{id}/lines|pdf|xlsx"""

from aws_lambda_powertools.event_handler import Response

from functions.invoices import files, service
from functions.invoices.models import BALANCES, INVOICES, DocumentLink, Invoice, InvoiceBreakdown, InvoiceCreate, InvoiceReason, InvoiceView
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, BALANCES, verbs=("list", "get", "timeline"))
mount(handler, INVOICES, verbs=("list", "get", "timeline", "bulk"))
may_read, may_write = requires("invoices.read", tenants=True), requires("invoices.write")


@handler.post("/v1/invoices", middlewares=may_write, status_code=201)
def post(body: InvoiceCreate) -> Response[InvoiceView]:
    """A one-off invoice, as a draft."""
    return made(INVOICES, service.create(body, actor=handler.actor, at=handler.at))


@handler.post("/v1/invoices/preview", middlewares=may_read)
def preview(body: InvoiceCreate) -> InvoiceBreakdown:
    """What an invoice of these lines would be, with every derivation. Nothing is stored."""
    return service.preview(body)


@handler.delete("/v1/invoices/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    """Discards a draft. What has a number stays."""
    service.discard(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/invoices/<id>/finalize", middlewares=may_write)
def finalize(id: Id) -> Response[InvoiceView]:
    """Gives the draft its number and its documents and begins to collect it."""
    return answer(service.finalize_one(id, actor=handler.actor, at=handler.at), InvoiceView)


@handler.post("/v1/invoices/<id>/void", middlewares=may_write)
def void(id: Id, body: InvoiceReason) -> Response[InvoiceView]:
    """Declares an invoice void: it keeps its number and is owed no more; what it took of the balance goes back there."""
    return answer(again(lambda: service.void(id, body.reason, actor=handler.actor, at=handler.at)), InvoiceView)


@handler.post("/v1/invoices/<id>/mark-uncollectible", middlewares=may_write)
def mark_uncollectible(id: Id, body: InvoiceReason) -> Response[InvoiceView]:
    """Nobody tries any more to collect it. Money that comes all the same still pays it."""
    return answer(again(lambda: service.mark_uncollectible(id, body.reason, actor=handler.actor, at=handler.at)), InvoiceView)


@handler.post("/v1/invoices/<id>/mark-paid", middlewares=may_write)
def mark_paid(id: Id, body: InvoiceReason) -> Response[InvoiceView]:
    """It was paid outside, such as by bank transfer."""
    return answer(again(lambda: service.mark_paid(id, body.reason, actor=handler.actor, at=handler.at)), InvoiceView)


@handler.post("/v1/invoices/<id>/retry", middlewares=may_write)
def retry(id: Id) -> Response[InvoiceView]:
    """For an invoice on which a due step has failed five times (`stuck` says why): it is due again, from now on."""
    return answer(service.retry(id, actor=handler.actor, at=handler.at), InvoiceView)


@handler.get("/v1/invoices/<id>/lines", middlewares=may_read)
def lines(id: Id) -> InvoiceBreakdown:
    """What the invoice is made of: every amount with its rule, its inputs and the exact fraction that it was rounded from."""
    return service.breakdown(id)


@handler.get("/v1/invoices/<id>/pdf", middlewares=may_read)
def pdf(id: Id) -> DocumentLink:
    """A link to the PDF that expires."""
    return files.link(Invoice.fetch(id), "pdf")


@handler.get("/v1/invoices/<id>/xlsx", middlewares=may_read)
def xlsx(id: Id) -> DocumentLink:
    """A link to the workbook that expires."""
    return files.link(Invoice.fetch(id), "xlsx")

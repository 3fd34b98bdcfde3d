"""GET /v1/openapi.json   GET /v1/docs: both public"""

import hashlib
from functools import cache
from pathlib import Path

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from kernel.http import Api

DOCUMENT = Path(__file__).with_name("openapi.json")
MAX_AGE = 300  # seconds

handler = Api(public=("/v1/openapi.json", "/v1/docs"))
_UNCHANGED: OpenAPIResponse = {"description": "It is still what `If-None-Match` names."}


@handler.get("/v1/openapi.json", operation_id="getOpenAPIDocument", summary="Get OpenAPI document", compress=True, responses={
    200: {"description": "An OpenAPI 3.1 document.", "content": {"application/json": {"schema": {"type": "object"}}}}, 304: _UNCHANGED})
def document() -> Response[str]:
    """The OpenAPI document of this API."""
    return _cached(_document(), "application/json")


@handler.get("/v1/docs", operation_id="getDocumentation", compress=True, responses={
    200: {"description": "Swagger UI.", "content": {"text/html": {"schema": {"type": "string"}}}}, 304: _UNCHANGED})
def docs() -> Response[str]:
    """The same as a page, to read and to try."""
    html, policy = _page()
    return _cached(html, "text/html; charset=utf-8", {"Content-Security-Policy": policy})


@cache
def _document() -> str:
    return DOCUMENT.read_text()


@cache
def _page() -> tuple[str, str]:
    from functions.docs.page import page  # late: the document alone needs none of it

    return page(_document())


def _cached(text: str, kind: str, headers: dict[str, str] | None = None) -> Response[str]:
    """A text that only a deployment changes: a weak ETag, as it may come compressed. A 304 says all headers again: browsers keep them."""
    tag = f'W/"{_digest(text)}"'
    shared = {"ETag": tag, "Cache-Control": f"public, max-age={MAX_AGE}", "Vary": "Accept-Encoding"} | (headers or {})
    known = handler.current_event.headers.get("if-none-match", "")
    if known.strip() == "*" or tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Response(304, body="", headers=shared, compress=False)
    return Response(200, kind, text, headers=shared)


@cache
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]

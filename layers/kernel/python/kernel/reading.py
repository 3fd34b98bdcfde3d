"""What a request may hold before anything of it is believed: its body as JSON text, and the version in `If-Match`."""

import base64
import json
import re
from typing import Any

from kernel.problems import BadRequest, Invalid, TooLarge, UnsupportedMediaType

MAX_BODY, MAX_NESTING = 256 * 1024, 32


def version(tag: str | None) -> int | None:
    if tag is None:
        return None
    found = re.fullmatch(r'"([0-9]{1,10})"', tag)
    if not found:
        raise BadRequest('If-Match must be an ETag of this resource, such as "3"', code="bad_if_match")
    return int(found[1])


def check_body(event: dict[str, Any]) -> None:
    kind = event["headers"].get("content-type", "application/json").split(";")[0].strip().lower()
    if kind not in ("application/json", "application/merge-patch+json"):
        raise UnsupportedMediaType("send application/json")
    event["headers"] |= {"content-type": "application/json"} if "content-type" in event["headers"] else {}  # Powertools takes no other JSON
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        if len(raw) > MAX_BODY:
            raise TooLarge(f"a body may have {MAX_BODY} bytes", limit=MAX_BODY)
        event |= {"body": raw.decode() or "{}", "isBase64Encoded": False}
    except ValueError as failure:
        raise BadRequest("the body is not UTF-8 text", code="malformed_json") from failure


def loads(text: str) -> Any:
    """JSON as RFC 8259 has it: no NaN or infinity, no lone surrogates; at most 32 levels deep; our bodies are objects."""
    try:
        found = json.loads(text, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as failure:
        raise BadRequest("the body is not valid JSON", code="malformed_json") from failure
    if not isinstance(found, dict):
        raise Invalid("the body must be a JSON object", field="body")
    level: list[Any] = [found]
    for _ in range(MAX_NESTING):
        level = [each for part in level if isinstance(part, dict | list) for each in (part.values() if isinstance(part, dict) else part)]
    if level:
        raise BadRequest(f"the body is more than {MAX_NESTING} levels deep", code="malformed_json")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")

"""What an operation may be answered with: its success, and each problem that can occur on it."""

from typing import Any

from local.openapi.routes import Operation
from local.openapi.schemas import PREFIX, TEXT

Answer = dict[str, Any]
_PROBLEMS = {
    400: ("BadRequest", "The request cannot be read.", "malformed_json", "the body is not valid JSON"),
    401: ("Unauthenticated", "Nobody is signed in.", "unauthenticated", "sign in first"),
    403: ("Forbidden", "The caller may not do this.", "forbidden", "needs the permission plans.write"),
    404: ("NotFound", "There is no such thing.", "not_found", "plan pln_01KG9CPJ00Z3CTVKTZZX3PQN7M does not exist"),
    409: ("Conflict", "The state of things does not allow it, or the same is being done already.", "conflict", "it was changed meanwhile"),
    410: ("Gone", "What came behind the cursor is not known any more: read everything anew.", "cursor_gone",
          "what happened since is not known any more: read everything anew"),
    412: ("Stale", "There is a newer version than the one in `If-Match`.", "stale_version", "the newest version is 4"),
    413: ("TooLarge", "The body, or the record that it would make, is too large.", "too_large", "a body may have 262144 bytes"),
    415: ("UnsupportedMediaType", "The body is not JSON.", "unsupported_media_type", "send application/json"),
    422: ("Invalid", "The request was read and is refused; `errors` names the fields.", "invalid",
          "the request was read and is refused: see errors"),
    428: ("PreconditionRequired", "A change needs `If-Match` here.", "precondition_required", "send the ETag that you saw as If-Match"),
    429: ("TooManyRequests", "A limit was met: one of `violated-policies`, or the gateway's own. Or credits are used up (`exhausted`).",
          "rate_limited", "too many requests, try again in 20 s"),
    503: ("Unavailable", "Something that we depend on did not answer in time; trying again is right.", "unavailable",
          "a service we depend on did not answer, try again"),
}
# What follows from neither method nor address: the use case says so.
_ALSO = {"acceptInvitation": {409}, "login": {401}, "createSubscription": {404}, "createPaymentMethod": {404}, "getInvoicePDF": {409},
         "getInvoiceXLSX": {409}, "previewInvoice": {409}, "previewSubscriptionChange": {409}, "receiveStripeEvent": {404}, "search": {403},
         "answerChallenge": {401}, "createRealtimeTicket": {403}, "listMissedChanges": {403, 410}}
# About oneself: no permission, but no key either.
_ONESELF = ("enrolAuthenticator", "confirmAuthenticator", "disableAuthenticator", "changePassword", "listSessions", "getSession",
            "getSessionTimeline", "revokeSession", "revokeOtherSessions")
_ALSO |= {name: {403} for name in _ONESELF}
_FIELDS = {422: [{"field": "name", "pointer": "/name", "code": "string_too_short", "detail": "String should have at least 1 character"}]}
DONE = {200: "Done.", 201: "Made; `Location` says where it is.", 202: "Taken: it is being worked on.", 204: "Done."}
HEADERS = {
    "ETag": {"required": True, "schema": {"type": "string", "pattern": '^"[0-9]+"$'}, "example": '"1"',
             "description": "The version of the record: for `If-Match`."},
    "Location": {"required": True, "schema": {"type": "string", "format": "uri-reference"}, "description": "Where the new record is."},
    "Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]},
                             "description": "Present where an earlier request with the same `Idempotency-Key` had this effect."},
    "RateLimit": {"schema": TEXT, "example": '"minute";r=0;t=20',
                  "description": "Where limits are, of each: what is left (`r`), and seconds until there is one more (`t`)."},
    "RateLimit-Policy": {"schema": TEXT, "example": '"minute";q=3;w=60',
                         "description": "Each limit: how many (`q`) in how many seconds (`w`)."},
    "Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "Seconds after which trying again is right."},
    "Server-Timing": {"schema": TEXT, "description": "How the list was found: the plan, how many items were read, and for how many ms."},
    "Set-Cookie": {"schema": TEXT, "description": "The session, in a cookie that no script reads."},
}


def shared() -> dict[str, Answer]:
    """The problem responses, by name."""
    found = {name: _problem(status, about, code, detail) for status, (name, about, code, detail) in _PROBLEMS.items()}
    found["TooManyRequests"]["content"] |= _of_the_gateway("Too Many Requests")
    found["NotFound"]["content"] |= _of_the_gateway("Not Found")
    found["Unavailable"]["content"] |= _of_the_gateway("Service Unavailable")
    return found


def problem_content(status: int) -> dict[str, Any]:
    """The content of a problem response."""
    _, about, code, detail = _PROBLEMS[status]
    return dict(_problem(status, about, code, detail)["content"])


def _of_the_gateway(said: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": PREFIX + "GatewayMessage"}, "example": {"message": said}}}


def _problem(status: int, about: str, code: str, detail: str) -> Answer:
    example = {"type": f"/problems/{code}", "title": code.replace("_", " "), "status": status, "code": code, "detail": detail,
               "request_id": "Jf3kXgHnoAMEPLA="}
    example |= {"errors": _FIELDS[status]} if status in _FIELDS else {}
    names = {409: ["Retry-After"], 429: ["RateLimit", "RateLimit-Policy", "Retry-After"], 503: ["Retry-After"]}.get(status)
    headers = {"headers": {name: _header(name) for name in names}} if names else {}
    content = {"application/problem+json": {"schema": {"$ref": PREFIX + "Problem"}, "example": example}}
    return {"description": about, "content": content} | headers


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def problems(operation: Operation, name: str, *, query: bool, checked: bool) -> dict[str, Answer]:
    """`query`: whether it takes parameters there, `checked`: whether they, or a body, are checked by what the route declares."""
    found = {429, 503} | _ALSO.get(name, set())
    if not operation.public:
        found |= {401, 403} if operation.permission else {401}
    if operation.method in ("POST", "PATCH", "PUT"):
        found |= {400, 413, 415}
    if checked:
        found.add(422)
    if query:
        found.add(400)
    if "{" in operation.path:
        found |= {404, 422}
    if operation.writes:
        found.add(409)
    if operation.repeatable:
        found |= {409, 422}
    if operation.addressed:
        found |= {400, 412, 413}
    if operation.match_required:
        found.add(428)
    if operation.route.security:
        found |= {401, 403}
    names = {status: name for status, (name, *_) in _PROBLEMS.items()}
    return {str(status): {"$ref": f"#/components/responses/{names[status]}"} for status in sorted(found)}


def success(operation: Operation, content: dict[str, Any] | None) -> dict[str, Answer]:
    """The answer when all is well. `content` None: it has no body."""
    declared = (operation.route.responses or {}).get(operation.route.status_code, {})
    headers = []
    if operation.shows_record:
        headers.append("ETag")
    if operation.route.status_code == 201 or operation.exports:
        headers.append("Location")
    if operation.repeatable:
        headers.append("Idempotency-Replayed")
    if operation.lists:
        headers.append("Server-Timing")
    if operation.path.startswith("/v1/auth/"):
        headers.append("Set-Cookie")
    found: Answer = {"description": declared.get("description", DONE[operation.route.status_code])}
    if headers:
        found["headers"] = {name: _header(name) for name in headers}
    if content is not None:
        found["content"] = content
    return {str(operation.route.status_code): found}

"""What operations are called, and what is said about them: derived from method and address, or declared with the route."""

import inspect
import re

from kernel.filters import attribute_of, is_object
from local.openapi.routes import Operation

_SIGNS = {"Pdf": "PDF", "Xlsx": "XLSX"}


def operation_id(operation: Operation) -> str:
    """`listTenants`, `createPlan`, `suspendTenant`. ValueError for a route that has to say it itself (`operation_id=`)."""
    route = operation.route
    if route.operation_id != route._generate_operation_id():
        return str(route.operation_id)
    if operation.resource is None:
        raise ValueError(f"{operation.method} {operation.path} belongs to no resource: give the route an operation_id")
    one, many = _nouns(operation)
    match operation.method, operation.tail.split("/")[1:]:
        case "GET", []:
            return f"list{many}"
        case "POST", []:
            return f"create{one}"
        case method, ["<id>"]:
            return {"GET": "get", "PATCH": "update", "PUT": "replace", "DELETE": "delete"}[method] + one
        case "GET", [*_, part]:
            return f"get{one}{_SIGNS.get(_camel(part), _camel(part))}"
        case "POST", ["<id>", part] if route.status_code == 201 and part.endswith("s"):
            return f"create{_camel(singular(part))}"
        case "POST", ["bulk" | "exports" as part]:
            return part.removesuffix("s") + many
        case "POST", [*_, part]:
            verb, _, rest = part.partition("-")
            return f"{verb}{one}{_camel(rest)}"
    raise ValueError(f"{operation.method} {operation.path} has no name: give the route an operation_id")


def singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s") if not word.endswith("ss") else word


def summary(name: str) -> str:
    """`markInvoicePaid` as "Mark invoice paid"."""
    first, *rest = re.findall("^[a-z]+|[A-Z]{2,}(?![a-z])|[A-Z][a-z]*", name)
    return " ".join([first.capitalize(), *(word if word.isupper() else word.lower() for word in rest)])


def description(operation: Operation) -> str:
    """The route's docstring, or what its standard verb does. ValueError for a route of its own that says nothing."""
    said = operation.route.description or inspect.getdoc(operation.route.func)
    said = said or _standard(operation)
    if not said:
        raise ValueError(f"{operation.method} {operation.path} says nothing: give its function a docstring")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", said)


def _nouns(operation: Operation) -> tuple[str, str]:
    assert operation.resource is not None
    word = operation.resource.path.rsplit("/", 1)[1]
    return _camel(singular(word)), _camel(word)


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("-"))


def _standard(operation: Operation) -> str | None:
    if operation.resource is None:
        return None
    word = operation.resource.path.rsplit("/", 1)[1].replace("-", " ")
    one = singular(word)
    kept = operation.resource.record.retention
    gone = f" It is removed for good after {kept.days} days." if kept else ""
    within = [name for name in operation.resource.filters if is_object(attribute_of(operation.resource.record, name))]
    places = " or ".join(f"`{name}`" for name in within)
    inner = f" A value within {places} is asked for by its path, such as `extra.tier=gold` or `extra.seats__gte=5`." if within else ""
    return {
        ("GET", ""): f"A page of {word}, in at most 20 parameters. It may be short: only `next_cursor: null` ends the list.{inner}",
        ("GET", "/<id>"): f"One of the {word}.",
        ("POST", ""): f"A new one of the {word}.",
        ("PATCH", "/<id>"): "Changes what is sent and nothing else (RFC 7396): objects member by member, null removes.",
        ("DELETE", "/<id>"): f"Deletes the {one}: lists no longer show it. Who may change {word} still sees it with"
                             f" `include_deleted=true`.{gone}",
        ("POST", "/<id>/restore"): f"Takes back that the {one} was deleted.",
        ("POST", "/<id>/retry"): f"For one of the {word} on which a due step has failed five times (`stuck` says why): it is tried again.",
        ("GET", "/<id>/timeline"): f"What happened to the {one}, from the audit log: one entry for each of its versions.",
        ("POST", "/bulk"): f"One verb for up to 100 {word}. Each is done on its own, with a result of its own, as if it had come alone.",
    }.get((operation.method, operation.tail))

"""Form-encoded bodies and queries with nested names, as the SDK sends them, read into typed parameters."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from local.gateways.stripe.errors import Json, invalid

MAX_TEXT = 5000
MAX_METADATA = 50


def decode(text: str) -> Json:
    """`a[b]=1&c[]=2&d[0][e]=4` -> `{"a": {"b": "1"}, "c": ["2"], "d": [{"e": "4"}]}`; a name used as text and as map is refused."""
    tree: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, *rest = name.replace("]", "").split("[")
        node, key = tree, head
        for part in rest:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise invalid(f"Invalid nesting: {name}", param=head)
            key = part or str(len(node))
        if isinstance(node.get(key), dict):
            raise invalid(f"Invalid nesting: {name}", param=head)
        node[key] = value
    return {key: value if key == "metadata" else _lists(value) for key, value in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: value if key == "metadata" else _lists(value) for key, value in node.items()}


@dataclass(frozen=True)
class Params:
    """The parameters of one request. Each reader refuses a wrong shape with `invalid_request_error` naming the parameter."""

    values: Json

    def refuse_others_than(self, known: frozenset[str]) -> None:
        for name in self.values.keys() - known:
            raise invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")

    def text(self, name: str) -> str | None:
        """A text, None where it was not sent or sent empty (Stripe's way to unset)."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid(f"Invalid string: {name}", param=name)
        if value and len(value) > MAX_TEXT:
            raise invalid(f"Invalid string: {name} is longer than {MAX_TEXT} characters", param=name)
        return value or None

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        return value

    def choice(self, name: str, options: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in options:
            raise invalid(f"Invalid {name}: must be one of {', '.join(options)}", param=name)
        return value

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        if not value.removeprefix("-").isascii() or not value.removeprefix("-").isdigit() or len(value) > 18:
            raise invalid(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
        return int(value)

    def boolean(self, name: str) -> bool:
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise invalid(f"Invalid boolean: {value}", param=name)
        return value == "true"

    def texts(self, name: str) -> list[str]:
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise invalid(f"Invalid array: {name}", param=name)
        return value

    def mapping(self, name: str) -> Json:
        value = self.values.get(name) or {}
        if not isinstance(value, dict):
            raise invalid(f"Invalid object: {name}", param=name)
        return value

    def metadata(self, old: Json | None = None) -> Json:
        """The old metadata with what was sent: an empty value removes its key, an empty `metadata` removes all."""
        if self.values.get("metadata") == "":
            return {}
        merged = (old or {}) | self.mapping("metadata")
        merged = {key: value for key, value in merged.items() if value != ""}
        if len(merged) > MAX_METADATA:
            raise invalid(f"Metadata can have at most {MAX_METADATA} keys", param="metadata")
        for key, value in merged.items():
            if not isinstance(value, str) or len(key) > 40 or len(value) > 500:
                raise invalid("Metadata keys have at most 40 characters, values are texts of at most 500", param="metadata")
        return merged

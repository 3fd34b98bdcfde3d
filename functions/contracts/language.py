"""The language of templates: a small part of Jinja's, in which nothing can be called, repeated or computed.

So how long a text takes to make and how long it becomes is bounded by the size of its template and of its values.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from functions.contracts.shown import ContractBlock
from kernel.problems import Invalid

MOST = 100_000  # characters of a finished text
DEPTH = 30  # of conditions in conditions
CUSTOM = "custom"
# What there is to write, with a sample of each.
SAMPLES = {
    "tenant_name": "Acme GmbH", "tenant_address": "Hauptstraße 1, 10115 Berlin, DE", "tenant_email": "office@acme.test",
    "tenant_vat_id": "DE136695976", "issuer_name": "Example Software GmbH", "issuer_address": "Marktplatz 5, 80331 München, DE",
    "issuer_vat_id": "DE129273398", "title": "Service agreement", "signer_name": "Ada Lind", "plan": "Pro", "price": "49.00 EUR / month",
    "starts_on": "1 January 2027", "ends_on": "1 January 2028", "notice_days": "30", "renewal_months": "12"}
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare,
            nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Getattr)
_TEXTS = (nodes.Name, nodes.Const, nodes.Getattr, nodes.Filter)
_FILTERS = {"lower", "title", "trim", "upper"}
_KINDS = {"# ": "heading", "## ": "subheading", "- ": "point"}
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def check(body: str, fields: Iterable[str]) -> None:
    """`Invalid` with its line: `template_syntax`, `unknown_variable` for what is neither ours nor one of the `fields`, and
    `unsafe_expression` for all else that the language does not have."""
    try:
        _walk(_ENVIRONMENT.parse(body), frozenset(fields), 0)
    except TemplateSyntaxError as error:
        raise Invalid(f"line {error.lineno}: {error.message}", code="template_syntax", field="body", line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise _unsafe("it is nested too deep, or holds a number of thousands of digits", 1) from error


def render(body: str, values: Mapping[str, str], custom: Mapping[str, str]) -> str:
    """The text. As `check`; `Invalid` (`text_too_long`) for more than 100,000 characters."""
    check(body, custom)
    made, size = [], 0
    for part in _ENVIRONMENT.from_string(body).generate({**values, CUSTOM: SimpleNamespace(**custom)}):
        made.append(part)
        size += len(part)
        if size > MOST:
            raise Invalid(f"it becomes longer than {MOST} characters", code="text_too_long", field="body")
    return "".join(made)


def blocks(text: str) -> list[ContractBlock]:
    """A finished text as headings, points and paragraphs. Nothing in it is markup but what stands at the beginning of a line."""
    found: list[ContractBlock] = []
    open_ = False  # whether the next line goes on with the paragraph before it
    for line in text.splitlines():
        words = line.strip()
        mark = next((mark for mark in _KINDS if words.startswith(mark)), "")
        if open_ and words and not mark:
            found[-1].text += " " + words
        elif words:
            found.append(ContractBlock(kind=_KINDS.get(mark, "paragraph"), text=words.removeprefix(mark).strip()))
        open_ = bool(words) and (mark in ("", "- "))
    return found


def _walk(node: nodes.Node, fields: frozenset[str], depth: int) -> None:
    if depth > DEPTH:
        raise _unsafe("it is nested too deep", node.lineno)
    if isinstance(node, nodes.Getattr):
        _custom(node, fields)
        return
    if not isinstance(node, _ALLOWED):
        raise _unsafe(f"a template cannot hold this ({type(node).__name__.lower()})", node.lineno)
    if isinstance(node, nodes.Name) and node.name not in SAMPLES:
        raise _unknown(f"variable {node.name}", node.lineno)
    if isinstance(node, nodes.Const) and not _is_text(node.value):
        raise _unsafe("a value is a text in quotes", node.lineno)
    if isinstance(node, nodes.Compare) and not all(isinstance(each, _TEXTS) for each in (node.expr, *(other.expr for other in node.ops))):
        raise _unsafe("only texts can be compared", node.lineno)
    if isinstance(node, nodes.Filter) and (node.name not in _FILTERS or [*_parameters(node)]):
        raise _unsafe(f"there is no filter {node.name[:80]} of this kind", node.lineno)
    for each in node.iter_child_nodes():
        _walk(each, fields, depth + 1)


def _custom(node: nodes.Getattr, fields: frozenset[str]) -> None:
    if not isinstance(node.node, nodes.Name) or node.node.name != CUSTOM:
        raise _unsafe(f"nothing but {CUSTOM} has parts", node.lineno)
    if node.attr not in fields:
        raise _unknown(f"field {node.attr}", node.lineno)


def _is_text(value: object) -> bool:
    """Any text but one with surrogates, which no document can hold."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _parameters(node: nodes.Filter) -> Iterator[nodes.Node]:
    yield from node.args
    yield from node.kwargs
    yield from (each for each in (node.dyn_args, node.dyn_kwargs) if each is not None)


def _unsafe(what: str, line: int) -> Invalid:
    return Invalid(f"line {line}: {what}", code="unsafe_expression", field="body", line=line)


def _unknown(what: str, line: int) -> Invalid:
    return Invalid(f"line {line}: there is no {what[:80]}", code="unknown_variable", field="body", line=line)

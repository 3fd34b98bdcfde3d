"""What an export asks for: the fields and the query, read as the resource's own list reads them."""

from collections.abc import Mapping, Sequence

from functions.exports.models import Export
from kernel import query
from kernel.planner import plan
from kernel.problems import BadRequest, Invalid
from kernel.resource import Resource

NO_FILTERS = {"q", "sort", "limit", "cursor", "fields", "include_deleted"}  # of a list's parameters, those that an export does not take


def fields(resource: Resource, wanted: Sequence[str] | None) -> list[str]:
    """Fields of the resource's view in the order asked for, all of them without an order. `Invalid` names the one that is none."""
    known = list(resource.view.model_fields)
    for n, name in enumerate(wanted or ()):
        if name not in known:
            raise Invalid(f"{name} is no field of {resource.path}", code="unknown_column", field=f"columns.{n}", allowed=known)
        if wanted and name in wanted[:n]:
            raise Invalid(f"{name} comes twice", code="duplicate_column", field=f"columns.{n}")
    return list(wanted or known)


def texts(given: Mapping[str, str | int | bool]) -> dict[str, str]:
    """Filters as a query's texts: true is "true". `BadRequest` for a parameter of lists that is no filter."""
    for name in sorted(given.keys() & NO_FILTERS):
        raise BadRequest(f"an export does not filter by {name}", code="unknown_filter", field=f"filter.{name}")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}


def asked(export: Export, resource: Resource) -> query.Asked:
    """The query, checked as a list checks its own: `BadRequest` names the filter or the sort.

    A relative time counts back from when the export was asked for, however often the work on it begins anew.
    """
    params = dict(export.filter) | ({"sort": export.sort} if export.sort else {})
    found = query.read(params, kind=resource.record, filters=resource.filters, choices=resource.choices, principal=export.requested_by,
                       now=export.created_at)
    plan(resource.record, found)
    return found

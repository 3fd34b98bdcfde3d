"""moto, made quick: a copy shares the items with its original, a transaction keeps aside the items that it is about alone, and what
is answered of an item is written as it is.

moto copies every item of every table of a transaction, to be able to undo it; that was most of what our tests took. An item is replaced
here and never changed, so that whoever has a copy of a table keeps what was in it. It answers one call at a time, since it is not made for
threads: an update may undo another's, and a file is closed that is just being sent. moto looks for each of the ten types of each value under
a dozen names when it answers, spells the same names anew each time, and when it sorts asks of each text whether it is a number or a list.
"""

import copy
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from threading import RLock
from types import SimpleNamespace
from typing import Any

import moto.core.models
import moto.core.responses
import moto.dynamodb.models as models
import moto.sqs.models
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.serialize import JSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

_structure = JSONSerializer._serialize_type_structure
_transact, _update = DynamoDBBackend.transact_write_items, DynamoDBBackend.update_item
_answer, _alone = BotocoreStubber.process_request, RLock()


def copied(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The same tables with the same items: what is written into one set of them is not seen in the other."""
    found = {}
    for name, table in tables.items():
        found[name] = copy.copy(table)
        found[name].items = defaultdict(dict, {key: dict(ranges) for key, ranges in table.items.items()})
    return found


def _call_by_call(self: Any, request: Any) -> Any:
    with _alone:
        return _answer(self, request)


def _item_by_item(self: Any, items: list[dict[str, Any]]) -> None:
    """Undone by putting back what was there."""
    before = [_Place(self, op) for each in items for op in each.values() if op.get("TableName") in self.tables]
    try:
        _transact(self, items)
    except BaseException:
        for place in before:
            place.restore()
        raise


class _Place:
    """Where an item of a transaction is, and what is there."""

    def __init__(self, backend: Any, op: dict[str, Any]) -> None:
        table = backend.tables[op["TableName"]]
        values = op.get("Key") or op["Item"]
        self.items, self.key, self.range = table.items, *(DynamoType(values[name]) for name in (table.hash_key_attr, table.range_key_attr))
        self.found = self.items[self.key].get(self.range) if self.key in self.items else None

    def restore(self) -> None:
        if self.found is not None:
            self.items[self.key][self.range] = self.found
        elif self.key in self.items:
            self.items[self.key].pop(self.range, None)
            if not self.items[self.key]:
                del self.items[self.key]


def _replaced(self: Any, table_name: str, key: dict[str, Any], *args: Any, **more: Any) -> Any:
    """An update, of a copy of the item."""
    table = self.get_table(table_name)
    item = table.get_item(DynamoType(key[table.hash_key_attr]), DynamoType(key[table.range_key_attr]))
    if item is not None:
        table.items[item.hash_key][item.range_key] = copy.deepcopy(item)
    return _update(self, table_name, key, *args, **more)


def _shared(value: Any, memo: Any = None) -> Any:
    return value if isinstance(value, Table) else copy.deepcopy(value, memo)


def _as_it_is(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """An attribute value has the form of the answer already, but for bytes."""
    if shape.name == "AttributeValue" and type(value) is dict and value.keys().isdisjoint({"B", "BS"}):
        serialized[key] = value
    else:
        _structure(self, serialized, value, shape, key)


_cast = DynamoType.cast_value.fget
models.copy = SimpleNamespace(copy=copy.copy, deepcopy=_shared)  # type: ignore[assignment]
BotocoreStubber.process_request = _call_by_call  # type: ignore[method-assign]
DynamoDBBackend.transact_write_items = _item_by_item  # type: ignore[method-assign]
DynamoDBBackend.update_item = _replaced  # type: ignore[method-assign]
JSONSerializer._serialize_type_structure = _as_it_is  # type: ignore[method-assign]
DynamoType.cast_value = property(lambda self: self.value if self.type == "S" else _cast(self))  # type: ignore[method-assign, assignment]
moto.core.responses.method_names_from_class = cache(moto.core.responses.method_names_from_class)
for module in (moto.core.responses, moto.sqs.models):
    module.camelcase_to_underscores = cache(module.camelcase_to_underscores)  # type: ignore[attr-defined]
moto.core.models.RESPONSES_METHODS = ["GET"]  # of what does not go through boto3 only a link to a file is for AWS

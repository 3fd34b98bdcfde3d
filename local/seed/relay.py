"""Keeps the relay from announcing the history a second time: it passes over what was written while it was `muted`."""

import json
import time
from typing import Any

import boto3

from kernel import dynamodb
from kernel.clock import stamp
from kernel.config import table
from kernel.records import Record

PATIENCE = 30  # seconds


def mute(outputs: dict[str, str]) -> str:
    """The stream is read no more. Returns the id of the event source mapping."""
    [mapping] = boto3.client("lambda").list_event_source_mappings(FunctionName=outputs["RelayWorker"])["EventSourceMappings"]
    boto3.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    return str(mapping["UUID"])


def unmute(mapping: str, last: Record) -> None:
    """The stream is read again, from behind the newest entry of `last`: a filter holds back all before, and goes when that one is through.

    The relay remembers what it has sent, so its own table says when that is. Nothing of the template has changed in the end.
    """
    only = {"dynamodb": {"NewImage": {"pk": {"S": [last.id]}, "sk": {"S": [f"{last.version:010d}"]}}}}
    _update(mapping, Enabled=True, FilterCriteria={"Filters": [{"Pattern": json.dumps(only)}]})
    end = time.monotonic() + PATIENCE
    while not _through(last):
        if time.monotonic() > end:
            raise RuntimeError(f"the relay did not come to the end of the history within {PATIENCE} s")
        time.sleep(0.05)
    _update(mapping, FilterCriteria={"Filters": []})


def _update(mapping: str, **settings: Any) -> None:
    boto3.client("lambda").update_event_source_mapping(UUID=mapping, **settings)


def _through(last: Record) -> bool:
    """Memories are kept by the hour of recording (`functions.relay.sweep`)."""
    assert last.updated_at is not None  # it has been written
    memories = dynamodb.children(table("relay"), f"sent#{stamp(last.updated_at)[:13]}")
    return any(f"{last.id}#{last.version:010d}" in memory["entries"]["SS"] for memory in memories)

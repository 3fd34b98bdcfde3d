"""A local cloud for one part of the benchmark: free ports, the template's IAM policies enforced, schedules that fire when told."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from local.client import LocalCloud
from local.settings import ROOT


@contextmanager
def local_cloud() -> Iterator[LocalCloud]:
    with tempfile.TemporaryDirectory() as folder:
        cloud = LocalCloud(ROOT, Path(folder), AUTH="true", SCHEDULES="off").start()
        try:
            yield cloud
        finally:
            cloud.stop()


@cache
def client(cloud: LocalCloud, service: str) -> Any:
    """One for all calls: what is measured shares the machine with the one who watches."""
    return cloud.aws(service)


def functions_of(cloud: LocalCloud) -> dict[str, str]:
    """{handler: the function's name}, such as `functions.invoices.worker.handler`."""
    pages = client(cloud, "lambda").get_paginator("list_functions").paginate()
    return {function["Handler"]: function["FunctionName"] for page in pages for function in page["Functions"]}


def fire(cloud: LocalCloud, function: str, slot: str, now: datetime) -> str:
    """What the schedule sends at `now`; returns what became of it."""
    text = json.dumps({"time": now.isoformat(), "slot": slot})
    answer = client(cloud, "lambda").invoke(FunctionName=function, Payload=text.encode())
    return f"failed: {answer['Payload'].read()[:200]!r}" if "FunctionError" in answer else "done"


def consumers(cloud: LocalCloud) -> list[dict[str, Any]]:
    """The event source mappings: which function reads which queue or stream."""
    pages = client(cloud, "lambda").get_paginator("list_event_source_mappings").paginate()
    return [mapping for page in pages for mapping in page["EventSourceMappings"]]

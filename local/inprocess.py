"""Lets a feature's use cases run in this process against the running local cloud, with the environment that its handlers have."""

import os
import sys
from typing import Any

import boto3

from local.settings import AWS_URL, KERNEL, talk_to


def enter(url: str = AWS_URL) -> None:
    """Before the first import of `functions` or `kernel`: models read their tables' names when they are imported."""
    talk_to(url)
    os.environ.update(agreed(boto3.client("lambda")))
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "WARNING")  # a line for every message is for a log, not for a terminal
    sys.path.insert(0, str(KERNEL))


def agreed(functions: Any) -> dict[str, str]:
    """The variables on which all deployed functions that have them agree: not `QUEUE_URL`, which is another in each."""
    found: dict[str, set[str]] = {}
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            for name, value in function["Environment"]["Variables"].items():
                found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}

"""Invokes the function that a sample of events/ is made for, in the running local cloud, and prints its answer."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import boto3

from local import state
from local.settings import talk_to


def function_of(sample: Path, functions: Any) -> str:
    """`events/<feature>/<entry>-<case>.json` is for the handler `functions.<feature>.<entry>.handler`; a case of `sockets` begins with
    the name of its handler."""
    entry, case, *_ = sample.stem.split("-")
    handler = f"functions.{sample.parent.name}.{entry}.{case if entry == 'sockets' else 'handler'}"
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["Handler"] == handler:
                return str(function["FunctionName"])
    raise SystemExit(f"{sample} names the handler {handler}, and no deployed function has it.")


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        raise SystemExit("Name a sample: make invoke E=events/<feature>/<entry>-<case>.json")
    sample = Path(arguments[0])
    talk_to(state.facts()["aws_endpoint_url"])
    functions = boto3.client("lambda")
    answer = functions.invoke(FunctionName=function_of(sample, functions), Payload=sample.read_bytes(), LogType="Tail")
    print(base64.b64decode(answer.get("LogResult", "")).decode(), file=sys.stderr)
    print(json.dumps(json.load(answer["Payload"]), indent=1, ensure_ascii=False))
    if "FunctionError" in answer:
        raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Runs one stack in a process of its own: `driver.py MODULE fill|first|warm`, with the facts as JSON on standard input, the result as JSON on
standard output. It knows the standard library alone, since it runs in three environments, and imports little, since it is timed.
"""

import json
import sys
from time import process_time
from types import SimpleNamespace

BATCHES, CALLS = 8, 25
CONTEXT = SimpleNamespace(aws_request_id="req-1", function_name="bench", memory_limit_in_mb=1024,
                          invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:bench", get_remaining_time_in_millis=lambda: 30_000)


def main(module: str, mode: str) -> None:
    facts = json.load(sys.stdin)
    __import__(module)
    if mode == "fill":
        sys.modules[module].fill(**facts)
        return
    handler = sys.modules[module].handler
    text = json.dumps(facts["event"])
    answer = handler(json.loads(text), CONTEXT)
    spent = process_time()  # since the process began: the interpreter's own start is part of a cold start
    if answer["statusCode"] != 200:
        raise SystemExit(f"{module} answered {answer['statusCode']}: {answer['body'][:500]}")
    result = {"seconds": spent, "body": answer["body"]}
    if mode == "warm":
        result["seconds"] = min(batch(handler, text) for _ in range(BATCHES)) / CALLS
    sys.stdout.write(json.dumps(result))


def batch(handler, text: str) -> float:
    began = process_time()
    for _ in range(CALLS):
        handler(json.loads(text), CONTEXT)
    return process_time() - began


if __name__ == "__main__":
    main(*sys.argv[1:])

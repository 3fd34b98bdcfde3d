"""From a fresh process to the first list of 50 tenants from the database, beside the same in DRF and FastAPI; and what a warm list costs.

Processor time of the whole process, the interpreter's start included, and time on the wall, whose noise the best of several takes away.
"""

import json

from tests.bench.figures import Figure
from tests.bench.stacks import Stack, event, stacks

TRIES = 9
COLD_BAR, WARM_BAR = 0.8, 0.25


def figures() -> list[Figure]:
    with stacks() as found:
        asked = {"event": event(limit="50")}
        agree(found, asked)
        cold = {stack.name: [float("inf"), float("inf")] for stack in found}
        warm = {stack.name: float("inf") for stack in found}
        for n in range(TRIES):  # in turns, so that a busy moment of the machine meets all of them
            for stack in found:
                first, wall = stack.run("first", asked)
                cold[stack.name] = [min(pair) for pair in zip(cold[stack.name], (first["seconds"], wall), strict=True)]
            for stack in found if n % 3 == 0 else []:
                warm[stack.name] = min(warm[stack.name], stack.run("warm", asked)[0]["seconds"])
    return [*compared("cold: fresh process to first list, processor", {name: pair[0] for name, pair in cold.items()}, COLD_BAR),
            *compared("cold: fresh process to first list, wall", {name: pair[1] for name, pair in cold.items()}, COLD_BAR),
            *compared("warm: list of 50, processor", warm, WARM_BAR)]


def agree(found: list[Stack], asked: dict[str, object]) -> None:
    """All answer the same 50 tenants with the same fields. It also writes the bytecode."""
    pages = {stack.name: rows(stack.run("first", asked)[0]["body"]) for stack in found}
    for name, page in pages.items():
        mine = pages["ours"]
        assert len(page) == 50 and [row["id"] for row in page] == [row["id"] for row in mine], f"{name} answers other tenants"
        assert all(row.keys() == mine[0].keys() and row["address"] == own["address"] for row, own in zip(page, mine, strict=True)), name


def rows(body: str) -> list[dict[str, object]]:
    """DRF's cursor pages call them `results`."""
    page = json.loads(body)
    found: list[dict[str, object]] = page["data"] if "data" in page else page["results"]
    return found


def compared(what: str, seconds: dict[str, float], bar: float) -> list[Figure]:
    """Ours beside DRF with the bar, and beside FastAPI."""
    mine, base = seconds["ours"] * 1000, seconds["DRF"] * 1000
    return [Figure(what, mine, "ms", base, "DRF", f"<= {bar} x", mine <= bar * base),
            Figure(what, mine, "ms", seconds["FastAPI"] * 1000, "FastAPI")]

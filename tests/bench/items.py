"""What it takes to get a hundred items out of DynamoDB, beside stock PynamoDB on the same server; processor time, in turns."""

from tests.bench.figures import Figure
from tests.bench.stacks import ours, set_up
from tests.bench.table_server import Tables, serve

TRIES, BAR = 5, 0.25


def figures() -> list[Figure]:
    tables, best, answers = Tables(), {"kernel_app": float("inf"), "pynamodb_app": float("inf")}, set()
    set_up(tables)
    with serve(tables) as url:
        for _ in range(TRIES):
            for module in best:
                found, _ = ours(url, module).run("warm", {"event": {}})
                best[module] = min(best[module], found["seconds"])
                answers.add(found["body"])
    assert len(answers) == 1 and answers.pop().startswith("100 "), answers
    mine, base = best["kernel_app"] * 1000, best["pynamodb_app"] * 1000
    return [Figure("items: 100 out of DynamoDB, processor", mine, "ms", base, "stock PynamoDB, model objects", f"<= {BAR} x", mine <= BAR * base)]

"""Many writers at once, each request in a process of its own: one wins, nobody is lost, nothing is made twice."""

from concurrent.futures import ThreadPoolExecutor

WRITERS = 10


def together(act):
    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(act, range(WRITERS)))


def test_of_ten_who_change_one_version_one_wins(ask, token):
    _, plan, _ = ask("POST", "/v1/plans", {"name": "Contested"}, **token)
    path = f"/v1/plans/{plan['id']}"
    answers = together(lambda n: ask("PATCH", path, {"name": f"Writer {n}"}, if_match='"1"', **token))
    won = [body for status, body, _ in answers if status == 200]
    assert sorted(status for status, *_ in answers) == [200] + [412] * (WRITERS - 1)
    assert ask("GET", path, **token)[1] == won[0]
    assert won[0]["version"] == 2


def test_of_ten_without_a_version_each_is_heard_or_told_to_come_again(ask, token):
    _, tenant, _ = ask("POST", "/v1/tenants", {"name": "Contested", "email": "c@example.test"}, **token)
    path = f"/v1/tenants/{tenant['id']}"
    answers = together(lambda n: ask("PATCH", path, {"extra": {f"writer_{n}": n}}, **token))
    heard = {f"writer_{n}": n for n, (status, *_) in enumerate(answers) if status == 200}
    assert {status for status, *_ in answers} <= {200, 409, 503}
    assert ask("GET", path, **token)[1]["extra"] == heard


def test_ten_equal_posts_make_one(ask, token):
    answers = together(lambda _: ask("POST", "/v1/plans", {"name": "Only one"}, idempotency_key="ten-at-once", **token))
    assert {status for status, *_ in answers} == {201}
    assert len({body["id"] for _, body, _ in answers}) == 1
    assert len([1 for _, _, headers in answers if "Idempotency-Replayed" not in headers]) == 1
    _, page, _ = ask("GET", "/v1/plans?name=Only+one", **token)
    assert len(page["data"]) == 1

"""DynamoDB turns away three calls in ten, for as long as it takes: hardly anyone notices, and nothing is done twice."""

import random
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import get_ident

import pytest
from botocore.awsrequest import AWSResponse

from kernel.clock import frozen, wall
from tests.integration.kernel.things import hooked
from tests.integration.writes.company import APIS, Log, Snapshot, assert_every_chain_holds
from tests.integration.writes.registry import WRITES

SHARE = 0.3
READ_AGAIN, CALLS = 3, 60
BODY = b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Rate exceeded"}'


class Raw:
    def stream(self, **_):
        yield BODY


@pytest.fixture
def waits(monkeypatch):
    """Seconds that were waited between tries, call by call; nobody really waits, but threads that other tests have left."""
    waited, ours, sleep = [], get_ident(), time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: waited.append(seconds) if get_ident() == ours else sleep(seconds))
    random.seed(7)
    return waited


@pytest.fixture
def storm(waits):
    """`with storm(seed):` such weather, the same for the same seed whatever came before."""

    @contextmanager
    def weather(seed, share=SHARE):
        chance = random.Random(seed)

        def turn_away(request, **_):
            if chance.random() < share:
                request.url = "https://turned-away.test"  # or moto would serve it all the same
                return AWSResponse(request.url, 400, {"content-type": "application/x-amz-json-1.0"}, Raw())
            return None

        with hooked("before-send.dynamodb", turn_away):
            yield

    return weather


def succeeded(answer):
    """Whether all of it was done, each record of a bulk request too. Who is turned away is told when to come again."""
    items = answer.body["data"] if isinstance(answer.body, dict) and "data" in answer.body else []
    statuses = [answer.status, *(item["status"] for item in items if isinstance(item.get("status"), int))]
    assert set(statuses) <= {200, 201, 202, 204, 500, 503}, answer.body
    assert answer.status != 503 or answer.headers["Retry-After"]
    return max(statuses) < 300


def all_written(company, weather):
    """Whether each write succeeds. Who was turned away asks again with the same key when it is over: then it has happened, once."""
    base, done = Snapshot(), []
    for name, write in WRITES.items():
        base.restore()
        made, headers = write.prepare(company), write.headers | {"Idempotency-Key": name.replace(" ", "-")}
        log, request = Log(), partial(company.ask, *write.ask(company, made), at=write.at, headers=headers)
        with weather(name):
            answer = request()
        done.append(succeeded(answer))
        if not done[-1]:
            with frozen(wall() + timedelta(minutes=1)):
                answer = request()
            assert request.args[0] != "POST" or succeeded(answer), answer.body  # what was deleted after all is not found
        write.then(company, made, answer)
        assert Counter(write.effect) <= log.happened() <= Counter(write.effect) + Counter(write.anew), name
        assert_every_chain_holds()
    return done


def addresses(company):
    """Of every list, and of all that there is to see of one record each."""
    for path in sorted(route.path for api in APIS for route in [*api._static_routes, *api._dynamic_routes] if route.method == "GET"):
        path = path.replace("<subject>", company.plan)
        found = company.of(path.split("/<id>")[0]) if "<id>" in path else []
        path = path.replace("<id>", found[0]["id"]) if found else path
        if "<" not in path and path != "/v1/docs":
            yield path


def all_read(company, weather):
    """Whether each read of all there is to find in fair weather succeeds; the page of the documentation is no record."""
    for name in ("change the price now", "refund", "send a message again", "change a view", "advance a clock", "take an export back",
                 "void an invoice"):
        WRITES[name].prepare(company)

    def read(path):
        return company.ask("GET", path, **({"q": "Acme"} if path == "/v1/search" else {}))

    fair = {path: read(path).status for path in addresses(company)}
    assert set(fair.values()) <= {200, 404}, fair
    paths = [path for path, status in fair.items() if status == 200]
    assert len(paths) > 90
    done = []
    for n in range(READ_AGAIN):
        with weather(n):
            done += [succeeded(read(path)) for path in paths]
    return done


def test_99_of_100_requests_succeed_and_nothing_happens_twice(company, storm):
    done = all_written(company, storm) + all_read(company, storm)
    assert done.count(True) >= 0.99 * len(done)


def test_when_many_fail_a_repeat_of_them_does_what_is_missing_and_nothing_twice(company, storm):
    done = all_written(company, partial(storm, share=0.6))
    assert done.count(False) > 10


def test_whoever_is_turned_away_waits_shortly_and_not_as_long_as_anybody_else(company, storm, waits):
    with storm(7):
        for n in range(CALLS):
            company.ask("POST", "/v1/plans", {"name": f"P{n}"})
    assert len(waits) > CALLS
    assert len(set(waits)) == len(waits), "jitter: nobody waits as long as another"
    assert max(waits) < 2, "a caller is still there when we are through"
    first = sorted(each / 0.05 for each in waits if each <= 0.05)  # most waits are first ones: even between 0 and 50 ms
    assert max(later - earlier for earlier, later in pairwise([0, *first, 1])) < 0.2

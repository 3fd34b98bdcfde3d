"""DynamoDB turns away three calls in ten, for as long as it takes: hardly anyone notices, and nothing is done twice."""

import random
import time
from itertools import pairwise

import pytest
from botocore.awsrequest import AWSResponse

from functions.plans.api import handler
from kernel import audit
from tests.callers import ask
from tests.integration.kernel.things import everything, hooked

pytestmark = pytest.mark.usefixtures("aws")
SHARE, REQUESTS = 0.3, 100
BODY = b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Rate exceeded"}'


class Raw:
    def stream(self, **_):
        yield BODY


@pytest.fixture
def storm(monkeypatch):
    """Seconds that were waited between tries, call by call."""
    chance, waits = random.Random(7), []
    monkeypatch.setattr(time, "sleep", waits.append)

    def turn_away(request, **_):
        if chance.random() < SHARE:
            return AWSResponse(request.url, 400, {"content-type": "application/x-amz-json-1.0"}, Raw())
        return None

    with hooked("before-send.dynamodb", turn_away):
        yield waits


def test_99_of_100_calls_succeed_nothing_happens_twice_and_waits_are_spread(owner, storm):
    answers = [ask(handler, "POST", "/v1/plans", {"name": f"P{n}"}, headers=owner | {"Idempotency-Key": f"k{n}"}) for n in range(REQUESTS)]
    made = [answer.body["id"] for answer in answers if answer.status == 201]
    assert len(made) >= 0.99 * REQUESTS
    assert {answer.status for answer in answers} <= {201, 503}
    read = [ask(handler, "GET", f"/v1/plans/{id}", headers=owner).status for id in made]
    assert read.count(200) >= 0.99 * len(made)
    patched = [ask(handler, "PATCH", f"/v1/plans/{id}", {"name": "New"}, headers=owner | {"if-match": '"1"'}).status for id in made]
    assert patched.count(200) >= 0.99 * len(made)

    stored = {item["pk"]["S"]: item for item in everything("plans") if "head" in item}
    assert set(stored) == set(made)
    for id, item in stored.items():
        assert audit.first_bad(audit.timeline(id), item["head"]["S"]) is None
        assert int(item["version"]["N"]) in (1, 2)

    assert len(storm) > REQUESTS
    assert len(set(storm)) == len(storm), "jitter: nobody waits as long as another"
    assert max(storm) < 2, "a caller is still there when we are through"
    first = sorted(each / 0.05 for each in storm if each <= 0.05)  # most waits are first ones: even between 0 and 50 ms
    assert max(later - earlier for earlier, later in pairwise([0, *first, 1])) < 0.2

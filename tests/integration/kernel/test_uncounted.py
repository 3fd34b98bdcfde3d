"""What happens when nobody can count: requests are admitted and a metric says so; where passwords are tried, they are not."""

import json
from itertools import cycle
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from kernel.limits import Limit, per_ip, take
from kernel.problems import Unavailable
from tests.integration.kernel.limited import MINUTE, NOW, answering
from tests.integration.kernel.things import hooked

pytestmark = pytest.mark.usefixtures("aws")
OUTAGES = [("ThrottlingException", 400), ("ProvisionedThroughputExceededException", 400), ("InternalServerError", 500), ("ServiceUnavailable", 503)]


@pytest.mark.parametrize(("code", "status"), OUTAGES)
def test_when_nobody_can_count_the_request_is_admitted_and_a_metric_says_so(code, status, capsys):
    with answering(code, status) as refused:
        found = take("ten_1", [("minute", MINUTE)], now=NOW)
    assert (found.admitted, found.headers()) == (True, {})
    assert refused["UpdateItem"] == 2, "it asks once more, not for seconds"
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["LimiterFailedOpen"] == 1
    assert line["reason"] == code
    [told] = line["_aws"]["CloudWatchMetrics"]
    assert told == {"Namespace": "PlatformOwner", "Dimensions": [[]], "Metrics": [{"Name": "LimiterFailedOpen", "Unit": "Count"}]}


@pytest.mark.parametrize(("code", "status"), OUTAGES)
def test_where_passwords_are_tried_what_cannot_be_counted_is_refused(code, status, capsys):
    with answering(code, status):
        for ask in (lambda: take("ten_1", [("a", Limit("a", 1, 60))], now=NOW, closed=True), lambda: per_ip("192.0.2.1", Limit("a", 1, 60, closed=True), now=NOW)):
            with pytest.raises(Unavailable) as failure:
                ask()
            assert (failure.value.status, failure.value.retry_after) == (503, 1)
    assert capsys.readouterr().out == ""


def test_a_mistake_of_ours_is_no_outage():
    with answering("AccessDeniedException", 400), pytest.raises(ClientError):
        take("ten_1", [("minute", MINUTE)], now=NOW)


def unreachable(**_):
    raise EndpointConnectionError(endpoint_url="http://dynamodb")


def test_a_database_out_of_reach_is_an_outage_too(capsys):
    with hooked("before-call.dynamodb.UpdateItem", unreachable):
        assert take("ten_1", [("minute", MINUTE)], now=NOW).admitted
        with pytest.raises(Unavailable):
            take("ten_1", [("minute", MINUTE)], now=NOW, closed=True)
    assert json.loads(capsys.readouterr().out)["reason"] == "EndpointConnectionError"


def test_a_crowd_that_is_always_quicker_is_not_fought_for_long(capsys):
    """Whenever it is written as idle it has just become busy, and the other way round."""
    items = cycle([{"minute": {"N": str(int(NOW.timestamp()) * 10**6)}}, {}])
    tried = []

    def refuse(params, **_):
        tried.append(params)
        return SimpleNamespace(status_code=400), {
            "Error": {"Code": "ConditionalCheckFailedException"}, "ResponseMetadata": {"HTTPStatusCode": 400}, "Item": next(items)}

    with hooked("before-call.dynamodb.UpdateItem", refuse):
        assert take("ten_1", [("minute", MINUTE)], now=NOW).admitted
    assert len(tried) == 5
    assert json.loads(capsys.readouterr().out)["reason"] == "Contention"


def test_an_answer_that_is_lost_was_counted():
    """The write was done, and nobody heard of it."""
    lost = []
    limit = [("minute", Limit("minute", 2, 60))]
    with hooked("after-call.dynamodb.UpdateItem", lambda **_: lost or (lost.append(1), unreachable())):
        assert take("ten_1", limit, now=NOW).admitted, "nobody knows: it is admitted"
    assert [take("ten_1", limit, now=NOW).admitted for _ in range(2)] == [True, False]

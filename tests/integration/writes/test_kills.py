"""Whatever is asked of whatever feature: killed at any call to DynamoDB, a write is whole or has not happened, and repeated it happens once."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest

from kernel import commit
from kernel.clock import frozen, wall
from tests.integration.kernel.things import hooked
from tests.integration.writes.company import APIS, Log, Snapshot, assert_every_chain_holds, assert_every_key_lets_in_once
from tests.integration.writes.registry import WRITES, requests

# No write of a record, or what is killed by tests of its own: the gateway's events, and all of signing in, which asks the user pool too.
NOT_HERE = {
    "/v1/invoices/preview", "/v1/subscriptions/<id>/preview-change", "/v1/webhooks/stripe", "/v1/webhooks/stripe/<id>", "/v1/public/leads",
    "/v1/flags/<id>/preview", "/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/<key>", "/v1/auth/accept", "/v1/auth/login",
    "/v1/auth/mfa", "/v1/auth/mfa/enrol", "/v1/auth/mfa/confirm", "/v1/auth/mfa/disable", "/v1/auth/password", "/v1/auth/refresh",
    "/v1/auth/logout", "/v1/realtime/ticket", "/v1/staff/sessions/<id>/revoke", "/v1/staff/sessions/revoke-others",
    "/v1/tickets/<id>/uploads", "/v1/announcements/preview", "/v1/announcements/<id>/read", "/v1/announcements/<id>/dismiss",
    "/v1/articles/preview", "/v1/articles/<id>/vote", "/v1/public/articles/<slug>/vote", "/v1/content/<id>/uploads",
    "/v1/webhooks/razorpay/<id>", "/v1/public/contracts/<token>/code", "/v1/public/contracts/<token>/sign",
    "/v1/public/contracts/<token>/decline", "/v1/contract-templates/<id>/preview"}


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


def killed_at(number, when, request, *, reads):
    """What `request` answers, or None where it died at the call to DynamoDB of that number, from 0; `reads` count too, or not."""
    count = iter(range(1000))
    commit._buckets_known.clear()  # it has just been started: that makes most calls

    def kill(model, **_):
        if (reads or model.name not in READS) and next(count) == number:
            raise Killed

    try:
        with hooked(f"{when}-call.dynamodb", kill):
            return request()
    except Killed:
        return None


def repeated(write, request):
    """The answer to the same request, which is the same however often it comes."""
    with frozen(wall() + timedelta(minutes=1)) if write.pending else nullcontext():
        first, second = request(), request()
    if request.args[0] == "POST":
        assert first.status < 300, first.body
        hidden = {write.shown_once: None} if write.shown_once else {}
        assert (second.status, second.body) == (first.status, first.body | hidden)
        assert second.headers["Idempotency-Replayed"] == "true"
    return first


# Where nobody else is asked, what is left by a kill before a call is what is left by one after the call before it, and after a read what was
# left by the call before that.
READS = {"GetItem", "BatchGetItem", "Query"}
CASES = [(name, when) for name, write in WRITES.items() for when in (("before", "after") if write.outside else ("after",))]


@pytest.mark.parametrize(("name", "when"), CASES)
def test_killed_at_any_call_a_write_is_whole_or_not_there_and_happens_once(company, name, when):
    write = WRITES[name]
    made, start = write.prepare(company), Snapshot()
    for fatal in range(100):
        start.restore()
        made = write.prepare(company) if write.outside else made
        headers = write.headers | {"Idempotency-Key": f"{name}-{when}-{fatal}".replace(" ", "-")}
        log, request = Log(), partial(company.ask, *write.ask(company, made), at=write.at, headers=headers)
        answer = killed_at(fatal, when, request, reads=write.outside)
        assert log.happened() <= Counter(write.effect)
        assert_every_chain_holds()
        assert_every_key_lets_in_once()
        if answer is not None:
            break
        write.then(company, made, repeated(write, request))
        assert Counter(write.effect) <= log.happened() <= Counter(write.effect) + Counter(write.anew), f"killed {when} call {fatal}"
    else:
        pytest.fail("it never got through")
    assert answer.status < 300, answer.body
    write.then(company, made, answer)
    assert log.happened() == write.effect
    assert_every_chain_holds()
    assert fatal >= (2 if write.outside else 1)


def test_every_route_that_writes_is_killed():
    """Those that one line mounts for every resource are killed for some."""
    asked = requests().values()
    for api in APIS:
        for route in [*api._static_routes, *api._dynamic_routes]:
            if route.method == "GET" or route.path in NOT_HERE or route.path.endswith(("/bulk", "/exports")):
                continue
            assert any(method == route.method and route.rule.match(path) for method, path, _ in asked), route.path
    assert {path for _, path, _ in asked if path.endswith(("/bulk", "/exports"))} > {"/v1/subscriptions/bulk", "/v1/tenants/exports"}

"""Nothing is ordered and everything may come twice: whatever the bus and the schedules do, it ends in the same state."""

from collections.abc import Callable
from contextvars import copy_context
from datetime import timedelta
from random import Random
from threading import RLock, Thread

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from kernel.clock import frozen, parse, stamp, wall
from tests.integration.everything.company import WORKERS, Message, Post, at_home, bring, parked, queued, slots, state
from tests.integration.writes.company import Snapshot, assert_every_chain_holds, everything

pytestmark = pytest.mark.xdist_group("everything")
# What none of the writes of the tests brings about, nor what follows from them: heard in the tests of who hears it.
NOT_HERE = {"exports.failed", "health.recovered", "backups.failed", "backups.verification_failed", "contracts.declined",
            "invoices.partly_paid", "subscriptions.recovered"}



def test_every_message_three_times_in_any_order_ends_in_the_same_state(unheard: Snapshot, heard: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    heard.restore()
    once = state()
    unheard.restore()
    post = Post(monkeypatch, Random(1))
    post.run()
    assert (state() - once, once - state()) == ({}, {})
    assert_every_chain_holds()
    assert parked() == []
    subscribed = {(feature, event) for feature, worker in WORKERS.items() for event in worker.subscriptions}
    assert {event for _, event in subscribed - post.heard} <= NOT_HERE


@pytest.fixture
def one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto is not safe for threads. They still race, but from call to call, as callers of AWS do."""
    ask, lock = BotocoreStubber.process_request, RLock()

    def alone(self: BotocoreStubber, request: object) -> object:
        with lock:
            return ask(self, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", alone)


def at_once(run: Callable[[], object], times: int) -> None:
    threads = [Thread(target=copy_context().run, args=(run,)) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def when_due(feature: str) -> str:
    """A day after the first of a feature's records falls due; where none will, after a year."""
    due = [item["next_action_at"]["S"] for item in everything(feature) if "next_action_at" in item and "head" in item]
    return stamp(parse(min(due)) + timedelta(days=1) if due else wall() + timedelta(days=366))


def settled(feature: str, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Each message that a feature has sent to itself is brought so many times at once, and what comes of it, until there is none."""
    waiting: list[Message] = []
    while fresh := [*waiting, *queued()]:
        waiting = []
        for message in fresh:
            failed: list[Message] = []
            worker = at_home(message.feature, monkeypatch)
            at_once(lambda worker=worker, message=message, failed=failed: bring(worker, message) and failed.append(message), times)  # type: ignore[misc]
            waiting += [Message(message.feature, message.body, message.attempt + 1)] if failed and message.attempt < 5 else []


@pytest.mark.usefixtures("one_call_at_a_time")
@pytest.mark.parametrize(("feature", "slot"), slots())
def test_a_schedule_that_fires_ten_times_at_once_has_one_effect(feature: str, slot: str, heard: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = []
    for times in (1, 10):
        heard.restore()
        monkeypatch.setattr("functions.health.schedules._made", set())  # a function that has just been started
        event = {"time": when_due(feature), "slot": slot}
        worker = at_home(feature, monkeypatch)
        before = state()
        with frozen(parse(event["time"]) if slot != "due" else wall()):
            at_once(lambda worker=worker, event=event: worker(event, None), times)  # type: ignore[misc]
            settled(feature, monkeypatch, min(times, 3))
        outcomes.append(state() - before)
        if slot != "purge":  # which leaves the entries of what it removes
            assert_every_chain_holds()
    assert outcomes[0] == outcomes[1]
    assert outcomes[0], "nothing waited for it"

"""Results, flips, incidents, planned work and heartbeats, by the schedule as it runs."""

import pytest

from functions.health import watch
from functions.health.models import Check
from functions.health.probes import probe
from kernel.audit import Actor
from kernel.problems import Conflict


def incidents(desk, **query):
    return desk.ask("GET", "/v1/health/incidents", **query).body["data"]


@pytest.fixture
def check(desk, site):
    return desk.made(target=site.url)


def test_one_failure_is_none_and_two_are_one_incident_and_its_end_is_told_once(desk, site, check):
    desk.run(0)
    assert desk.check(check).status == "up"
    site.mood["status"] = 503
    desk.run(1)
    assert (desk.check(check).status, incidents(desk)) == ("up", [])
    desk.run(2)
    desk.run(3)
    [found] = incidents(desk, status="opened")
    assert (found["check_id"], found["error"]) == (check, "status 503 instead of 200")
    site.mood["status"] = 200
    for minute in (4, 5, 6):
        desk.run(minute)
    [found] = incidents(desk)
    assert (found["status"], found["resolution"], found["resolved_at"]) == ("resolved", "recovered", "2026-01-31T12:05:00.000000Z")
    assert desk.told(check) == ["health.created", "health.observed", "health.failed", "health.recovered"]


def test_ten_schedules_at_once_look_once_and_flip_once(desk, site, check):
    desk.run(0, times=10)
    site.mood["status"] = 503
    desk.run(1, times=10)
    desk.run(2, times=10)
    assert (site.mood["asked"], len(incidents(desk)), desk.told(check).count("health.failed")) == (3, 1, 1)


def test_of_workers_that_have_looked_at_one_moment_together_one_is_believed(desk, site, check):
    desk.run(0)
    site.mood["status"] = 503
    desk.run(1)
    readers = [Check.fetch(check) for _ in range(5)]
    lost = 0
    for each in readers:
        before = watch.pulse_of(readers[0])
        try:
            watch._record(each, pulse := before, probe(each), None, actor=Actor(id="system:health"), at=desk.at(2))
        except Conflict:
            lost += 1
        assert pulse is before
    assert (lost, len(incidents(desk)), desk.told(check).count("health.failed")) == (4, 1, 1)


def test_of_results_of_one_moment_that_turn_nothing_one_is_counted(desk, site, check):
    desk.run(0)
    readers, before = [Check.fetch(check) for _ in range(3)], watch.pulse_of(Check.fetch(check))
    told = []
    for each in readers:
        try:
            watch._record(each, before, probe(each), desk.at(2), actor=Actor(id="system:health"), at=desk.at(1))
            told.append("counted")
        except Conflict:
            told.append("late")
    assert (told, watch.pulse_of(each).tail) == (["counted", "late", "late"], ["ok", "ok"])


def test_results_are_no_entries_of_the_log_and_survive_a_change_in_between(desk, check):
    for minute in range(4):
        desk.run(minute)
    assert desk.ask("PATCH", f"/v1/health/checks/{check}", {"name": "Shop"}).status == 200
    desk.run(4)
    assert desk.told(check) == ["health.created", "health.observed", "health.updated"]
    assert desk.tile(check, 4)["checked_at"] == "2026-01-31T12:04:00Z"


def test_a_change_that_puts_the_schedule_back_does_not_count_a_moment_twice(desk, site, check):
    desk.run(0)
    stale = Check.fetch(check)
    desk.run(1)
    stale.name = "Shop"
    from functions.health.events import Updated
    from kernel.commit import commit

    commit((stale, Updated(name="Shop")), actor=Actor(id="stf_1"), at=desk.at(1))
    desk.run(1)
    assert site.mood["asked"] == 2
    desk.run(2)
    assert site.mood["asked"] == 3


def test_uptime_is_the_time_between_flips_without_what_nobody_saw(desk, site, check):
    for minute in range(3):
        desk.run(minute)
    site.mood["status"] = 503
    for minute in (3, 4, 5, 6):
        desk.run(minute)  # down from 12:04 on
    assert desk.tile(check, 6)["uptime"]["hours_24"] == 10_000 * 4 // 6
    desk.run(60)  # nobody has looked for most of an hour
    found = desk.tile(check, 60)
    assert (found["uptime"]["hours_24"], found["uptime"]["days_90"], len(found["days"])) == (6666, 6666, 90)
    assert found["days"][-1] == 6666


def test_in_planned_work_nothing_goes_down_and_afterwards_it_does_once(desk, site):
    window = {"start": desk.at(1).isoformat(), "end": desk.at(4).isoformat()}
    check = desk.made(target=site.url, maintenance=[window])
    desk.run(0)
    site.mood["status"] = 503
    for minute in (1, 2, 3):
        desk.run(minute)
    assert (desk.check(check).status, incidents(desk)) == ("up", [])
    desk.run(4)
    desk.run(5)
    assert [each["opened_at"] for each in incidents(desk)] == ["2026-01-31T12:05:00.000000Z"]


def test_what_is_slower_than_it_should_be_is_degraded_and_wakes_nobody(desk, site):
    check = desk.made(target=site.url, max_ms=1, failures_to_open=1)
    site.mood["slow"] = 0.02
    desk.run(0)
    found = desk.check(check)
    assert (found.status, incidents(desk)) == ("degraded", [])
    assert "ms instead of 1" in found.error


@pytest.mark.parametrize(("mood", "body", "says"), [
    ({"status": 302}, {}, "status 302 instead of 200"), ({}, {"contains": "nothing"}, "the text is not in the answer"),
    ({"drips": True}, {"timeout": 1}, "no whole answer within 1 s")])  # fmt: skip
def test_what_is_wrong_is_said(desk, site, mood, body, says):
    check = desk.made(target=site.url, **body)
    site.mood.update(mood)
    assert probe(desk.check(check)).detail == says


def test_a_check_that_was_paused_and_resumed_before_its_first_look_is_looked_at(desk, site):
    check = desk.made(target=site.url)
    for verb in ("pause", "resume"):
        assert desk.ask("POST", f"/v1/health/checks/{check}/{verb}").status == 200
    desk.run(1)
    assert (desk.check(check).status, site.mood["asked"]) == ("up", 1)


def test_another_interval_counts_from_the_last_result_on_and_another_target_begins_anew(desk, site):
    check = desk.made(target=site.url, interval=86400)
    desk.run(0)
    assert desk.ask("PATCH", f"/v1/health/checks/{check}", {"interval": 60}).status == 200
    site.mood["status"] = 503
    desk.run(1)
    assert site.mood["asked"] == 2
    assert desk.ask("PATCH", f"/v1/health/checks/{check}", {"target": f"{site.url}other"}).status == 200
    desk.run(2)
    assert (site.mood["asked"], desk.check(check).status) == (3, "up")
    desk.run(3)
    assert desk.check(check).status == "down"


def test_a_heartbeat_that_does_not_come_is_missed_and_the_next_one_ends_it(desk):
    check = desk.made(kind="heartbeat", interval=300, grace=60)
    assert desk.beat(check, 0).body["status"] == "up"
    desk.run(5)
    assert desk.check(check).status == "up"
    desk.run(6)
    assert desk.check(check).status == "down"
    desk.run(7)
    assert desk.beat(check, 10).body["status"] == "up"
    assert [each["resolution"] for each in incidents(desk)] == ["recovered"]
    assert desk.tile(check, 10)["uptime"]["hours_24"] == 6000
    assert desk.beat(check, 9).body["status"] == "up"  # an older one


def test_after_we_were_away_a_heartbeat_gets_time_for_what_waits_in_the_queue(desk):
    check = desk.made(kind="heartbeat", interval=300, grace=60)
    desk.beat(check, 0)
    desk.run(30)
    assert desk.check(check).status == "up"
    desk.run(31)
    assert desk.check(check).status == "down"


def test_each_schedule_of_ours_gets_a_heartbeat_by_itself_and_is_missed(desk, sample, context):
    from functions.health.schedules import SCHEDULES, _made
    from functions.health.worker import handler

    _made.clear()
    desk.run(0, times=2)
    found = desk.ask("GET", "/v1/health/checks", kind="heartbeat").body["data"]
    assert sorted(each["schedule"] for each in found) == sorted(SCHEDULES)
    for _ in range(3):
        assert handler(sample("health/worker-beat"), context) == {"batchItemFailures": []}
    desk.run(15)
    states = {each["schedule"]: each["status"] for each in desk.ask("GET", "/v1/health/checks", kind="heartbeat").body["data"]}
    assert (states["tenants.due"], states["leads.due"], states["audit.purge"]) == ("up", "down", "unknown")


def test_a_heartbeat_whose_place_another_has_taken_by_a_restore_goes_without_a_word(desk):
    from functions.health.schedules import _made
    from kernel import dynamodb

    _made.clear()
    desk.run(0)
    [old] = desk.ask("GET", "/v1/health/checks", schedule="leads.due").body["data"]
    dynamodb.client().delete_item(TableName=Check.table(), Key=dynamodb.key("schedule#leads.due"))
    _made.clear()
    desk.run(1)
    [new] = [each for each in desk.ask("GET", "/v1/health/checks", schedule="leads.due").body["data"] if each["id"] != old["id"]]
    assert desk.ask("DELETE", f"/v1/health/checks/{new['id']}").body["code"] == "built_in"
    desk.run(15)
    assert (desk.check(new["id"]).status, desk.told(old["id"])) == ("unknown", ["health.created", "health.deleted"])
    assert desk.ask("GET", "/v1/health/checks", schedule="leads.due").body["data"][0]["id"] == new["id"]


def test_a_schedule_that_has_run_beats(desk, context):
    from functions.leads.worker import handler
    from kernel.config import setting
    from tests.cloud import received

    handler({"time": "2026-01-31T12:05:00Z", "slot": "due"}, context)
    [body] = received(setting("HEALTH_QUEUE"))
    assert '"schedule": "leads.due"' in body


@pytest.mark.parametrize(("kind", "target", "outcome"), [("dynamodb", "tenants", "ok"), ("queue", "tenants", "ok")])
def test_tables_and_queues_of_ours_are_looked_at(desk, kind, target, outcome):
    assert probe(desk.check(desk.made(kind=kind, target=target))).outcome == outcome


def test_a_queue_in_which_too_much_waits_has_failed_and_one_with_parked_messages_is_degraded(desk):
    import boto3

    check = desk.made(kind="queue", target="tenants", max_depth=0)
    boto3.client("sqs").send_message(QueueUrl=desk_queue(), MessageBody="x")
    assert (probe(desk.check(check)).outcome, probe(desk.check(check)).detail) == ("failed", "1 waiting, 0 parked")


def test_a_queue_that_is_never_empty_holds_a_message_too_old_and_one_that_was_empty_once_does_not(desk):
    import boto3

    check, sqs = desk.made(kind="queue", target="tenants", max_age=120, failures_to_open=1), boto3.client("sqs")
    sqs.send_message(QueueUrl=desk_queue(), MessageBody="x")
    for minute in (0, 1, 2):
        desk.run(minute)
        assert desk.check(check).status == "up"
    [held] = sqs.receive_message(QueueUrl=desk_queue())["Messages"]  # who holds it has not done with it
    desk.run(3)
    assert (desk.check(check).status, desk.check(check).error) == ("down", "its oldest message has waited for up to 180 s, instead of 120")
    sqs.delete_message(QueueUrl=desk_queue(), ReceiptHandle=held["ReceiptHandle"])
    desk.run(4)
    sqs.send_message(QueueUrl=desk_queue(), MessageBody="y")
    desk.run(5)
    desk.run(6)
    assert desk.check(check).status == "up"


def desk_queue():
    from kernel.config import setting

    return setting("TENANTS_QUEUE")

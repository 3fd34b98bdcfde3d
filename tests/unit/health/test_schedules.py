"""Our own schedules as health knows them, and as the template has them."""

import json
import re

from functions.health.schedules import SCHEDULES
from tests.cloud import resources
from tests.unit.test_template import LAMBDAS, events_of, feature_of


def between(expression: str) -> int:
    """Seconds from one time to the next: of a `rate`, or of a `cron` that is every hour's, a day of the week's or every day's."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return int(rate[1]) * {"minute": 60, "hour": 3600, "day": 86400}[rate[2]]
    _, hour, _, _, weekday, _ = expression.removeprefix("cron(").removesuffix(")").split()
    return 3600 if hour == "*" else 7 * 86400 if weekday not in "?*" else 86400


def test_each_schedule_of_ours_has_a_heartbeat_that_knows_how_often_it_runs_and_healths_own_an_alarm() -> None:
    found = {f"{feature_of(name)}.{json.loads(event['Input'])['slot']}": event["ScheduleExpression"]
             for name in LAMBDAS for event in events_of(name, "ScheduleV2")}
    assert found.pop("health.due") == "rate(1 minute)"
    assert {slot: between(expression) for slot, expression in found.items()} == SCHEDULES
    alarm = resources("AWS::CloudWatch::Alarm")["HealthSilentAlarm"]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": "HealthWorker"}]
    assert (alarm["ComparisonOperator"], alarm["TreatMissingData"], alarm["AlarmActions"]) == ("LessThanThreshold", "breaching", ["Alarms"])

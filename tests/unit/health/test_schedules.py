"""Our own schedules as health knows them, and as the template has them."""

import json
import re

from functions.health.schedules import SCHEDULES
from tests.cloud import resources
from tests.unit.test_template import LAMBDAS, events_of, feature_of


def test_each_schedule_of_ours_has_a_heartbeat_that_knows_how_often_it_runs_and_healths_own_an_alarm() -> None:
    found = {f"{feature_of(name)}.{json.loads(event['Input'])['slot']}": event["ScheduleExpression"]
             for name in LAMBDAS for event in events_of(name, "ScheduleV2")}
    seconds = {"minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86400, "days": 86400}
    rates = {slot: re.fullmatch(r"rate\((\d+) (\w+)\)", expression) for slot, expression in found.items()}
    assert found.pop("health.due") == "rate(1 minute)"
    known = {slot: int(rate[1]) * seconds[rate[2]] if (rate := rates[slot]) else 86400 for slot in found}
    assert known == SCHEDULES
    alarm = resources("AWS::CloudWatch::Alarm")["HealthSilentAlarm"]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": "HealthWorker"}]
    assert (alarm["ComparisonOperator"], alarm["TreatMissingData"], alarm["AlarmActions"]) == ("LessThanThreshold", "breaching", ["Alarms"])

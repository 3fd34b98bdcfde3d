"""What MiniStack 1.5.33 does otherwise than AWS, mended inside its process. Each with the reason; gone when the emulator is."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions
from ministack.core.lambda_runtime import Worker
from ministack.services import cognito, eventbridge, lambda_svc, scheduler, ses, sqs
from ministack.services.cloudformation import engine

from local import state
from local.settings import BUNDLE, KERNEL, SCHEDULES


def apply() -> None:
    _import_from_the_source_tree()
    _answer_at_once()
    _keep_queues_when_the_port_moves()
    _save_what_can_be_started_from()
    _take_a_code_once_and_behind_a_password()
    _count_no_routes()
    iam_actions.extract_iam_action = _with_batches_as_single_actions(iam_actions.extract_iam_action)
    iam_actions.extract_resource_arn = _with_the_sending_identity(iam_actions.extract_resource_arn)
    eventbridge._invoke_target = _with_context_attributes(eventbridge._invoke_target)
    if not SCHEDULES:
        scheduler.start_scheduler = lambda: None


def _import_from_the_source_tree() -> None:
    """Functions get an empty archive (local/package.py) and find their code here: nothing is packed, unpacked or compiled twice,
    and a new process has the newest code. PYTHONDONTWRITEBYTECODE would make every one of them start five times slower."""
    os.environ["PYTHONPATH"] = os.pathsep.join([str(BUNDLE), str(KERNEL)])
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _answer_at_once() -> None:
    """A warm call waits 50 ms for a first line on stderr when the handler logs nothing: 4 ms do."""
    Worker._drain_stderr_bounded.__defaults__ = (0.004, 0.002, 0.250)


def _keep_queues_when_the_port_moves() -> None:
    """It finds a queue by its URL, which carries the port of the day: saved queues would be lost under another. botocore sends
    to its endpoint, whatever the URL says, so one port is as good as another."""
    sqs.DEFAULT_PORT = "4566"
    sqs._CANONICAL_NETLOC = f"{sqs.DEFAULT_HOST}:4566"


def _count_no_routes() -> None:
    """The routes of the HTTP API are resources here alone (local/package.py): on AWS its OpenAPI body holds them. What AWS counts is looked
    at by a guard of the template."""
    engine._SECTION_QUOTAS = (("Resources", "resources", "Resource", 1000), *engine._SECTION_QUOTAS[1:])


def _take_a_code_once_and_behind_a_password() -> None:
    """It takes an authenticator's code as often as it comes within its 90 s, and answers a challenge that it never made."""
    matches, ask, answer = cognito._totp_matches, cognito._mfa_challenge_for_user, cognito._respond_to_auth_challenge
    taken: set[tuple[str, str]] = set()
    challenged: dict[str, str] = {}

    def matches_once(secret: str, code: str) -> bool:
        if (secret, code) in taken or not matches(secret, code):
            return False
        taken.add((secret, code))
        return True

    def asked(pool: dict[str, Any], user: dict[str, Any], pool_id: str, username: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = ask(pool, user, pool_id, username)
        if found:
            challenged[found["Session"]] = username
        return found

    def answered(data: dict[str, Any]) -> Any:
        name = data.get("ChallengeResponses", {}).get("USERNAME")
        if data.get("ChallengeName") == "SOFTWARE_TOKEN_MFA" and challenged.get(data.get("Session", "")) != name:
            return cognito.error_response_json("NotAuthorizedException", "Invalid session for the user.", 400)
        return answer(data)

    cognito._totp_matches, cognito._mfa_challenge_for_user, cognito._respond_to_auth_challenge = matches_once, asked, answered


def _save_what_can_be_started_from() -> None:
    saved_functions, saved_mail, restore_mail, save_all = lambda_svc.get_state, ses.get_state, ses._restore_state, app.save_all

    def functions() -> dict[str, Any]:
        """It saves how far each consumer has read a table's stream, but not the stream: as many entries would be skipped."""
        return {**saved_functions(), "dynamodb_stream_positions": {}}

    def mail() -> dict[str, Any]:
        """It forgets the mails sent."""
        return {**saved_mail(), "sent": ses._sent_emails}

    def restored_mail(data: dict[str, Any]) -> None:
        restore_mail(data)
        ses._sent_emails.update(data.get("sent", {}))

    def save(services: dict[str, Any]) -> None:
        """Half a first start is not worth keeping, and half a save must be known as such."""
        if state.COMPLETE.exists():
            state.SAVING.touch()
            save_all(services)
            state.SAVING.unlink()

    lambda_svc.get_state, ses.get_state, ses._restore_state, app.save_all = functions, mail, restored_mail, save


def _with_batches_as_single_actions(extract: Any) -> Any:
    """IAM knows no `sqs:SendMessageBatch` and the like: who may send one message may send ten. The emulator asks for the batch's name."""

    def action(service: str, *request: Any) -> str | None:
        name: str | None = extract(service, *request)
        return name.removesuffix("Batch") if name and service == "sqs" else name

    return action


def _with_the_sending_identity(extract: Any) -> Any:
    """Sending a mail asks IAM for the identity that it comes from; the emulator asks for everything."""

    def resource(service: str, method: str, path: str, headers: Any, body: bytes, query: dict[str, Any], region: str, account: str) -> str:
        found: str = extract(service, method, path, headers, body, query, region, account)
        [sender] = parse_qs(body.decode("latin-1")).get("Source", [""]) if service == "ses" and found == "*" else [""]
        return f"arn:aws:ses:{region}:{account}:identity/{sender}" if sender else found

    return resource


def _with_context_attributes(invoke: Any) -> Any:
    """EventBridge Scheduler replaces `<aws.scheduler.…>` in a target's input; the emulator delivers them literally."""

    def invoke_target(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        if event["Source"] == "aws.scheduler" and "Input" in target:
            at = fired_for(rule["ScheduleExpression"], _time(rule["CreationDate"]), _time(event["Time"]))
            values = {"scheduled-time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "execution-id": event["EventId"], "attempt-number": "1",
                      "schedule-arn": rule["Arn"]}
            text = target["Input"]
            for name, value in values.items():
                text = text.replace(f"<aws.scheduler.{name}>", value)
            target = target | {"Input": text}
        invoke(target, event, rule, view)

    return invoke_target


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def fired_for(expression: str, created: datetime, now: datetime) -> datetime:
    """The latest moment ≤ `now` (both UTC) at which a schedule was due: the emulator looks only every ten seconds, and never while asleep.

    `at(…)`: that moment. `rate(…)`: whole intervals after `created`. `cron(…)`: the last matching minute within a year."""
    if (once := scheduler._at_time_epoch(expression)) is not None:
        return _time(once)
    if (seconds := eventbridge._parse_rate_seconds(expression)) is not None:
        interval = timedelta(seconds=seconds)
        return created + (now - created) // interval * interval
    fields = eventbridge._parse_cron_fields(expression)
    for back in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=31), timedelta(days=366)):
        due = eventbridge._cron_next_fire(fields, now - back)
        if due is not None and due <= now:
            return _last(fields, due, now)
    return now


def _last(fields: Any, due: datetime, now: datetime) -> datetime:
    while (later := eventbridge._cron_next_fire(fields, due)) is not None and later <= now:
        due = later
    return due

"""What is shown of all checks at once: the wall for staff, names and states for everybody."""

from datetime import datetime

from functions.health import rules
from functions.health.models import Check, CheckKind, CheckStatus, PublicCheck, PublicStatus, Pulse, Tile, Wall
from functions.health.watch import PULSE, pulse_in, pulse_of
from kernel import dynamodb

MOST = 100  # checks on a wall


def wall(at: datetime) -> Wall:
    """The first hundred by name, with what is kept of their results: one query, and one read of many."""
    path = next(path for path in Check.paths if path.sort == "name")
    items, _ = dynamodb.ask(Check.table(), path.index, path.partition(Check.prefix, {}), limit=MOST)
    checks = [Check.load(item) for item in items]
    return Wall(data=[_tile(check, pulse, at) for check, pulse in zip(checks, _pulses(checks), strict=True)])


def tile(id: str, at: datetime) -> Tile:
    check = Check.fetch(id)
    return _tile(check, pulse_of(check), at)


def public() -> PublicStatus:
    """The checks that are marked as public, by name; what is paused is nobody's business."""
    path = next(path for path in Check.paths if path.by == ("public",))
    items, _ = dynamodb.ask(Check.table(), path.index, path.partition(Check.prefix, {"public": True}), limit=MOST)
    shown = sorted((PublicCheck(name=item["name"]["S"], status=CheckStatus(item["status"]["S"])) for item in items
                    if item["status"]["S"] != CheckStatus.PAUSED), key=lambda each: each.name)
    return PublicStatus(status=CheckStatus(rules.worst(each.status for each in shown)), data=shown)


def _pulses(checks: list[Check]) -> list[Pulse]:
    if not checks:
        return []
    found: dict[str, dynamodb.Item] = {}
    wanted = [dynamodb.key(check.id, PULSE) for check in checks]
    for _ in dynamodb.tries(3):
        answer = dynamodb.read("BatchGetItem", RequestItems={Check.table(): {"Keys": wanted}})
        found |= {item["pk"]["S"]: item for item in answer["Responses"].get(Check.table(), [])}
        wanted = answer.get("UnprocessedKeys", {}).get(Check.table(), {}).get("Keys", [])
        if not wanted:
            break
    return [pulse_in(found.get(check.id)) for check in checks]


def _tile(check: Check, pulse: Pulse, at: datetime) -> Tile:
    return Tile(
        id=check.id, name=check.name, kind=CheckKind(check.kind), status=CheckStatus(check.status), since=check.since,
        checked_at=pulse.settled, detail=pulse.detail, uptime=rules.uptime(pulse, at), days=rules.daily(pulse, at),
        p50=rules.percentile(pulse.recent, 50), p95=rules.percentile(pulse.recent, 95))

"""Takes what it tells of a person out of the log: changes, salt, payload and search words. The headers stay, and the chain holds."""

from collections.abc import Iterator
from datetime import datetime

from functions.audit.events import Erased, ErasureRequested
from functions.audit.models import Erasure, ErasureCreate, ErasureStatus
from functions.audit.subjects import FEATURES
from kernel import audit, dynamodb, ids
from kernel.access import Principal
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import table
from kernel.problems import Forbidden, Invalid
from kernel.search import find, generations, sought

MOST = 40  # records of one erasure
_TOLD = ("salt", "changes", "data", "search")  # what an entry tells; the right in the template names the same


def request(body: ErasureCreate, caller: Principal, *, actor: Actor, at: datetime) -> Erasure:
    """`Forbidden` for who is no owner; `Invalid` where there is nothing to erase, or too much at once."""
    if caller.role != "owner":
        raise Forbidden("only an owner erases what the log tells", code="not_an_owner")
    subjects = [body.record_id] if body.record_id else with_address(str(body.email))
    field = "record_id" if body.record_id else "email"
    if len(subjects) > MOST:
        raise Invalid(f"{len(subjects)} records have it, {MOST} can be erased at once: name them", code="too_many", field=field)
    if unknown := [each for each in subjects if ids.prefix_of(each) not in FEATURES or ids.prefix_of(each) == Erasure.prefix]:
        raise Invalid(f"{unknown[0][:64]} is nothing whose entries can be erased", code="not_erasable", field=field)
    if not subjects or not any(True for each in subjects for _ in _entries(each)):
        raise Invalid("the log tells nothing of it", code="nothing_to_erase", field=field)
    made = Erasure(ids.new(Erasure.prefix), subjects=subjects, reason=body.reason, next_action_at=at)
    commit((made, ErasureRequested(subjects=subjects)), actor=actor, at=at)
    return made


def with_address(email: str) -> list[str]:
    """Ids of the records that have this address among what they are searched by. Deleted ones are not: they are named by their ids."""
    asked, generation, found = sought(email), generations()[0], list[str]()
    for prefix in sorted(FEATURES):
        page = find(prefix, asked, limit=MOST + 1, generation=generation)
        if page.position is not None:  # some would be left out unseen
            raise Invalid("more records have it than can be erased at once: name them", code="too_many", field="email")
        found += [hit.id for hit in page.hits if hit.match in ("exact", "word")]
    return found


def step(erasure: Erasure, *, actor: Actor, at: datetime) -> None:
    """One record more, or the end. Done again after a crash it finds the rest: what is gone cannot go twice."""
    left = [each for each in erasure.subjects if each not in erasure.erased]
    subject = left[0]
    count = sum(_forget(subject, version) for version in _entries(subject))
    erasure.erased = {**erasure.erased, subject: count}
    if len(left) == 1:
        erasure.status, erasure.next_action_at = ErasureStatus.DONE, None
    commit((erasure, Erased(erased_subject=subject, entries=count)), actor=actor, at=at)


def _entries(subject: str) -> Iterator[str]:
    return (item["sk"]["S"] for item in audit.timeline(subject))


def _forget(subject: str, version: str) -> bool:
    names = {f"#{each}": each for each in _TOLD}
    return dynamodb.held(
        dynamodb.client().update_item, TableName=table("audit"), Key=dynamodb.key(subject, version),
        UpdateExpression="REMOVE " + ", ".join(names), ExpressionAttributeNames=names | {"#pk": "pk"},
        ConditionExpression="attribute_exists(#pk)") is not None

"""What can be done to an announcement by people, and what time does to it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from functions.announcements import events
from functions.announcements.models import (
    Announcement,
    AnnouncementChannel,
    AnnouncementCreate,
    AnnouncementStatus,
    AnnouncementUpdate,
    Audience,
)
from functions.announcements.rules import due, fixed, transition
from functions.plans.contract import plan
from functions.tenants.contract import reachable, standing
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.fields import TAG
from kernel.problems import Conflict, Invalid, referred
from kernel.resource import attributes, patch

# As many mails as one message to the notifications sends, and how long until the next: the mail service takes more, and so do their other
# messages, which must not wait behind ours.
MAILS, PAUSE = 10, timedelta(seconds=5)
LOOKS = 20  # as often as many tenants are looked at, while none of them has a tag of those that are asked for
_EVENTS: dict[str, Callable[..., Payload]] = {
    "schedule": events.Scheduled, "start": events.Started, "end": events.Ended, "cancel": events.Canceled}


def create(body: AnnouncementCreate, *, actor: Actor, at: datetime) -> Announcement:
    """A draft. `Invalid` for an audience that is not there, or an end before the beginning."""
    made = Announcement(ids.new(Announcement.prefix), **attributes(body))
    _check(made, body.model_fields_set)
    commit((made, events.Created(status=made.status)), actor=actor, at=at)
    return made


def update(id: str, body: AnnouncementUpdate, *, actor: Actor, at: datetime) -> Announcement:
    """Change what is sent. `Conflict` (`already_published`) for what its state does not let change any more."""
    found = Announcement.fetch(id)
    was = {name: getattr(found, name) for name in type(body).model_fields}
    patch(found, body)
    changed = [name for name, old in was.items() if getattr(found, name) != old]
    if stays := fixed(found.status, changed):
        raise Conflict(f"{stays[0]} of an announcement that is {found.status} cannot change", code="already_published", field=stays[0],
                       status_now=found.status)
    _check(found, set(changed))
    if found.status == AnnouncementStatus.LIVE and {"title", "body"} & set(changed):
        found.edition += 1
    if found.status != AnnouncementStatus.DRAFT and {"starts_at", "ends_at"} & set(changed):
        _open(found, at)
    found.next_action_at = _due(found)
    change((found, events.Updated(status=found.status)), actor=actor, at=at)
    return found


def publish(id: str, *, actor: Actor, at: datetime) -> Announcement:
    """It goes live at its beginning, or now. `Conflict` for one that was published, `Invalid` for one whose end is past."""
    found = Announcement.fetch(id)
    found.starts_at = found.starts_at or at
    _open(found, at)
    return _move(found, "schedule" if found.starts_at > at else "start", actor=actor, at=at)


def withdraw(id: str, *, actor: Actor, at: datetime) -> Announcement:
    """Nobody sees it any more. `Conflict` for one that is over."""
    return _move(Announcement.fetch(id), "cancel", actor=actor, at=at)


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """`Conflict` for one that somebody sees, or is going to."""
    found = Announcement.fetch(id)
    if found.status in (AnnouncementStatus.SCHEDULED, AnnouncementStatus.LIVE):
        raise Conflict(f"an announcement that is {found.status} is withdrawn first", status_now=found.status)
    found.deleted_at = wall()
    commit((found, events.Deleted(status=found.status)), actor=actor, at=at)


def step(found: Announcement, *, actor: Actor, at: datetime) -> None:
    """It begins, ends, or the next tenants get their mail. Once: the commit takes only the version that was read."""
    if found.status == AnnouncementStatus.SCHEDULED:
        _move(found, "start", actor=actor, at=at)
    elif found.ends_at is not None and found.ends_at <= at:
        _move(found, "end", actor=actor, at=at)
    else:
        _mail(found, actor=actor, at=at)


def _move(found: Announcement, command: str, *, actor: Actor, at: datetime) -> Announcement:
    """Take one step in its life, or `Conflict` where its state does not allow it."""
    target = transition(found.status, command)
    if target is None:
        raise Conflict(f"an announcement that is {found.status} cannot {command}", status_now=found.status)
    found.status = target
    found.mail_at = at if command == "start" and AnnouncementChannel.EMAIL in found.channels else None
    found.next_action_at = _due(found)
    commit((found, _EVENTS[command](status=target)), actor=actor, at=at)
    return found


def _mail(found: Announcement, *, actor: Actor, at: datetime) -> None:
    """Names the next few tenants, whom the notifications write to; how far we are is in the same commit."""
    tenants, after = _next(found)
    found.mail_after, found.mailed = after or {}, found.mailed + len(tenants)
    found.mail_at = at + PAUSE if after else None
    found.next_action_at = _due(found)
    commit((found, events.Mailed(status=found.status, tenant_ids=tenants)), actor=actor, at=at)


def _next(found: Announcement) -> tuple[list[str], dict[str, object] | None]:
    """Tenants that are to get their mail next, and where those after them begin, if there are any.

    The place is {"n", "start"}: which tenant or plan of the audience, and the database's own key within the plan's tenants.
    """
    n, start = int(found.mail_after.get("n", 0)), found.mail_after.get("start")
    if found.audience == Audience.TENANTS:
        some = found.audience_ids[n:n + MAILS]
        more = n + MAILS < len(found.audience_ids)
        return [id for id in some if not standing(id).left], {"n": n + MAILS} if more else None
    plans = found.audience_ids if found.audience == Audience.PLANS else [None]
    tags = found.audience_ids if found.audience == Audience.TAGS else ()
    for _ in range(LOOKS):
        tenants, start = reachable(plan_id=plans[n], tags=tags, start=start, limit=MAILS)
        if tenants or start is None:
            break
    if start is not None:
        return tenants, {"n": n, "start": start}
    return tenants, {"n": n + 1} if n + 1 < len(plans) else None


def _due(found: Announcement) -> datetime | None:
    return due(found.status, found.starts_at, found.ends_at, found.mail_at)


def _open(found: Announcement, at: datetime) -> None:
    """An end that is past would end it before anybody saw it."""
    _window(found)
    if found.ends_at is not None and found.ends_at <= at:
        raise Invalid("the end is past", field="ends_at")


def _window(found: Announcement) -> None:
    if found.starts_at is not None and found.ends_at is not None and found.ends_at <= found.starts_at:
        raise Invalid("the end comes after the beginning", field="ends_at")


def _check(found: Announcement, sent: set[str]) -> None:
    """Whom it is for is there; its window is one."""
    _window(found)
    if found.status == AnnouncementStatus.SCHEDULED and found.starts_at is None:
        raise Invalid("what is scheduled has a beginning", field="starts_at")
    if len(set(found.channels)) < len(found.channels) or len(set(found.audience_ids)) < len(found.audience_ids):
        raise Invalid("each is named once", field="audience_ids" if len(set(found.channels)) == len(found.channels) else "channels")
    if (found.audience == Audience.ALL) == bool(found.audience_ids):
        raise Invalid("who is addressed is all, or those who are named", field="audience_ids")
    if found.audience == Audience.TAGS:
        if wrong := [each for each in found.audience_ids if not re.fullmatch(TAG, each)]:
            raise Invalid(f"no tag is written so: {wrong[0]}", field="audience_ids")
    elif {"audience", "audience_ids"} & sent:
        with referred("audience_ids"):
            for each in found.audience_ids:
                standing(each) if found.audience == Audience.TENANTS else plan(each)

"""What can be done to content: written, given a file, reviewed, published and retired."""

from datetime import datetime

from functions.content import events, files
from functions.content.models import (
    Content,
    ContentCreate,
    ContentUpdate,
    ContentUpload,
    ContentUploadCreate,
    Edition,
    EditionAttach,
    Editions,
)
from functions.content.rules import ContentState, Pricing, transition
from kernel import dynamodb, ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.problems import Invalid, Refused
from kernel.records import body_of, child
from kernel.resource import attributes, patch

MOST_EDITIONS = 200  # of one content: all of them are one page of the database


def create(body: ContentCreate, *, actor: Actor, at: datetime) -> Content:
    """A draft. `Invalid` where its price is not one."""
    content = Content(ids.new(Content.prefix), **attributes(body))
    _check(content)
    commit((content, events.Created(status=content.status)), actor=actor, at=at)
    return content


def update(id: str, body: ContentUpdate, *, actor: Actor, at: datetime) -> Content:
    """Change what is sent. `Invalid` as above; `Refused` while it is reviewed, and once it is retired."""
    content = Content.fetch(id)
    transition(ContentState(content.status), "edit")
    patch(content, body)
    _check(content)
    change((content, events.Updated(status=content.status)), actor=actor, at=at)
    return content


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """A draft; what was published is retired instead."""
    content = Content.fetch(id)
    transition(ContentState(content.status), "delete")
    content.deleted_at = wall()
    commit((content, events.Deleted(status=content.status)), actor=actor, at=at)


def upload(id: str, body: ContentUploadCreate) -> ContentUpload:
    """A link to send a file by. Nothing is stored until it is attached."""
    content = Content.fetch(id)
    transition(ContentState(content.status), "attach")
    return files.upload(id, body)


def attach(id: str, body: EditionAttach, *, actor: Actor, at: datetime) -> Content:
    """What was sent becomes the next edition, which waits to be reviewed, in the place of one that waits already."""
    content = Content.fetch(id)
    transition(ContentState(content.status), "attach")
    if content.editions >= MOST_EDITIONS:
        raise Refused("too_many_editions", f"content has at most {MOST_EDITIONS} editions")
    size, media_type = files.take(id, body)
    content.editions += 1
    content.pending_edition = content.editions
    made = Edition(number=content.editions, filename=body.filename, size=size, sha256=body.sha256, media_type=media_type, notes=body.notes,
                   attached_by=actor.id, attached_at=at)
    told = events.EditionAttached(status=content.status, edition=made.number, sha256=made.sha256)
    commit((content, told), actor=actor, at=at, items=[_written(content, made)])
    return content


def submit(id: str, *, actor: Actor, at: datetime) -> Content:
    """It is to be reviewed. `Refused` (`no_file`) without a file."""
    content = Content.fetch(id)
    content.status = transition(ContentState(content.status), "submit")
    if content.pending_edition is None:
        raise Refused("no_file", "attach a file first")
    content.rejected_because = None
    commit((content, events.Submitted(status=content.status)), actor=actor, at=at)
    return content


def publish(id: str, *, actor: Actor, at: datetime) -> Content:
    """The edition that waits was reviewed, and is what buyers get from now on."""
    content = Content.fetch(id)
    content.status = transition(ContentState(content.status), "publish")
    waiting = edition(content, _waits(content))
    content.edition, content.pending_edition = waiting.number, None
    content.file_name, content.file_size, content.rejected_because = waiting.filename, waiting.size, None
    content.published_at = content.published_at or at
    reviewed = waiting.model_copy(update={"reviewed_by": actor.id, "reviewed_at": at})
    told = events.Published(status=content.status, edition=reviewed.number)
    commit((content, told), actor=actor, at=at, items=[_written(content, reviewed)])
    return content


def reject(id: str, reason: str, *, actor: Actor, at: datetime) -> Content:
    """The review has found something: a draft again; of what is published, the edition that waits is dropped."""
    content = Content.fetch(id)
    published = content.status == ContentState.PUBLISHED
    content.status = transition(ContentState(content.status), "reject")
    _waits(content)
    if published:
        content.pending_edition = None
    content.rejected_because = reason
    commit((content, events.Rejected(status=content.status, reason=reason)), actor=actor, at=at)
    return content


def retire(id: str, *, actor: Actor, at: datetime) -> Content:
    """Nobody new buys it, and no edition comes any more; buyers keep what they have."""
    content = Content.fetch(id)
    content.status = transition(ContentState(content.status), "retire")
    content.retired_at, content.pending_edition = at, None
    commit((content, events.Retired(status=content.status)), actor=actor, at=at)
    return content


def editions(id: str) -> Editions:
    """All of one content, newest first."""
    items, _ = dynamodb.ask(Content.table(), "", Content.fetch(id).id, low="edition#", high="edition#~", forward=False,
                            limit=MOST_EDITIONS)
    return Editions(data=[Edition.model_validate_json(item["body"]["S"]) for item in items])


def edition(content: Content, number: int) -> Edition:
    return Edition.model_validate(body_of(content, f"edition#{number:04d}"))


def _waits(content: Content) -> int:
    if content.pending_edition is None:
        raise Refused("nothing_to_review", "no edition waits to be reviewed")
    return int(content.pending_edition)


def _written(content: Content, made: Edition) -> tuple[str, dynamodb.Item]:
    return Content.table(), child(content, f"edition#{made.number:04d}", made.model_dump(mode="json"))


def _check(content: Content) -> None:
    """What is sold has a price, what recurs an interval, and what is free neither."""
    if (content.pricing == Pricing.FREE) != (content.price is None):
        raise Invalid("a price is of what is sold", field="price")
    if content.price is None:
        content.currency = None
    elif content.currency is None:
        raise Invalid("say in which currency", field="currency")
    if (content.pricing == Pricing.RECURRING) != (content.interval is not None):
        raise Invalid("an interval is of what recurs: say which", field="interval")

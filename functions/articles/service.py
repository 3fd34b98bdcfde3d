"""What can be done to an article by staff."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from functions.articles import events
from functions.articles.models import Article, ArticleCreate, ArticleStatus, ArticleUpdate, ArticleVersion, ArticleVersions
from functions.articles.rules import is_public, slug_of, transition
from kernel import dynamodb, ids, search
from kernel.audit import Actor, Payload
from kernel.clock import stamp, wall
from kernel.commit import Marker, change, commit, marker
from kernel.problems import Conflict, Duplicate, Forbidden, Invalid
from kernel.records import child
from kernel.resource import attributes, patch

SHOWN = 20  # versions, the newest
FORMER = 20  # addresses that go on leading to an article, the newest
WORDS = 20_000  # bytes of the words by which readers find one: with the longest draft it still fits into one item
CONTENT = ("title", "summary", "category", "body")
_EVENTS: dict[str, Callable[..., Payload]] = {
    "submit": events.Submitted, "return": events.Returned, "archive": events.Archived, "reopen": events.Reopened}


def create(body: ArticleCreate, *, actor: Actor, at: datetime) -> Article:
    """A draft. `Conflict` (`slug_taken`) where its address is another's; `Invalid` where none can be made of the title."""
    made = Article(ids.new(Article.prefix), **attributes(body) | {"slug": body.slug or slug_of(body.title)})
    if not made.slug:
        raise Invalid("no address can be made of this title: say which", field="slug")
    _commit_with_slug((made, events.Created(status=made.status)), actor=actor, at=at)
    return made


def update(id: str, body: ArticleUpdate, *, publishes: bool, actor: Actor, at: datetime) -> Article:
    """Change the draft. What was published stays as it is; who may read it, and where, changes at once. `Conflict` (`slug_taken`) as in
    `create`; `Forbidden` to show everybody what staff alone could read, for who may not publish."""
    found = Article.fetch(id)
    was, slug, shelf = [getattr(found, name) for name in CONTENT], found.slug, found.shelf
    patch(found, body)
    if was != [getattr(found, name) for name in CONTENT]:
        found.pending = True
    _shelve(found)
    if found.shelf and not shelf and not publishes:
        raise Forbidden("to show it to everybody is to publish it", permission="articles.publish")
    changed = (found, events.Updated(status=found.status))
    if slug == found.slug:
        change(changed, actor=actor, at=at)
    else:
        _commit_with_slug(changed, actor=actor, at=at, writes=_moved(found, slug))
    return found


def move(id: str, command: str, *, actor: Actor, at: datetime) -> Article:
    """Take one step in its life, or `Conflict` where its state does not allow it."""
    found = Article.fetch(id)
    _step(found, command)
    commit((found, _EVENTS[command](status=found.status)), actor=actor, at=at)
    return found


def publish(id: str, *, actor: Actor, at: datetime) -> Article:
    """The draft is what readers see, and is kept as a version. `Conflict` where nothing is new."""
    found = Article.fetch(id)
    if found.status == ArticleStatus.PUBLISHED and not found.pending:
        raise Conflict("what was published is all there is", code="nothing_new", status_now=found.status)
    _step(found, "publish")
    found.edition, found.pending, found.published_at = found.edition + 1, False, at
    found.shown = {name: getattr(found, name) for name in CONTENT if name != "body"}
    found.words = _words(found)
    kept = {name: getattr(found, name) for name in CONTENT} | {"at": stamp(at), "by": actor.id}
    version = Article.table(), child(found, place(found.edition), kept)
    commit((found, events.Published(status=found.status, edition=found.edition)), actor=actor, at=at, items=[version])
    return found


def restore_version(id: str, edition: int, *, actor: Actor, at: datetime) -> Article:
    """What was published as that edition is the draft again; readers see no change. `Invalid` for an edition that there is not."""
    found = Article.fetch(id)
    item = dynamodb.get(Article.table(), found.id, place(edition))
    if item is None:
        raise Invalid(f"there is no edition {edition}", code="unknown_reference", field="edition")
    version = _version(item)
    for name in CONTENT:
        setattr(found, name, getattr(version, name))
    found.pending = edition != found.edition
    commit((found, events.VersionRestored(status=found.status, edition=edition)), actor=actor, at=at)
    return found


def versions(id: str) -> ArticleVersions:
    """What was published of it, newest first."""
    items, _ = dynamodb.ask(Article.table(), "", Article.fetch(id).id, low="version#", high="version#~", forward=False, limit=SHOWN)
    return ArticleVersions(data=[_version(item) for item in items])


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """Its addresses are free for others. `Conflict` for one that somebody reads."""
    found = Article.fetch(id)
    if found.status == ArticleStatus.PUBLISHED:
        raise Conflict("a published article is archived first", status_now=found.status)
    freed = [_free(each) for each in (found.slug, *found.former)]
    found.deleted_at, found.former = wall(), []
    commit((found, events.Deleted(status=found.status)), actor=actor, at=at, writes=freed)


def restore(id: str, *, actor: Actor, at: datetime) -> Article:
    """`Conflict` for one that is not deleted, and where its address is another's by now."""
    found = Article.fetch(id, deleted=True)
    if found.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    found.deleted_at = None
    _commit_with_slug((found, events.Restored(status=found.status)), actor=actor, at=at)
    return found


def place(edition: int) -> str:
    """The key of a version among an article's children."""
    return f"version#{edition:06d}"


def slug_key(slug: str) -> str:
    return f"slug#{slug}"


def _step(found: Article, command: str) -> None:
    target = transition(found.status, command)
    if target is None:
        raise Conflict(f"an article in the state {found.status} cannot {command}", status_now=found.status)
    found.status = target
    _shelve(found)


def _shelve(found: Article) -> None:
    found.shelf = "public" if is_public(found.status, found.visibility) else None


def _version(item: dynamodb.Item) -> ArticleVersion:
    return ArticleVersion(edition=int(item["sk"]["S"].partition("#")[2]), **json.loads(item["body"]["S"]))


def _words(found: Article) -> str:
    """What it says, word by word, each once."""
    said = " ".join((found.title, found.summary or "", found.body))
    return " ".join(search.words(search.plain(said))).encode()[:WORDS].decode(errors="ignore")


def _moved(found: Article, slug: str) -> list[dict[str, Any]]:
    """Frees the address that it had, unless it was ever read there: then it goes on leading to it, as one of the newest do."""
    known = [each for each in (*found.former, slug) if each != found.slug] if found.edition else []
    found.former = known[-FORMER:]
    return [_free(each) for each in (known[:-FORMER] if found.edition else [slug])]


def _commit_with_slug(changed: tuple[Article, Payload], *, actor: Actor, at: datetime, writes: Sequence[dict[str, Any]] = ()) -> None:
    """The change, if its address is nobody else's: of two who come at once, one gets it."""
    found = changed[0]
    mine = Marker(Article, slug_key(found.slug), {"article_id": found.id})
    taken = marker(Article, mine.key)
    try:
        if taken and taken["article_id"] != found.id:
            raise Duplicate(mine.key, taken)
        commit(changed, actor=actor, at=at, markers=[] if taken else [mine], writes=writes)
    except Duplicate as there:
        raise Conflict(f"{found.slug} is the address of another article", code="slug_taken", field="slug") from there


def _free(slug: str) -> dict[str, Any]:
    """From now on the address counts as nobody's; DynamoDB removes the marker."""
    return {"Update": {"TableName": Article.table(), "Key": dynamodb.key(slug_key(slug)), "UpdateExpression": "SET #ttl = :past",
                       "ExpressionAttributeNames": {"#ttl": "ttl"},
                       "ExpressionAttributeValues": {":past": {"N": str(int(wall().timestamp()) - 1)}}}}

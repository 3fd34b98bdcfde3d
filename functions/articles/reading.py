"""What readers see of articles, and what they say of them.

Only the version that was published is ever shown. What is not there, and what is there but not for everybody, are answered by the same
words after the same reads.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from functions.announcements.contract import html
from functions.articles.models import Article, ArticlePreview, ArticleStatus, PublicArticle, PublicArticles, Visibility, Votes
from functions.articles.rules import counted, is_public
from functions.articles.service import place, slug_key
from kernel import dynamodb, search
from kernel.commit import marker
from kernel.problems import NotFound, Unavailable

EXAMINED, MOST, PAGE = 1000, 100, 100  # published articles that are looked at for a list, shown, and read at once
TRIES = 8
NOBODY = "art_none"
_SHELF = next(path for path in Article.paths if path.by == ("shelf",))


def preview(text: str) -> ArticlePreview:
    return ArticlePreview(html=html(text))


def articles(category: str | None, q: str | None) -> PublicArticles:
    """Of the newest 1,000, those in that category that have words which begin so."""
    asked = search.words(search.plain(q)) if q else []
    found = (each for each in _published() if category in (None, each.shown["category"]) and _matches(each, asked))
    return PublicArticles(data=[_public_view(each, each.shown) for each in islice(found, MOST)])


def article(slug: str) -> PublicArticle:
    """`NotFound` for what is not everybody's to read, whatever the reason."""
    found, version = _public(slug)
    return _public_view(found, version, text=html(version["body"]))


def vote_publicly(slug: str, voter: str, helpful: bool) -> Votes:
    return _vote(_public(slug)[0], voter, helpful)


def vote(id: str, voter: str, helpful: bool, *, tenants: bool) -> Votes:
    """One vote each, which they may change. `NotFound` for what is not published, or (`tenants`) for staff alone."""
    found = Article.fetch(id)
    hidden = tenants and found.visibility != Visibility.PUBLIC
    if found.status != ArticleStatus.PUBLISHED or hidden:
        raise NotFound(f"article {id} does not exist")
    return _vote(found, voter, helpful)


def votes(id: str) -> Votes:
    return _votes(Article.fetch(id).id)


def _published() -> Iterator[Article]:
    """What is everybody's to read, newest first. A page of the database may hold less than was asked for."""
    partition, start = _SHELF.partition(Article.prefix, {"shelf": "public"}), None
    for _ in range(EXAMINED // PAGE):
        items, start = dynamodb.ask(Article.table(), _SHELF.index, partition, forward=False, limit=PAGE, start=start)
        yield from map(Article.load, items)
        if start is None:
            return


def _public(slug: str) -> tuple[Article, dict[str, Any]]:
    """The article with what was published of it. Three reads, whatever they find."""
    known = marker(Article, slug_key(slug)) or {}
    item = dynamodb.get(Article.table(), known.get("article_id", NOBODY))
    found = Article.load(item) if item else None
    version = dynamodb.get(Article.table(), found.id if found else NOBODY, place(found.edition if found else 0))
    if found is None or version is None or found.deleted_at is not None or not is_public(found.status, found.visibility):
        raise NotFound("there is no such article")
    return found, json.loads(version["body"]["S"])


def _public_view(found: Article, said: dict[str, Any], text: str | None = None) -> PublicArticle:
    return PublicArticle(slug=found.slug, title=said["title"], summary=said["summary"], category=said["category"],
                         published_at=found.published_at, html=text)


def _matches(found: Article, asked: list[str]) -> bool:
    there = (found.words or "").split() if asked else []
    return all(any(word.startswith(each) for word in there) for each in asked)


def _vote(found: Article, voter: str, helpful: bool) -> Votes:
    key, name = f"vote#{found.id}#{voter}", {"TableName": Article.table()}
    for _ in dynamodb.tries(TRIES):
        old = dynamodb.get(Article.table(), key)
        more = counted(old["helpful"]["BOOL"] if old else None, helpful)
        if not more:
            break
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if old:
            condition = {"ConditionExpression": "helpful = :was", "ExpressionAttributeValues": {":was": old["helpful"]}}
        addition = {"Key": dynamodb.key(found.id, "votes"), "UpdateExpression": "ADD " + ", ".join(f"{each} :{each}" for each in more),
                    "ExpressionAttributeValues": {f":{each}": {"N": str(by)} for each, by in more.items()}}
        put = name | condition | {"Item": dynamodb.key(key) | {"helpful": {"BOOL": helpful}}}
        if dynamodb.held(dynamodb.client().transact_write_items, TransactItems=[{"Put": put}, {"Update": name | addition}]) is not None:
            break
    else:
        raise Unavailable("too many vote at this moment, try again")
    return _votes(found.id)


def _votes(id: str) -> Votes:
    item = dynamodb.get(Article.table(), id, "votes") or {}
    helpful, unhelpful = (int(item[each]["N"]) if each in item else 0 for each in ("helpful", "unhelpful"))
    return Votes(helpful=helpful, unhelpful=unhelpful)

"""Search: the tokens that a record is found by, and how a query reads them out of the table `search`.

A posting is an item `<generation>.<id prefix>#<two letters of the token>`, `<token>#<id, newest first>`. Tokens are folded words, parts of
e-mails and ids, pairs of CJK characters, and `=<whole field>` for exact matches. Words match from their beginning, nowhere else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kernel import dynamodb
from kernel.audit import canonical
from kernel.config import table
from kernel.ids import ALPHABET, PATTERN
from kernel.paths import LAST
from kernel.problems import BadRequest
from kernel.records import Record

MAX_TOKENS, MAX_TOKEN, MAX_TITLE, MAX_QUERY, MAX_WORDS = 64, 64, 120, 200, 10
EXAMINE, SIFTED = 1000, 100  # postings for one page, and at once, where not each is a hit
_RUN = re.compile(r"[^\W_]+")
_WHOLE = re.compile(r"(?<![^\W_])[^\W_]+(?:[@._+/-][^\W_]+)+")  # an e-mail, an id, a number such as INV-2026-00042
_ID = re.compile(r"[a-z]{3}_([0-9a-z]{2,})")  # or its beginning
_PHONE = re.compile(r"\+[\d ()/.-]+")
_VOICED = "\u3099\u309a"  # a mark that makes another Japanese syllable is no diacritic
_STROKES = str.maketrans("\u2010łøđħŧıð", "-lodhtid") | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
_NEWEST_FIRST = str.maketrans(ALPHABET, ALPHABET[::-1])


def plain(text: str) -> str:
    """Case, width, diacritics and invisible signs folded away, one blank between words."""
    apart = unicodedata.normalize("NFKD", " ".join(text.casefold().split()))
    apart = unicodedata.normalize("NFKD", apart.casefold()).translate(_STROKES)
    kept = "".join(c for c in apart if c in _VOICED or unicodedata.category(c)[0] not in "CM")
    return " ".join(unicodedata.normalize("NFC", kept).split())


def words(text: str, *, last: bool = False) -> list[str]:
    """The words of a plain text; CJK as overlapping pairs, `last` adds the character that begins none."""
    found: list[str] = []
    for run in _RUN.findall(text):
        for paired, letters in groupby(run, _is_cjk):
            part = "".join(letters)
            pairs = len(part) if last or len(part) == 1 else len(part) - 1
            found += [part[n:n + 2] for n in range(pairs)] if paired else [part[:MAX_TOKEN]]
    return list(dict.fromkeys(found))


def _is_cjk(letter: str) -> bool:
    """Han, Hiragana, Katakana, Hangul: by comparing, since a pattern of these takes longer to compile than all the rest to import."""
    return "\u3005" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" or letter >= "\U00020000"


def tokens(id: str, texts: Iterable[str]) -> list[str]:
    """What a record with this id and these texts is found by: at most 64, the id's and the first text's first."""
    found: list[str] = []
    for original in (id, *texts):
        text = plain(original)
        wholes = _WHOLE.findall(text)
        if original == id or re.fullmatch(PATTERN, original):
            parts = [text.split("_", 1)[-1]]  # all ids of a kind begin alike: by that nobody is found
        else:
            parts = [*wholes, *(half for whole in wholes if "@" in whole for half in whole.split("@")), *words(text, last=True)]
        found += [_exact(text), *(part[:MAX_TOKEN] for part in parts)] if text else []
    return list(dict.fromkeys(found))[:MAX_TOKENS]


def _exact(text: str) -> str:
    """Without the signs that end a token or stand between two."""
    return "=" + text[:MAX_TOKEN].replace("%", "%25").replace("#", "%23").replace(" ", "%20")


def described(record: Record) -> str:
    """What the index is told of a record, as JSON: title and tokens, no word of a deleted one. "" for a kind that is not searched."""
    if not record.searched:
        return ""
    if record.deleted_at is not None:
        return canonical({"title": record.id, "tokens": []})
    texts = {name: str(value) for name in record.searched if (value := getattr(record, name)) is not None}
    title = next((text for name, text in texts.items() if text and not name.endswith("_id")), record.id)[:MAX_TITLE]
    return canonical({"title": title, "tokens": tokens(record.id, texts.values())})


def is_posted(token: str) -> bool:
    """A single letter only narrows down what other words find."""
    return len(token) > 1 or _is_cjk(token)


def key(generation: str, id: str, token: str) -> dynamodb.Item:
    return dynamodb.key(_partition(generation, id.split("_", 1)[0], token), f"{token}#{newest_first(id)}")


def newest_first(id: str) -> str:
    """Sorts ids of whatever prefix: the one made last is the first."""
    return id.split("_", 1)[-1].translate(_NEWEST_FIRST)


def _partition(generation: str, prefix: str, token: str) -> str:
    letters = token.removeprefix("=")
    return f"{generation}.{prefix}#{letters[:1 if _is_cjk(letters[:1]) else 2]}"


def generations() -> list[str]:
    """Number of the index that is read, and of the one that is being built, if any: both are kept."""
    item = dynamodb.get(table("search"), "generations") or {"live": {"S": "0"}}
    return [item[name]["S"] for name in ("live", "building") if name in item]


@dataclass(frozen=True)
class Sought:
    """A query, understood. `tries`: (the word whose postings are read, those that they are tested for); the first may be a text as it is
    (`whole`), then its words, the longest first."""

    text: str
    exact: str
    tries: tuple[tuple[str, tuple[str, ...]], ...]
    whole: bool = False


@dataclass(frozen=True)
class Hit:
    """`match`: `exact`, the query is a whole field; `word`, it is a word (of several: the one that is read is); `prefix`, it begins one."""

    id: str
    title: str
    match: str


@dataclass(frozen=True)
class Found:
    """One page. `position` is where to go on, `partial`: there was too much to look at for filling it. `examined`: postings read."""

    hits: list[Hit]
    position: str | None
    partial: bool
    examined: int


def sought(query: str) -> Sought:
    """The query, or a 400. A text with signs inside, such as half an e-mail, is looked for as it is, then, if in vain, in its parts."""
    if len(query) > MAX_QUERY or len(query.split()) > MAX_WORDS:
        raise BadRequest(f"at most {MAX_WORDS} words of {MAX_QUERY} characters in all", code="query_too_long", field="q")
    text = plain(query)
    text = "+" + re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else text
    tries = []
    if whole := max(_WHOLE.findall(text), key=len, default=""):
        begin, rest = _ID.fullmatch(whole), words(text.replace(whole, " ", 1))
        tries.append((begin[1], ("=" + whole, *rest)) if begin else (whole[:MAX_TOKEN], tuple(rest)))
    parts = words(text)
    for driver in sorted(filter(is_posted, parts), key=len, reverse=True)[:MAX_WORDS]:
        tries.append((driver, tuple(word for word in parts if word != driver)))
    if not tries:
        raise BadRequest("at least two letters or digits", code="query_too_short", field="q")
    return Sought(text, _exact(text), tuple(tries), bool(whole))


def find(prefix: str, asked: Sought, *, limit: int, after: str = "", tenant_id: str | None = None, generation: str = "") -> Found:
    """The records of a kind that match: exact before word before prefix, within these by word, the newest first.

    Reads at most 2 x limit + 19 postings for one word, else 1,000, so a page may be short. Of several words one that few records have is
    read, where there is one; the others are tested. `after`: the position where the last page ended. `tenant_id` leaves out what is not
    that tenant's.
    """
    generation = generation or generations()[0]
    if after:
        return _page(generation, prefix, asked, limit, after, tenant_id)
    found = Found([], None, False, 0)
    if asked.whole:
        found = _page(generation, prefix, asked, limit, "000", tenant_id)
    if not (found.hits or found.position) and len(asked.tries) > asked.whole:  # nothing has the text as it is: its words
        n, read = _rarest(generation, prefix, asked)
        found = _page(generation, prefix, asked, limit, f"{n:02}{int(asked.whole)}", tenant_id, read + found.examined)
    return found


def _rarest(generation: str, prefix: str, asked: Sought) -> tuple[int, int]:
    """The try whose word has fewer than 100 postings, else the one of the longest word; and how many were read to find out."""
    first, read = int(asked.whole), 0
    for n, (word, others) in enumerate(asked.tries[first:], first):
        if not others:
            break
        items, more = dynamodb.ask(table("search"), "", _partition(generation, prefix, word), low=word, high=word + LAST, limit=SIFTED)
        read += len(items)
        if more is None:
            return n, read
    return first, read


def _page(generation: str, prefix: str, asked: Sought, limit: int, after: str, tenant_id: str | None, read: int = 0) -> Found:
    """A position is the number of the try, 0 for the exact matches or 1 for the word's, and the last key that was looked at."""
    (driver, others), first, hits, last = asked.tries[int(after[:2])], int(after[2]), list[Hit](), after
    budget, size = (EXAMINE, SIFTED) if others or tenant_id else (2 * limit + 19, limit + 1)
    looked = read
    for step, begin in list(enumerate((asked.exact + "#", driver)))[first:]:
        behind = after[3:] if step == first else ""
        for item in _postings(_partition(generation, prefix, begin.removesuffix("#")), begin, behind, size, budget - looked):
            if item is None:
                return Found(hits, last, len(hits) < limit, looked)
            looked += 1
            mine = tenant_id in (None, item.get("tenant_id", {}).get("S"))
            match = "exact" if mine and step == 0 else _match(item, driver, others, asked.exact) if mine else ""
            if match and len(hits) == limit:
                return Found(hits, last, False, looked)
            if match:
                hits.append(Hit(item["id"]["S"], item["title"]["S"], match))
            last = f"{after[:2]}{step}{item['sk']['S']}"
    return Found(hits, None, False, looked)


def _postings(partition: str, begin: str, behind: str, size: int, budget: int) -> Iterator[dynamodb.Item | None]:
    """The postings whose token begins so; None where there may be more than may be read."""
    start: dynamodb.Item | None = None
    while budget > 0:
        items, start = dynamodb.ask(table("search"), "", partition, low=f"{behind}\x00" if behind else begin, high=begin + LAST,
                                    limit=min(size, budget), start=start)
        yield from items
        budget -= len(items)
        if start is None:
            return
    yield None


def _match(item: dynamodb.Item, driver: str, others: tuple[str, ...], exact: str) -> str:
    """How a posting of the word matches; "" where it does not, or its record came by another posting already."""
    token, known = item["sk"]["S"].rpartition("#")[0], item["tokens"]["S"].split(" ")
    if exact in known or token != min(each for each in known if each.startswith(driver)):
        return ""
    every = all(any(each.startswith(word) for each in known) for word in others)
    return ("word" if token == driver else "prefix") if every else ""

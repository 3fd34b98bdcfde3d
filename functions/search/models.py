"""What a search over everything answers."""

from typing import Literal

from pydantic import BaseModel


class SearchResult(BaseModel):
    """`resource`: the last part of its list's address."""

    resource: str
    id: str
    title: str
    match: Literal["exact", "word", "prefix"]
    url: str


class SearchResults(BaseModel):
    """The best, the newest first among equals. `partial`: there is more than is shown."""

    data: list[SearchResult]
    partial: bool

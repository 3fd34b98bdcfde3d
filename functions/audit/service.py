"""Whether the chain of a record's entries holds."""

from dataclasses import dataclass

from functions.audit.subjects import head
from kernel import audit
from kernel.problems import NotFound, Unavailable

TRIES = 5


@dataclass(frozen=True)
class Verdict:
    """`first_bad` is the version of the first entry that is missing, altered, or unknown to the record."""

    entries: int
    first_bad: int | None


def verify(subject: str) -> Verdict:
    """`NotFound` where there is neither an entry nor a record; `Unavailable` for a record that changes all the time."""
    for _ in range(TRIES):
        known = head(subject)
        items = audit.timeline(subject)
        if head(subject) != known:
            continue  # an entry came in between
        if not items and known == audit.GENESIS:
            raise NotFound(f"there is no entry about {subject}")
        return Verdict(len(items), audit.first_bad(items, known))
    raise Unavailable(f"{subject} is being changed, try again")

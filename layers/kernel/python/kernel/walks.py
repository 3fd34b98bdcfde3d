"""Walks: the stored items of a plan, in order, from behind a position, reading little ahead of need."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from time import perf_counter

from kernel import dynamodb
from kernel.asked import Asked
from kernel.commit import bucket_months
from kernel.paths import LAST, Path
from kernel.planner import Plan
from kernel.records import Record


@dataclass
class Reading:
    """One list being read: how much was read in which time. It reads ahead so little that `ceiling`, where there is one, is a bound."""

    kind: type[Record]
    asked: Asked
    plan: Plan
    ceiling: int | None
    items: int = 0
    seconds: float = 0.0

    def walk(self, after: str | None, size: int, most: int | None) -> Iterator[tuple[str, dynamodb.Item | None]]:
        """(position, item) in the path's order, from behind `after`, reading `size` at once; where a bucketed path has more than `most`
        months, (position, None) ends it: there may be more behind it."""
        path, descending = self.plan.path, self.asked.descending
        low, high = _behind(self.plan, after, descending=descending)
        if low > high or not high:  # nothing sorts before the empty text
            return
        if path is None:
            yield from self._by_id()
            return
        bases = self._partitions(path)
        name, seen = f"{path.index}sk", 0
        months = self._months(path, bases, low, high)
        for month in months[:most]:
            wanted = max(1, (size - seen if seen < size else size) // len(bases))
            runs = [self._run(path, f"{base}@{month}" if month else base, low, high, wanted, len(bases)) for base in bases]
            merged = runs[0] if len(runs) == 1 else heapq.merge(*runs, key=lambda item: item[name]["S"], reverse=descending)
            for item in merged:
                seen += 1
                yield item[name]["S"], item
        if most is not None and len(months) > most:
            yield months[most - 1] + ("" if descending else LAST), None

    def _by_id(self) -> Iterator[tuple[str, dynamodb.Item]]:
        for id in self.asked.equal["id"]:
            started = perf_counter()
            item = dynamodb.get(self.kind.table(), id) if id.startswith(self.kind.prefix + "_") else None
            self.seconds += perf_counter() - started
            if item is not None:
                self.items += 1
                if self.asked.include_deleted or "deleted_at" not in item:
                    yield "", item

    def _partitions(self, path: Path) -> list[str]:
        values = [self.asked.equal[name] for name in path.by]
        bases = [path.partition(self.kind.prefix, dict(zip(path.by, chosen, strict=True))) for chosen in product(*values)]
        return bases + ["~" + base for base in bases] if self.asked.include_deleted else bases

    def _months(self, path: Path, bases: list[str], low: str, high: str) -> list[str]:
        """The months in which a bucketed path may hold what is asked, in order; [""] for a path without buckets."""
        if not path.bucket:
            return [""]
        known = {month for base in bases for month in bucket_months(self.kind, base)}
        return sorted((month for month in known if low <= month + LAST and month <= high), reverse=self.asked.descending)

    def _run(self, path: Path, partition: str, low: str, high: str, size: int, beside: int) -> Iterator[dynamodb.Item]:
        """The items of one partition in order. Where conditions are left to test, it takes longer and longer strides."""
        start: dynamodb.Item | None = None
        while True:
            if self.ceiling is not None:
                size = max(1, min(size, self.ceiling + 1 - self.items))
            started = perf_counter()
            items, start = dynamodb.ask(self.kind.table(), path.index, partition, low=low, high=high, forward=not self.asked.descending,
                                        limit=size, start=start)
            self.seconds += perf_counter() - started
            self.items += len(items)
            yield from items
            if start is None:
                return
            if self.ceiling is not None and self.plan.rest:
                size = min(2 * size, (self.ceiling + 1 - self.items) // beside)


def _behind(plan: Plan, after: str | None, *, descending: bool) -> tuple[str, str]:
    """The bounds of a walk from behind a position; keys hold no NUL, so one behind a key skips just that key."""
    if after is None:
        return plan.low, plan.high
    if descending:
        return plan.low, min(plan.high, after[:-1] + chr(ord(after[-1]) - 1) + LAST)
    return max(plan.low, after + "\x00"), plan.high

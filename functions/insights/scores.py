"""How good probabilities are: AUC, Brier score, log loss and calibration; and folds in which outcomes are spread evenly.

Sources: Hanley and McNeil, The meaning and use of the area under a ROC curve (1982); Brier, Verification of forecasts expressed in terms of
probability (1950).
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import log
from random import Random

LEAST = 1e-15  # as far from 0 and 1 as a certain error is counted


def auc(labels: Sequence[int], told: Sequence[float]) -> float:
    """How often one of outcome 1 was told more than one of outcome 0; a tie counts half. 0.5 where there is but one kind."""
    ones = sum(labels)
    if not 0 < ones < len(labels):
        return 0.5
    below, found = 0, 0.0
    for _, together in groupby(sorted(zip(told, labels, strict=True)), key=lambda each: each[0]):
        tied = [label for _, label in together]
        hits = sum(tied)
        found += hits * (below + (len(tied) - hits) / 2)
        below += len(tied) - hits
    return found / (ones * (len(labels) - ones))


def brier(labels: Sequence[int], told: Sequence[float]) -> float:
    return sum((p - y) ** 2 for p, y in zip(told, labels, strict=True)) / len(labels)


def log_loss(labels: Sequence[int], told: Sequence[float]) -> float:
    kept = (min(max(p, LEAST), 1 - LEAST) for p in told)
    return -sum(log(p) if y else log(1 - p) for p, y in zip(kept, labels, strict=True)) / len(labels)


def calibration(labels: Sequence[int], told: Sequence[float], *, parts: int = 5) -> list[tuple[int, float, float]]:
    """(how many, mean of what was told, share of outcome 1) of as many equal parts, from the lowest told to the highest."""
    ordered = sorted(zip(told, labels, strict=True))
    cuts = [len(ordered) * n // parts for n in range(parts + 1)]
    found = [ordered[low:high] for low, high in pairwise(cuts) if high > low]
    return [(len(part), sum(p for p, _ in part) / len(part), sum(y for _, y in part) / len(part)) for part in found]


def folds(labels: Sequence[int], count: int, *, seed: int = 1) -> list[int]:
    """To which of `count` folds each row belongs: by chance, the same for the same seed, and each fold with its share of each outcome."""
    chance, found = Random(seed), [0] * len(labels)
    dealt = 0
    for outcome in (0, 1):
        own = [n for n, label in enumerate(labels) if label == outcome]
        chance.shuffle(own)
        for n in own:
            found[n] = dealt % count
            dealt += 1
    return found

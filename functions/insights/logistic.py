"""Logistic regression with an L2 penalty in plain Python: fitted by L-BFGS, without any chance in it.

It minimises Σ log(1 + e^z) − y·z + ½·penalty·|w|² over standardised columns; the intercept bears no penalty. Sources: Hastie,
Tibshirani and Friedman, The Elements of Statistical Learning (2009), 4.4; Nocedal and Wright, Numerical Optimization (2006), algorithms
3.1 and 7.4.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from operator import mul

Vector = list[float]
MEMORY, STEPS, HALVINGS = 8, 120, 30
ENOUGH = 1e-6  # relative gain below which nothing changes that anyone sees


@dataclass(frozen=True)
class Model:
    """`weights` are of standardised values: (value − mean) / deviation."""

    weights: Vector
    intercept: float
    means: Vector
    deviations: Vector

    def contributions(self, row: Sequence[float]) -> Vector:
        """What each column adds to the log-odds, compared with a row of means. A deviation of 0 was a constant column, and adds nothing."""
        return [w * (x - m) / d if d else 0.0 for w, x, m, d in zip(self.weights, row, self.means, self.deviations, strict=True)]

    def probability(self, row: Sequence[float]) -> float:
        return sigmoid(self.intercept + sum(self.contributions(row)))


def fit(rows: Sequence[Sequence[float]], labels: Sequence[int], *, penalty: float = 1.0) -> Model:
    """`rows` are of equal length and finite, `labels` are 0 or 1, of both at least one. ValueError otherwise."""
    ones = sum(labels)
    if not 0 < ones < len(labels):
        raise ValueError("there is nothing to be learned from outcomes that are all the same")
    columns = [list(column) for column in zip(*rows, strict=True)]
    means = [sum(column) / len(rows) for column in columns]
    deviations = [sqrt(sum((x - m) ** 2 for x in column) / len(rows)) for column, m in zip(columns, means, strict=True)]
    deviations = [d if d > 1e-9 * max(1.0, abs(m)) else 0.0 for d, m in zip(deviations, means, strict=True)]
    scaled = [[(x - m) / d if d else 0.0 for x in column] for column, m, d in zip(columns, means, deviations, strict=True)]
    scaled.append([1.0] * len(rows))
    start = [0.0] * len(columns) + [log(ones / (len(labels) - ones))]
    *weights, intercept = _minimised(_loss(scaled, labels, penalty), start)
    return Model(weights, intercept, means, deviations)


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


Loss = Callable[[Vector], tuple[float, Vector]]


def _loss(columns: list[Vector], labels: Sequence[int], penalty: float) -> Loss:
    """The function to be minimised, with its gradient. The last column is the intercept's. Everything is divided by the number of rows."""
    rows, count = list(zip(*columns, strict=True)), len(labels)

    def loss(at: Vector) -> tuple[float, Vector]:
        z = [sum(map(mul, row, at)) for row in rows]
        value = sum((each + log1p(exp(-each)) if each > 0 else log1p(exp(each))) - y * each for each, y in zip(z, labels, strict=True))
        errors = [sigmoid(each) - y for each, y in zip(z, labels, strict=True)]
        bearing = [penalty * w for w in at[:-1]] + [0.0]
        gradient = [(sum(map(mul, column, errors)) + more) / count for column, more in zip(columns, bearing, strict=True)]
        return (value + sum(w * more for w, more in zip(at, bearing, strict=True)) / 2) / count, gradient

    return loss


def _minimised(loss: Loss, at: Vector) -> Vector:
    value, gradient = loss(at)
    pairs: deque[tuple[Vector, Vector, float]] = deque(maxlen=MEMORY)
    for _ in range(STEPS):
        found = _stepped(loss, at, value, gradient, _direction(gradient, pairs))
        if found is None:
            break
        new, new_value, new_gradient = found
        step = [a - b for a, b in zip(new, at, strict=True)]
        turned = [a - b for a, b in zip(new_gradient, gradient, strict=True)]
        if (curvature := _dot(step, turned)) > 0:
            pairs.append((step, turned, 1 / curvature))
        gained, at, value, gradient = value - new_value, new, new_value, new_gradient
        if gained <= ENOUGH * max(1e-3, abs(value)) and max(map(abs, gradient)) < 1e-4:
            break
    return at


def _direction(gradient: Vector, pairs: deque[tuple[Vector, Vector, float]]) -> Vector:
    """Downhill, as steep as the last steps have shown the ground to curve (two-loop recursion)."""
    found, kept = [-each for each in gradient], []
    for step, turned, rho in reversed(pairs):
        alpha = rho * _dot(step, found)
        kept.append(alpha)
        found = [a - alpha * b for a, b in zip(found, turned, strict=True)]
    if pairs:
        step, turned, rho = pairs[-1]
        scale = 1 / (rho * _dot(turned, turned))
        found = [scale * each for each in found]
    for (step, turned, rho), alpha in zip(pairs, reversed(kept), strict=True):
        beta = rho * _dot(turned, found)
        found = [a + (alpha - beta) * b for a, b in zip(found, step, strict=True)]
    return found


def _stepped(loss: Loss, at: Vector, value: float, gradient: Vector, direction: Vector) -> tuple[Vector, float, Vector] | None:
    """As far along as goes down enough (Armijo's rule); None where nothing does."""
    slope, length = _dot(gradient, direction), 1.0
    for _ in range(HALVINGS):
        new = [a + length * b for a, b in zip(at, direction, strict=True)]
        found, turned = loss(new)
        if found <= value + 1e-4 * length * slope:
            return new, found, turned
        length /= 2
    return None


def _dot(one: Vector, two: Vector) -> float:
    return sum((a * b for a, b in zip(one, two, strict=True)), 0.0)

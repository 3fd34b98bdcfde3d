"""How a series goes on, and how sure that is: the model that did best on its own past, with intervals as wide as it was wrong there.

Rolling origin: the series is cut off at up to twelve places, carried on from each, and compared with what came (Tashman, Out-of-sample
tests of forecasting accuracy, 2000), by mean absolute scaled error (Hyndman and Koehler, Another look at measures of forecast accuracy,
2006). An interval's half-width is a·h^b for h steps ahead: a and b follow from the errors of all horizons together, since each alone has
too few of them; so it can only widen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, log, sqrt
from statistics import fmean

from functions.insights import smoothing
from functions.insights.smoothing import Model, Values

ORIGINS, FEW, LITTLE = 12, 6, 24  # cuts; values below which nothing but the last one counts; and below which the widths lean on a prior
PRIOR, PRIOR_WEIGHT = 0.05, 4  # a twentieth of the last value a step, as if that many errors had shown it
FAVOUR = 0.9  # a single model must have been that much better than the mean of several
SPREAD = 0.5  # b of a random walk, towards which few errors are pulled
# Wider than the normal distribution's 1.28 and 1.96: errors of past models do not know the next break. Set on simulated series.
Z80, Z95 = 1.5, 2.8


class Chosen(StrEnum):
    COMBINED = "combined"
    HOLT_WINTERS = "holt_winters"
    DAMPED = "damped"
    THETA = "theta"
    SEASONAL_NAIVE = "seasonal_naive"
    NAIVE = "naive"
    NONE = "none"


MODELS: Mapping[Chosen, Model] = {
    Chosen.COMBINED: smoothing.combined, Chosen.HOLT_WINTERS: smoothing.holt_winters, Chosen.DAMPED: smoothing.damped,
    Chosen.THETA: smoothing.theta, Chosen.SEASONAL_NAIVE: smoothing.seasonal_naive, Chosen.NAIVE: smoothing.naive}


@dataclass(frozen=True)
class Step:
    value: float
    lo80: float
    hi80: float
    lo95: float
    hi95: float


@dataclass(frozen=True)
class Forecast:
    """`mase`: how wrong each model was in the back-test, None where there was nothing to test on. `origins`: cuts that were tested."""

    model: Chosen
    steps: list[Step]
    mase: dict[Chosen, float]
    origins: int


@dataclass(frozen=True)
class _Errors:
    """Of one model: (steps ahead, how far off), of all origins."""

    found: list[tuple[int, float]]

    @property
    def mean(self) -> float:
        return fmean(abs(error) for _, error in self.found)


def forecast(values: Values, *, season: int = 12, ahead: int = 12, floor: float | None = None) -> Forecast:
    """`values` are finite, oldest first. Nothing lies below `floor`, where there is one. Of no values: no steps."""
    if not values:
        return Forecast(Chosen.NONE, [], {}, 0)
    scale = max(map(abs, values)) or 1.0
    plain = [each / scale for each in values]
    cuts = _cuts(len(plain), season, ahead)
    tested = {name: _tested(MODELS[name], plain, season, ahead, cuts) for name in _candidates(len(plain), season)} if cuts else {}
    chosen = _chosen(tested)
    told = carried(MODELS[chosen], plain, season, ahead)
    widths = _widths(tested[chosen].found if tested else [], len(plain), abs(plain[-1]), ahead)
    low = None if floor is None else floor / scale
    unit = scaled_by(plain, season)
    return Forecast(chosen, _steps(told, widths, low, scale), {name: each.mean / unit for name, each in tested.items()}, len(cuts))


def carried(model: Model, values: Values, season: int, ahead: int) -> list[float]:
    """What the model says; where it says nothing that is a number, or leaves all bounds, as it was last."""
    try:
        found = model(values, season, ahead)
    except (OverflowError, ZeroDivisionError):
        found = []
    bound = 10 * max(map(abs, values)) + 1e-9
    sane = len(found) == ahead and all(isfinite(each) and abs(each) <= bound for each in found)
    return found if sane else smoothing.naive(values, season, ahead)


def scaled_by(values: Values, season: int) -> float:
    """What an error is measured by: the mean difference from a season before, or from the value before where there are not two seasons."""
    lag = season if len(values) > season else 1
    found = [abs(a - b) for a, b in zip(values[lag:], values, strict=False)]
    return fmean(found or [0.0]) or 1e-9


def _candidates(count: int, season: int) -> list[Chosen]:
    if count < FEW + 2:
        return [Chosen.NAIVE]
    whole = [Chosen.SEASONAL_NAIVE] if count >= 2 * season > 2 else [Chosen.NAIVE]
    return [Chosen.COMBINED, Chosen.HOLT_WINTERS, Chosen.DAMPED, Chosen.THETA, *whole]


def _cuts(count: int, season: int, ahead: int) -> list[int]:
    """After how many values the past is cut off: evenly over as much of the end as the horizon is long and a half, with enough before."""
    needed = 2 if count < FEW + 2 else FEW if count < 2 * season + 4 else 2 * season
    first = max(needed, count - ahead - ahead // 2)
    every = max(1, -(-(count - first) // ORIGINS))
    return list(range(count - 1, first - 1, -every))[::-1]


def _tested(model: Model, values: Values, season: int, ahead: int, cuts: Sequence[int]) -> _Errors:
    found: list[tuple[int, float]] = []
    for cut in cuts:
        told = carried(model, values[:cut], season, min(ahead, len(values) - cut))
        found += [(n, came - each) for n, (each, came) in enumerate(zip(told, values[cut:], strict=False), 1)]
    return _Errors(found)


def _chosen(tested: Mapping[Chosen, _Errors]) -> Chosen:
    if not tested:
        return Chosen.NAIVE
    best = min(tested, key=lambda name: tested[name].mean)
    steady = tested.get(Chosen.COMBINED)
    return Chosen.COMBINED if steady and tested[best].mean > FAVOUR * steady.mean else best


def _widths(errors: list[tuple[int, float]], count: int, level: float, ahead: int) -> list[float]:
    """A standard deviation for each step ahead."""
    weight = PRIOR_WEIGHT if count < LITTLE else 0
    grows = _growth(errors)
    squares = sum((error / h**grows) ** 2 for h, error in errors) + weight * (PRIOR * level) ** 2
    first = sqrt(squares / (len(errors) + weight)) if errors or weight else 0.0
    return [first * h**grows for h in range(1, ahead + 1)]


def _growth(errors: list[tuple[int, float]]) -> float:
    """b of a·h^b, by least squares on the logarithms of each horizon's mean error, as if some of a random walk had been seen too."""
    by: dict[int, list[float]] = {}
    for h, error in errors:
        by.setdefault(h, []).append(abs(error))
    points = [(log(h), log(fmean(found)), len(found)) for h, found in by.items() if fmean(found) > 1e-12]
    total = sum(size for *_, size in points)
    if len(points) < 3:
        return SPREAD
    x, y = (sum(point[n] * point[2] for point in points) / total for n in (0, 1))
    across = sum(size * (a - x) ** 2 for a, _, size in points)
    seen, pull = sum(size * (a - x) * (b - y) for a, b, size in points), 10.0
    return min(1.0, max(0.1, (seen + pull * SPREAD) / (across + pull)))


def _steps(told: Sequence[float], widths: Sequence[float], floor: float | None, scale: float) -> list[Step]:
    """Nothing is narrower than what came before it, the floor notwithstanding."""
    found: list[Step] = []
    inner = outer = 0.0
    for value, width in zip(told, widths, strict=True):
        low = value if floor is None else max(floor, value)
        lo80, lo95 = (max(floor, low - z * width) if floor is not None else low - z * width for z in (Z80, Z95))
        inner = max(low + Z80 * width - lo80, inner)
        outer = max(low + Z95 * width - lo95, outer, lo80 + inner - lo95)
        found.append(Step(*(each * scale for each in (low, lo80, lo80 + inner, lo95, lo95 + outer))))
    return found

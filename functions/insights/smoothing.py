"""Models that carry a series on: damped Holt-Winters, Theta, and the simple ones they have to beat. Plain Python, no chance in it.

Each takes values (finite, oldest first), how many there are in a season (1: it has none) and how far to go, and gives that many values.
Sources: Gardner and McKenzie, Forecasting trends in time series (1985), for the damped trend; Hyndman and Athanasopoulos, Forecasting:
principles and practice (2021), 8.3 and 8.4; Assimakopoulos and Nikolopoulos, The Theta model (2000), in the form of Hyndman and Billah
(2003); the test for a season is that of the M competitions (Makridakis and others, 2020).
"""

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import fmean

Values = Sequence[float]
Model = Callable[[Values, int, int], list[float]]
Z90 = 1.645


def naive(values: Values, season: int, ahead: int) -> list[float]:
    """As it was last."""
    return [values[-1]] * ahead


def seasonal_naive(values: Values, season: int, ahead: int) -> list[float]:
    """As it was a season before."""
    last = values[-season:] if len(values) >= season else values[-1:]
    return [last[n % len(last)] for n in range(ahead)]


def naive2(values: Values, season: int, ahead: int) -> list[float]:
    """As it was last, but for the season: what the M competitions measure against."""
    return _in_season(values, season, ahead, lambda plain: [plain[-1]] * ahead)


def theta(values: Values, season: int, ahead: int) -> list[float]:
    """Simple smoothing, with half the slope of the straight line through all of it as drift."""

    def plainly(plain: list[float]) -> list[float]:
        count = len(plain)
        _, slope = _line(plain)
        (alpha,) = _least(lambda at: _damped(plain, at[0], 0.0, 1.0, flat=True)[0], [0.5], [(0.02, 0.99)])
        _, level, _ = _damped(plain, alpha, 0.0, 1.0, flat=True)
        start = (1 - (1 - alpha) ** count) / alpha
        return [level + slope / 2 * (n + start) for n in range(ahead)]

    return _in_season(values, season, ahead, plainly)


def damped(values: Values, season: int, ahead: int) -> list[float]:
    """A trend that wears off, the season taken out before and put back after."""

    def plainly(plain: list[float]) -> list[float]:
        at = _least(lambda at: _damped(plain, *at)[0], [0.4, 0.1, 0.92], [(0.02, 0.99), (0.001, 0.6), (0.8, 0.98)])
        _, level, trend = _damped(plain, *at)
        return _carried(level, trend, at[2], ahead)

    return _in_season(values, season, ahead, plainly)


def holt_winters(values: Values, season: int, ahead: int) -> list[float]:
    """Damped Holt-Winters: level, damped trend and a season that may change, multiplied where nothing is below zero, else added."""
    if not has_season(values, season):
        return damped(values, 1, ahead)
    multiplied = min(values) > 0
    factors = seasonal_factors(values, season)
    limits = [(0.02, 0.99), (0.001, 0.4), (0.8, 0.98), (0.001, 0.4)]
    at = _least(lambda at: _winters(values, factors, at, multiplied)[0], [0.3, 0.05, 0.92, 0.1], limits)
    _, level, trend, own = _winters(values, factors, at, multiplied)
    plain = _carried(level, trend, at[2], ahead)
    told = [own[(len(values) + n) % season] for n in range(ahead)]
    return [a * b for a, b in zip(plain, told, strict=True)] if multiplied else [a + b for a, b in zip(plain, told, strict=True)]


def combined(values: Values, season: int, ahead: int) -> list[float]:
    """The mean of Theta, the damped trend and Holt-Winters: errors of several models cancel one another out."""
    return [fmean(each) for each in zip(*(model(values, season, ahead) for model in (theta, damped, holt_winters)), strict=True)]


def has_season(values: Values, season: int) -> bool:
    """Whether values that lie a season apart resemble one another more than chance would have it (90 %), in at least two seasons. Without
    the straight line through them: a trend makes all resemble all, and would hide the season."""
    if season < 2 or len(values) < 2 * season:
        return False
    start, slope = _line(values)
    found = _resemblances([each - start - slope * n for n, each in enumerate(values)], season)
    return found[-1] > Z90 * sqrt((1 + 2 * sum(each**2 for each in found[:-1])) / len(values))


def seasonal_factors(values: Values, season: int) -> list[float]:
    """What each part of a season has beyond the moving average over one: as a factor where nothing is below zero, else in addition."""
    multiplied = min(values) > 0
    half = season // 2
    own: list[list[float]] = [[] for _ in range(season)]
    for n in range(half, len(values) - half):
        around = values[n - half:n + half + 1]
        smooth = (sum(around) - (around[0] + around[-1]) / 2) / season if season % 2 == 0 else fmean(around)
        own[n % season].append(values[n] / smooth if multiplied else values[n] - smooth)
    found = [_typical(each) if each else (1.0 if multiplied else 0.0) for each in own]
    mean = fmean(found)
    return [each / mean if multiplied else each - mean for each in found]


def _line(values: Values) -> tuple[float, float]:
    """Where the straight line through all values (least squares) begins, and its slope."""
    middle, mean = (len(values) - 1) / 2, fmean(values)
    across = sum((n - middle) ** 2 for n in range(len(values))) or 1.0
    slope = sum((n - middle) * (each - mean) for n, each in enumerate(values)) / across
    return mean - slope * middle, slope


def _typical(found: list[float]) -> float:
    """The mean without the largest and the smallest, where there are enough of them: one odd year is no season."""
    return fmean(sorted(found)[1:-1]) if len(found) > 4 else fmean(found)


def _resemblances(values: Values, most: int) -> list[float]:
    mean = fmean(values)
    off = [each - mean for each in values]
    whole = sum(each**2 for each in off) or 1e-12
    return [sum(a * b for a, b in zip(off, off[lag:], strict=False)) / whole for lag in range(1, most + 1)]


def _in_season(values: Values, season: int, ahead: int, plainly: Callable[[list[float]], list[float]]) -> list[float]:
    if not has_season(values, season):
        return plainly(list(values))
    multiplied, factors = min(values) > 0, seasonal_factors(values, season)
    told = [factors[(len(values) + n) % season] for n in range(ahead)]
    if multiplied:
        found = plainly([each / factors[n % season] for n, each in enumerate(values)])
        return [a * b for a, b in zip(found, told, strict=True)]
    found = plainly([each - factors[n % season] for n, each in enumerate(values)])
    return [a + b for a, b in zip(found, told, strict=True)]


def _carried(level: float, trend: float, phi: float, ahead: int) -> list[float]:
    found, reach = [], 0.0
    for n in range(1, ahead + 1):
        reach += phi**n
        found.append(level + reach * trend)
    return found


def _damped(plain: Values, alpha: float, beta: float, phi: float, *, flat: bool = False) -> tuple[float, float, float]:
    """(sum of squared errors one step ahead, level, trend)."""
    early = min(len(plain) - 1, 4)
    trend = 0.0 if flat or early == 0 else (plain[early] - plain[0]) / early
    level = plain[0] - trend * (not flat)
    lost = 0.0
    for each in plain:
        carried = phi * trend
        error = each - level - carried
        lost += error * error
        level += carried + alpha * error
        trend = 0.0 if flat else carried + alpha * beta * error
    return lost, level, trend


def _winters(values: Values, factors: list[float], at: Sequence[float], multiplied: bool) -> tuple[float, float, float, list[float]]:
    """(sum of squared errors one step ahead, level, trend, what each part of the season has)."""
    alpha, beta, phi, gamma = at
    season, own = len(factors), list(factors)
    plain = [each / factors[n % season] if multiplied else each - factors[n % season] for n, each in enumerate(values[:2 * season])]
    first, second = fmean(plain[:season]), fmean(plain[season:])
    trend = (second - first) / season
    level = first - trend * (season + 1) / 2
    lost = 0.0
    for n, each in enumerate(values):
        carried, part = level + phi * trend, own[n % season]
        error = each - (carried * part if multiplied else carried + part)
        lost += error * error
        moved = alpha * error / part if multiplied and part else alpha * error
        own[n % season] = part + gamma * (1 - alpha) * (error / carried if multiplied and carried else error)
        level, trend = carried + moved, phi * trend + beta * moved
    return lost, level, trend, own


def _least(lost: Callable[[Sequence[float]], float], start: list[float], limits: list[tuple[float, float]]) -> list[float]:
    """Where the least is lost, within limits: each number in turn a step up and down, the steps halved where neither helps."""
    at, steps = list(start), [(high - low) / 4 for low, high in limits]
    best = lost(at)
    for _ in range(60):
        before = best
        for n, by in [(n, sign * step) for n, step in enumerate(steps) for sign in (1, -1)]:
            low, high = limits[n]
            tried = [*at[:n], min(high, max(low, at[n] + by)), *at[n + 1:]]
            if tried[n] != at[n] and (found := lost(tried)) < best:
                at, best = tried, found
        if best < before:
            continue
        steps = [step / 2 for step in steps]
        if max(step / (high - low) for step, (low, high) in zip(steps, limits, strict=True)) < 0.004:
            break
    return at

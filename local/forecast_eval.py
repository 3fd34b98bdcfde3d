"""How well the forecast does on any series: `make forecast-eval F=sales.csv H=12`.

A file is one series (its last column of numbers, or COL=), several one below the other (ID= names the column that tells them apart), or one
in each row (an id, then more than twelve columns of numbers). Forecasts are written beside it, or to OUT=; what is printed is how well the
same code, cut off H values before the end, did on those H.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median

from functions.insights import columns, forecast, smoothing
from local import tables

WIDE = 12  # columns of numbers, from which on each row is a series
SEASONS = ((1.5, 7), (8, 52), (45, 12), (130, 4))  # days between values, up to which there are as many in a year or week
Series = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make forecast-eval")
    parser.add_argument("--file", required=True)
    parser.add_argument("--ahead", type=int, default=12)
    for name in ("col", "id", "season", "out"):
        parser.add_argument(f"--{name}", default="")
    asked = parser.parse_args()
    if asked.ahead < 1:
        raise SystemExit("H= is at least 1")
    names, rows = tables.read(asked.file)
    found, season = _read(names, rows, asked.col, asked.id)
    season = int(asked.season or season)
    out = asked.out or str(Path(asked.file).with_suffix(".forecast.csv"))
    written, models = [], dict[str, int]()
    for name, values in found.items():
        told = forecast.forecast(values, season=season, ahead=asked.ahead, floor=0.0 if values and min(values) >= 0 else None)
        models[told.model] = models.get(told.model, 0) + 1
        written += [[name, str(n), *(f"{each:.6g}" if abs(each) < 1e15 else str(each) for each in (
            step.value, step.lo80, step.hi80, step.lo95, step.hi95)), told.model] for n, step in enumerate(told.steps, 1)]
    tables.write(out, ["id", "step", "forecast", "lo80", "hi80", "lo95", "hi95", "model"], written)
    used = ", ".join(f"{name} {count}" for name, count in sorted(models.items()))
    print(f"{len(found)} series, a season of {season}, {asked.ahead} ahead; models: {used}")
    _test(found, season, asked.ahead)
    print(f"Written to {out}")


def _read(names: list[str], rows: list[list[str]], col: str, id: str) -> tuple[Series, int]:
    """The series, and how many values there are in a season by the distance of their dates (12 where there are none)."""
    numeric = [n for n in range(len(names)) if n != (tables.index(names, id) if id else None) and _is_numeric([row[n] for row in rows])]
    if not numeric and not col:
        raise SystemExit("there is no column of numbers")
    if not col and len(numeric) > WIDE:
        at = tables.index(names, id) if id else 0
        own = [n for n in range(len(names)) if n != at]
        return {row[at]: _numbers([row[n] for n in own]) for row in rows}, 12
    value_at = tables.index(names, col) if col else numeric[-1]
    id_at = tables.index(names, id) if id else None
    day_at = next((n for n in range(len(names)) if n != value_at and all(_day(row[n]) for row in rows)), None)
    if day_at is not None:
        rows = sorted(rows, key=lambda row: _day(row[day_at]) or date.min)
    found: dict[str, list[list[str]]] = {}
    for row in rows:
        found.setdefault(row[id_at] if id_at is not None else names[value_at], []).append(row)
    season = _season([_day(row[day_at]) for row in next(iter(found.values()))]) if day_at is not None else 12
    return {name: _numbers([row[value_at] for row in own]) for name, own in found.items()}, season


def _season(days: Sequence[date | None]) -> int:
    gaps = [(b - a).days for a, b in pairwise(days) if a and b]
    usual = median(gaps) if gaps else 30
    return next((season for most, season in SEASONS if usual <= most), 1)


def _numbers(cells: Sequence[str]) -> list[float]:
    """A gap within is as what came before it; those at the ends are none of the series."""
    found: list[float] = []
    told = [None if columns.is_missing(cell) else columns.number(cell) for cell in cells]
    while told and told[-1] is None:
        told.pop()
    for each in told:
        if each is not None or found:
            found.append(found[-1] if each is None else each)
    return found


def _is_numeric(cells: Sequence[str]) -> bool:
    there = [cell for cell in cells if not columns.is_missing(cell)]
    return bool(there) and all(columns.number(cell) is not None for cell in there)


def _day(text: str) -> date | None:
    plain = text.strip()
    try:
        return date.fromisoformat(plain[:10] if len(plain) > 7 else f"{plain}-01")
    except ValueError:
        return None


def _test(found: Series, season: int, ahead: int) -> None:
    """The last values of each series, told from what came before: each a share of what is printed, by the number of its values."""
    names = ("forecast", "naive2", "seasonal naive")
    errors: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    within: dict[int, list[bool]] = {80: [], 95: []}
    for values in found.values():
        known, came = values[:-ahead], values[-ahead:]
        if len(known) < 3:
            continue
        told = forecast.forecast(known, season=season, ahead=ahead, floor=0.0 if min(known) >= 0 else None)
        unit = forecast.scaled_by(known, season)
        carried = ([step.value for step in told.steps], forecast.carried(smoothing.naive2, known, season, ahead),
                   smoothing.seasonal_naive(known, season, ahead))
        for name, each in zip(names, carried, strict=True):
            errors[name].append((fmean(_smape(a, b) for a, b in zip(came, each, strict=True)),
                                 fmean(abs(a - b) for a, b in zip(came, each, strict=True)) / unit))
        within[80] += [step.lo80 <= a <= step.hi80 for a, step in zip(came, told.steps, strict=True)]
        within[95] += [step.lo95 <= a <= step.hi95 for a, step in zip(came, told.steps, strict=True)]
    if not within[80]:
        print("Too few values for a test: three are needed before those that are told.")
        return
    base = [fmean(each[n] for each in errors["naive2"]) or 1e-9 for n in (0, 1)]
    print(f"Back-test on the last {ahead} of {len(errors['forecast'])} series\n{'':16}{'sMAPE %':>10}{'MASE':>10}{'OWA':>10}")
    for name, own in errors.items():
        smape, mase = (fmean(each[n] for each in own) for n in (0, 1))
        print(f"{name:16}{smape:10.3f}{mase:10.3f}{(smape / base[0] + mase / base[1]) / 2:10.3f}")
    print(f"Coverage: {fmean(within[80]):.1%} of 80 %, {fmean(within[95]):.1%} of 95 %")


def _smape(came: float, told: float) -> float:
    return 200 * abs(came - told) / (abs(came) + abs(told)) if came or told else 0.0


if __name__ == "__main__":
    main()

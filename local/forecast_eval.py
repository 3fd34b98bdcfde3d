"""How well the forecast does on any series: `make forecast-eval F=sales.csv H=12`.

A file is one series (its last column of numbers, or COL=), several one below the other (ID= names the column that tells them apart), or one
in each row (an id, then more than twelve columns of numbers, and no column of dates). Where there are dates, they are the order, and a
month or week without a row is a gap. Forecasts are written beside it, or to OUT=; what is printed is how well the
same code, cut off H values before the end, did on those H.
"""

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median

from functions.insights import columns, forecast, smoothing
from local import tables

WIDE = 12  # columns of numbers, from which on each row is a series
QUARTER = "quarter"
FORMS = ("%Y-%m-%d", "%Y-%m", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y%m%d", "%b %Y", "%B %Y", "%d %b %Y", "%d-%b-%Y", QUARTER)
PLACES: dict[int, Callable[[date], float]] = {
    12: lambda day: 12 * day.year + day.month, 4: lambda day: (12 * day.year + day.month) / 3, 52: lambda day: day.toordinal() / 7}
MOST_MISSING = 120  # in one gap: what is longer is an error in a date
SEASONS = ((1.5, 7), (8, 52), (45, 12), (130, 4))  # days between values, up to which there are as many in a year or week
Series = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make forecast-eval")
    parser.add_argument("--file", required=True)
    parser.add_argument("--ahead", default="12")
    for name in ("col", "id", "season", "out"):
        parser.add_argument(f"--{name}", default="")
    asked = parser.parse_args()
    ahead = tables.whole(asked.ahead, "H")
    names, rows = tables.read(asked.file)
    read, season = _read(names, rows, asked.col, asked.id)
    season = tables.whole(asked.season, "M") if asked.season else season
    found = {name: values for name, values in read.items() if values}
    if not found:
        raise SystemExit("there is no number in any series")
    out = asked.out or str(Path(asked.file).with_suffix(".forecast.csv"))
    written, models = [], dict[str, int]()
    for name, values in found.items():
        told = forecast.forecast(values, season=season, ahead=ahead, floor=0.0 if min(values) >= 0 else None)
        models[told.model] = models.get(told.model, 0) + 1
        written += [[name, str(n), *(f"{each:.6g}" if abs(each) < 1e15 else str(each) for each in (
            step.value, step.lo80, step.hi80, step.lo95, step.hi95)), told.model] for n, step in enumerate(told.steps, 1)]
    tables.write(out, ["id", "step", "forecast", "lo80", "hi80", "lo95", "hi95", "model"], written)
    used = ", ".join(f"{name} {count}" for name, count in sorted(models.items()))
    empty = f"; {len(read) - len(found)} without a number left out" if len(read) > len(found) else ""
    print(f"{len(found)} series, a season of {season}, {ahead} ahead; models: {used}{empty}")
    _test(found, season, ahead)
    print(f"Written to {out}")


def _read(names: list[str], rows: list[list[str]], col: str, id: str) -> tuple[Series, int]:
    """The series, and how many values there are in a season by the distance of their dates (12 where there are none)."""
    cells = [list(column) for column in zip(*rows, strict=True)]
    id_at = tables.index(names, id) if id else None
    day_at, days = next(((n, found) for n, each in enumerate(cells) if n != id_at and (found := _days(each))), (None, []))
    numeric = [n for n, each in enumerate(cells) if n not in (id_at, day_at) and _is_numeric(each)]
    if not col and day_at is None and len(numeric) > WIDE:
        at = id_at or 0
        return {row[at]: _numbers([cell for n, cell in enumerate(row) if n != at]) for row in rows}, 12
    value_at = tables.index(names, col) if col else next(reversed(numeric), None)
    if value_at is None or not _is_numeric(cells[value_at]):
        raise SystemExit(f"{col!r} is no column of numbers" if col else "there is no column of numbers")
    if id_at is None and len(set(days)) < len(days):
        id_at = _telling(cells, days, {day_at, value_at})
    ids = cells[id_at] if id_at is not None else [names[value_at]] * len(rows)
    dated: dict[str, list[tuple[date | None, str]]] = {name: [] for name in ids}
    for name, day, cell in sorted(zip(ids, days or [None] * len(rows), cells[value_at], strict=True), key=lambda each: each[1] or date.min):
        if day is not None or day_at is None:
            dated[name].append((day, cell))
    season = _season([day for day, _ in max(dated.values(), key=len) if day])
    return {name: _numbers(_spaced(own, season)) for name, own in dated.items()}, season


def _telling(cells: list[list[str]], days: Sequence[date | None], other: set[int | None]) -> int | None:
    """The first column by which rows of one day are told apart, and which has values that come again."""
    for n, each in enumerate(cells):
        if n not in other and len(set(zip(days, each, strict=True))) == len(days) and 2 * len(set(each)) <= len(days):
            return n
    return None


def _season(days: Sequence[date]) -> int:
    gaps = [(b - a).days for a, b in pairwise(days) if a < b]
    usual = median(gaps) if gaps else 30
    return next((season for most, season in SEASONS if usual <= most), 1)


def _spaced(dated: Sequence[tuple[date | None, str]], season: int) -> Iterator[str]:
    """The values in order, with a gap for each month, quarter or week that has none. Days are as they are: not all of them are worked."""
    last: float | None = None
    for day, cell in dated:
        if day is not None and season in PLACES:
            place = PLACES[season](day)
            yield from [""] * min(MOST_MISSING, int(place - last + 0.5) - 1 if last is not None else 0)
            last = place
        yield cell


def _numbers(cells: Iterable[str]) -> list[float]:
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
    """Nearly all that are there: what is none is a gap."""
    there = [cell for cell in cells if not columns.is_missing(cell)]
    return sum(columns.number(cell) is not None for cell in there) >= max(1, columns.NUMERIC_SHARE * len(there))


def _days(cells: Sequence[str]) -> list[date | None]:
    """Nearly all of them as days, by the first form that fits; nothing where none does."""
    for form in FORMS:
        for some in (cells[:20], cells):
            found = [_day(cell, form) for cell in some]
            if sum(day is not None for day in found) < columns.NUMERIC_SHARE * len(found):
                break
        else:
            return found
    return []


def _day(text: str, form: str) -> date | None:
    plain = text.strip()
    plain = re.sub(r"(?<=\d)[T ]\d\d:.*", "", plain)  # a time of day
    if form == QUARTER:
        found = re.fullmatch(r"(\d{4})[- ]?Q([1-4])", plain)
        return date(int(found[1]), 3 * int(found[2]), 1) if found else None
    try:
        return datetime.strptime(plain, form).date() if form != "%Y%m%d" or len(plain) == 8 else None
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

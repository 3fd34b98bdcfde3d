"""Files of strangers, as `make churn-eval` and `make forecast-eval` read them: whatever they are like, figures or one sentence."""

import csv
import sys

import pytest

from local import churn_eval, forecast_eval, tables

MONTHS = [f"{2015 + n // 12}-{n % 12 + 1:02d}" for n in range(40)]


@pytest.fixture
def evaluated(tmp_path, monkeypatch, capsys):
    """`evaluated(module, text, …)`: what was written, or the sentence in its place."""

    def run(module, text, *more):
        file = tmp_path / "file.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        monkeypatch.setattr(sys, "argv", ["eval", "--file", str(file), "--out", str(tmp_path / "out.csv"), *more])
        try:
            module.main()
        except SystemExit as told:
            return str(told)
        with (tmp_path / "out.csv").open() as out:
            return list(csv.reader(out))[1:]

    return run


def left(n):
    return ("Yes", "yes ", "No", "no")[n % 4]


def table(row, count=40, header="id,x,left"):
    return "".join(f"{line}\n" for line in (header, *map(row, range(count))))


@pytest.mark.parametrize("text", [
    table(lambda n: f"{n},{n},{left(n)}"),
    table(lambda n: f"{n},{n % 3},{left(n)}").encode("utf-16"),
    "\ufeffsep=;\r\n" + table(lambda n: f'{n};"{n},5";{left(n)}', header='id;"x, of, all";left').replace("\n", "\r\n"),
    "\n" + table(lambda n: f'{n},"one\u2028line\n""two""",{left(n)}'),
    table(lambda n: f"{n},{'x' * 200_000 if n == 3 else n},{left(n)}"),
    table(lambda n: f"{n},{('', 'NA', 'inf', '-1e999', 'ü')[n % 5]},{left(n)}"),
    table(lambda n: f"{n},7,{left(n)}"),
    table(lambda n: f"{n},{left(n)}", header="id,left")])  # fmt: skip
def test_churn_is_told_of_whatever_a_table_is_written_like(evaluated, text):
    told = evaluated(churn_eval, text, "--label", "left", "--id", "id")
    assert [id for id, _ in told] == [str(n) for n in range(40)]
    assert all(0 < float(p) < 1 for _, p in told)


@pytest.mark.parametrize(("text", "more", "said"), [
    ("", (), "no rows"), ("id,left\n1,yes\n", (), "two values"), ("id,left\n1,yes\n2,no\n", (), "two rows of each"),
    (table(lambda n: f"{n},{n},"), (), "has 0"), (table(lambda n: f"{n},1,{left(n)}"), ("--folds", "x"), "folds="),
    (table(lambda n: f"{n},1,{left(n)}"), ("--out", "/no/where.csv"), "cannot be written")])  # fmt: skip
def test_what_cannot_be_learned_from_is_told_in_a_sentence(evaluated, text, more, said):
    assert said in evaluated(churn_eval, text, "--label", "left", *more)


def test_numbers_have_a_point_whatever_divided_them(tmp_path):
    file = tmp_path / "file.csv"
    file.write_text('a;b;c\n1.200,5;"1,25";x,y\n7;0,333;z\n')
    assert tables.read(str(file)) == (["a", "b", "c"], [["1200.5", "1.25", "x,y"], ["7", "0.333", "z"]])
    file.write_text('a,b\n"1,200",1.234\n"12,000",5.678\n')
    assert tables.read(str(file))[1] == [["1,200", "1.234"], ["12,000", "5.678"]]


def read(tmp_path, text, col="", id=""):
    file = tmp_path / "file.csv"
    file.write_text(text)
    return forecast_eval._read(*tables.read(str(file)), col, id)


def test_a_month_without_a_row_or_without_a_number_is_as_the_one_before(tmp_path):
    rows = [f"{month},{n}" for n, month in enumerate(MONTHS) if n != 7]
    rows[3] = f"{MONTHS[3]},n/k"
    found, season = read(tmp_path, "\n".join(["month,v", *reversed(rows)]))
    assert (season, found["v"][:9], len(found["v"])) == (12, [0, 1, 2, 2, 4, 5, 6, 6, 8], 40)


@pytest.mark.parametrize(("form", "season"), [
    (lambda n: f"{n % 12 + 1}/1/{2015 + n // 12}", 12), (lambda n: f"01.{n % 12 + 1:02d}.{2015 + n // 12}", 12),
    (lambda n: f"{2015 + n // 4}Q{n % 4 + 1}", 4), (lambda n: f"2015-01-{n + 1:02d} 00:00:00", 7)])  # fmt: skip
def test_dates_are_read_in_the_forms_that_people_write(tmp_path, form, season):
    rows = [f"{form(n)},{n}" for n in reversed(range(24))]
    assert read(tmp_path, "\n".join(["when,v", *rows])) == ({"v": list(range(24))}, season)


def test_series_below_one_another_are_told_apart_though_nobody_says_by_what(tmp_path):
    rows = [f"{month},{shop},{n}" for n, month in enumerate(MONTHS) for shop in ("a", "b")]
    assert list(read(tmp_path, "\n".join(["month,shop,v", *rows]))[0]) == ["a", "b"]


def test_many_columns_beside_a_date_are_no_series_in_each_row(tmp_path):
    rows = [f"{month},{','.join([str(n)] * 14)}" for n, month in enumerate(MONTHS)]
    found, _ = read(tmp_path, "\n".join(["month," + ",".join(f"c{n}" for n in range(14)), *rows]))
    assert found == {"c13": list(range(40))}


@pytest.mark.parametrize(("text", "more", "said"), [
    ("month,v\n", (), "no rows"), ("month,v\n2020-01,x\n", (), "no column of numbers"), ("a,b\n1,x\n", ("--col", "b"), "'b' is no column"),
    ("v\n1\n", ("--season", "0"), "M="), ("v\n1\n", ("--season", "x"), "M="), ("v\n1\n", ("--ahead", "-1"), "H=")])
def test_what_cannot_be_carried_on_is_told_in_a_sentence(evaluated, text, more, said):
    assert said in evaluated(forecast_eval, text, *more)


@pytest.mark.parametrize("values", [[5], [5, 6], [0] * 30, [7] * 30, [0, 0, 0, 9, 0, 0] * 5, [1e300 * n for n in range(30)]])
def test_short_and_even_series_are_carried_on_within_their_intervals(evaluated, values):
    told = evaluated(forecast_eval, "\n".join(["v", *map(str, values)]), "--ahead", "3")
    assert len(told) == 3
    for _, _, value, lo80, hi80, lo95, hi95, _ in told:
        assert float(lo95) <= float(lo80) <= float(value) <= float(hi80) <= float(hi95)

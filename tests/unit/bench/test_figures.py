"""The table of `make bench` says what was measured, beside what, and whether it is enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.figures import Figure, exactly, percentile, table
from tests.bench.imports import LINE, package

TIMES = st.lists(st.floats(0, 1000), min_size=1)


@given(TIMES, st.floats(0.01, 1))
def test_a_percentile_is_a_measured_value_that_no_more_than_the_rest_exceed(times: list[float], share: float) -> None:
    found = percentile(times, share)
    assert found in times
    assert sum(time > found for time in times) <= len(times) * (1 - share) + 1e-9


@pytest.mark.parametrize(("share", "wanted"), [(0.5, 100), (0.95, 190), (1.0, 200)])
def test_percentiles_of_the_numbers_to_200(share: float, wanted: int) -> None:
    assert percentile([float(n) for n in range(200, 0, -1)], share) == wanted


def test_a_line_holds_the_base_the_ratio_and_the_verdict() -> None:
    assert Figure("GET", 12.0, "ms", 4.0, "a page", "<= 10 ms", ok=False).row() == (
        "GET", "12 ms", "4 ms", "3", "a page", "<= 10 ms", "MISSED")
    assert exactly("invoices", 1000, 1000).row() == ("invoices", "1,000", "", "", "", "1,000", "ok")
    assert exactly("invoices", 999, 1000).row()[-1] == "MISSED"
    assert Figure("told", 7.0, "s").row() == ("told", "7 s", "", "", "", "", "")


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    assert table(("what", "how many"), [("a", "5"), ("bcdef", "12.5")]).splitlines() == [
        "what   how many", "-----  --------", "a             5", "bcdef      12.5"]


def test_imports_are_summed_up_by_what_was_installed() -> None:
    assert LINE.findall("import time:       123 |        456 |     botocore.utils\n") == [("123", "botocore.utils")]
    assert [package(name) for name in ("botocore.utils", "json.decoder", "_ssl", "functions.plans.models")] == [
        "botocore", "the standard library", "the standard library", "functions"]

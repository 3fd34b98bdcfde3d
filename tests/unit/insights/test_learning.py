"""What is learned from a table: probabilities that rank and are calibrated, the same each time, and never of what was not seen."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.insights import columns, logistic, scores
from local.churn_eval import out_of_fold


def customers(count, seed=7):
    """Rows as a stranger's file has them, and whether each left: by contract and tenure, with gaps, a constant and a serial number."""
    chance = random.Random(seed)
    rows, labels = [], []
    for n in range(count):
        contract, tenure = chance.choice(["monthly", "yearly"]), chance.expovariate(1 / 20)
        odds = 0.8 + 0.9 * (contract == "monthly") - 0.9 * math.log1p(tenure)
        labels.append(int(chance.random() < logistic.sigmoid(odds)))
        rows.append([f"C{n}", contract, f"{tenure:.2f}" if chance.random() > 0.05 else " ", "DE", f"{chance.gauss(0, 1):.3f}"])
    return rows, labels


def test_out_of_fold_probabilities_beat_a_constant_and_are_calibrated():
    rows, labels = customers(800)
    told = out_of_fold(rows, labels, 4)
    constant = [sum(labels) / len(labels)] * len(labels)
    assert scores.auc(labels, told) > 0.75
    assert scores.log_loss(labels, told) < 0.9 * scores.log_loss(labels, constant)
    assert all(abs(mean - share) < 0.1 for _, mean, share in scores.calibration(labels, told))
    assert out_of_fold(rows, labels, 4) == told


def test_the_least_of_the_loss_is_where_its_slope_is_nothing():
    rows, labels = [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [1.5, 1.0]], [0, 0, 1, 1, 0]
    model = logistic.fit(rows, labels)
    errors = [model.probability(row) - label for row, label in zip(rows, labels, strict=True)]
    scaled = [(row[0] - model.means[0]) / model.deviations[0] for row in rows]
    assert sum(errors) == pytest.approx(0, abs=1e-3)
    assert sum(e * x for e, x in zip(errors, scaled, strict=True)) + model.weights[0] == pytest.approx(0, abs=1e-3)
    assert (model.weights[1], model.deviations[1]) == (0, 0)


def test_outcomes_that_are_all_the_same_teach_nothing():
    with pytest.raises(ValueError, match="all the same"):
        logistic.fit([[1.0], [2.0]], [1, 1])


def test_numbers_gaps_words_and_what_tells_nothing():
    encode, widths = columns.learn([[str(n), "a" if n % 2 else "b", "x", f"id{n}", "" if n == 3 else "5"] for n in range(30)])
    assert widths == [2, 1, 0, 0, 2]
    assert encode(["29", "b", "x", "id1", ""]) == [29.0, 59 / 60, encode(["0", "b", "", "", ""])[2], 5.0, 1.0]
    assert [columns.number(each) for each in ("$1,200.50", "12%", "-3e2", "inf", "1e999", ".", "")] == [1200.5, 12.0, -300.0, *[None] * 4]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=1, max_size=40))
def test_auc_counts_pairs(drawn):
    labels, told = [label for label, _ in drawn], [p / 5 for _, p in drawn]
    pairs = [(a, b) for x, a in zip(labels, told, strict=True) for y, b in zip(labels, told, strict=True) if x and not y]
    expected = sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs) if pairs else 0.5
    assert scores.auc(labels, told) == pytest.approx(expected)


@given(st.lists(st.integers(0, 1), min_size=4, max_size=60), st.integers(2, 4))
def test_folds_share_each_outcome(labels, count):
    found = scores.folds(labels, count)
    for outcome in (0, 1):
        sizes = [sum(f == n and y == outcome for f, y in zip(found, labels, strict=True)) for n in range(count)]
        assert max(sizes) - min(sizes) <= 1

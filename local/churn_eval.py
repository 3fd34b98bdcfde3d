"""How well the churn model does on any table: `make churn-eval F=customers.csv LABEL=churned ID=customer`.

Each row is told a probability by a model that has not seen it (stratified folds); they are written beside the file, or to OUT=.
"""

import argparse
from collections import Counter
from pathlib import Path

from functions.insights import columns, logistic, scores
from local import tables

YES = frozenset({"yes", "y", "true", "t", "1", "churn", "churned", "left", "exited", "canceled", "cancelled",
                 "lost", "attrited customer"})
NO = frozenset({"no", "n", "false", "f", "0", "-1", "stayed", "retained", "active", "existing customer", "not churned"})
FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="make churn-eval")
    for name, default in (("file", None), ("label", None), ("id", ""), ("out", ""), ("folds", str(FOLDS))):
        parser.add_argument(f"--{name}", default=default, required=default is None)
    asked = parser.parse_args()
    names, rows = tables.read(asked.file)
    label_at = tables.index(names, asked.label)
    id_at = tables.index(names, asked.id) if asked.id else None
    known = [row for row in rows if not columns.is_missing(row[label_at])]
    outcomes = [_outcome(row[label_at]) for row in known]
    yes = _positive(outcomes)
    labels = [int(each == yes) for each in outcomes]
    features = [[cell for n, cell in enumerate(row) if n not in (label_at, id_at)] for row in known]
    count = min(max(2, tables.whole(asked.folds, "folds")), sum(labels), len(labels) - sum(labels))
    if count < 2:
        raise SystemExit(f"{asked.label!r} needs at least two rows of each outcome")
    told = out_of_fold(features, labels, count)
    out = asked.out or str(Path(asked.file).with_suffix(".churn.csv"))
    ids = [row[id_at] if id_at is not None else str(n) for n, row in enumerate(known, 1)]
    tables.write(out, [names[id_at] if id_at is not None else "row", "probability"],
                 [[id, f"{p:.6f}"] for id, p in zip(ids, told, strict=True)])
    print(f"{len(known)} rows, {sum(labels)} of them {asked.label} = {yes!r} ({sum(labels) / len(labels):.1%}); "
          f"{len(rows) - len(known)} without an outcome were left out; {count} folds")
    _report(labels, told)
    print(f"Written to {out}")


def out_of_fold(features: list[list[str]], labels: list[int], count: int) -> list[float]:
    """A probability for each row, by a model that was fitted, encoding included, to the other folds."""
    fold, told = scores.folds(labels, count), [0.0] * len(labels)
    for held in range(count):
        learned = [n for n in range(len(labels)) if fold[n] != held]
        encode, _ = columns.learn([features[n] for n in learned])
        model = logistic.fit([encode(features[n]) for n in learned], [labels[n] for n in learned])
        for n in range(len(labels)):
            if fold[n] == held:
                told[n] = model.probability(encode(features[n]))
    return told


def _outcome(cell: str) -> str:
    """Yes and yes are one outcome, and so are 1 and 1.0."""
    found = columns.number(cell)
    return cell.strip().lower() if found is None else f"{found:g}"


def _positive(outcomes: list[str]) -> str:
    """Which of the two outcomes is the one to be told: a yes, else what is no no, else the rarer one."""
    counted = Counter(outcomes)
    if len(counted) != 2:
        raise SystemExit(f"an outcome has two values, this has {len(counted)}: {', '.join(sorted(counted)[:10])}")
    for found in counted:
        if found in YES:
            return found
    left = [found for found in counted if found not in NO]
    return left[0] if len(left) == 1 else min(sorted(counted), key=lambda each: counted[each])


def _report(labels: list[int], told: list[float]) -> None:
    constant = [sum(labels) / len(labels)] * len(labels)
    print(f"{'':14}{'model':>10}{'constant':>10}")
    for name, score in (("AUC", scores.auc), ("Brier", scores.brier), ("log loss", scores.log_loss)):
        print(f"{name:14}{score(labels, told):10.4f}{score(labels, constant):10.4f}")
    print("\nFrom the least to the most likely fifth: told, happened")
    for size, mean, share in scores.calibration(labels, told):
        print(f"{size:10}{mean:10.3f}{share:10.3f}")


if __name__ == "__main__":
    main()

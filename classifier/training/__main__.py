"""`python -m classifier.training`: fit the shipped model anew and say how good it is on hands it has not seen."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from classifier.linear import SHIPPED
from classifier.opinion import CATEGORIES, COLUMNS, opinion
from classifier.reader import Reader
from classifier.training.corpus import FOLDER, Sample, clusters, samples
from classifier.training.fitting import Bag, bag, category_of, fit, is_major, kind_weights, model_file
from intake.domain.label import Kind

FOLDS = 8
MAJOR_SHARE = 0.08  # of all that a help desk gets
MAJOR_RECALL = 0.95  # of the messages that need a P1 or P2, in files that were held out; strangers tell of harm less clearly
TEMPERATURES = [1 + step / 20 for step in range(2, 31)]  # the corpus alone would have it surer than strangers bear out
ABSTAIN_BELOW = 0.4


def main(corpus: Path = FOLDER, target: Path = SHIPPED) -> None:
    reader = Reader()
    rows = samples(corpus)
    bags = [bag(reader.read(row.labelled.text).units) for row in rows]
    strangers = out_of_fold(rows, bags, [row.style.partition("/")[0] for row in rows])
    temperature = min(TEMPERATURES, key=lambda one: _loss(rows, strangers, one))
    major_from = _threshold(rows, strangers)
    settings = {"temperature": temperature, "major_from": major_from, "abstain_below": ABSTAIN_BELOW}
    fitted = fit(bags, [row.labelled for row in rows])
    raw = model_file(fitted, settings)
    target.write_bytes(raw)
    for line in (
        f"{len(rows)} messages in {clusters(row.labelled.text for row in rows)} clusters",
        f"{len({row.style for row in rows})} styles in {len({row.style.partition('/')[0] for row in rows})} files",
        f"{len(fitted.vocabulary.told)} features, {len(fitted.vocabulary.found)} findings, {len(raw):,} bytes",
        f"settings {settings}",
        "on worlds it has not seen (each file apart):",
        *_report(rows, strangers, temperature, major_from),
    ):
        sys.stdout.write(line + "\n")


def out_of_fold(rows: Sequence[Sample], bags: Sequence[Bag], hands: Sequence[str]) -> np.ndarray:
    """Each message's scores by a model that has seen nothing of its hand."""
    turns = {hand: place % FOLDS for place, hand in enumerate(np.random.RandomState(0).permutation(sorted(set(hands))))}
    scores = np.zeros((len(rows), len(COLUMNS)))
    for fold in sorted(set(turns.values())):
        seen = [place for place, hand in enumerate(hands) if turns[hand] != fold]
        rest = [place for place, hand in enumerate(hands) if turns[hand] == fold]
        fitted = fit([bags[place] for place in seen], [rows[place].labelled for place in seen])
        scores[rest] = fitted.scores([bags[place] for place in rest])
    return scores


def _kinds(scores: np.ndarray, temperature: float) -> list[Mapping[Kind, float]]:
    return [opinion(list(map(float, row)), temperature).kinds for row in scores]


def _loss(rows: Sequence[Sample], scores: np.ndarray, temperature: float) -> float:
    weights = kind_weights([row.labelled for row in rows])
    kinds = _kinds(scores, temperature)
    return -sum(
        weight * float(np.log(max(one[row.labelled.kind], 1e-9))) for row, one, weight in zip(rows, kinds, weights, strict=True)
    )


def _majors(scores: np.ndarray) -> np.ndarray:
    return np.array([opinion(list(map(float, row)), 1.0).major for row in scores])


def _threshold(rows: Sequence[Sample], scores: np.ndarray) -> float:
    """The probability from which MAJOR_RECALL of the true ones are found."""
    true = np.array([is_major(row.labelled) for row in rows])
    return round(float(np.quantile(_majors(scores)[true], 1 - MAJOR_RECALL)), 4)


def _report(rows: Sequence[Sample], scores: np.ndarray, temperature: float, major_from: float) -> Sequence[str]:
    kinds = [max(one, key=lambda kind: one[kind]) for one in _kinds(scores, temperature)]
    true = [row.labelled.kind for row in rows]
    lines = [f"  kind {np.mean([one is other for one, other in zip(kinds, true, strict=True)]):.3f}"]
    for kind in Kind:
        hit = sum(one is other is kind for one, other in zip(kinds, true, strict=True))
        lines.append(f"    {kind}: F1 {2 * hit / (kinds.count(kind) + true.count(kind)):.3f} of {true.count(kind)}")
    best = [CATEGORIES[int(row[: len(CATEGORIES)].argmax())] for row in scores]
    lines.append(f"  category {np.mean([one == category_of(row.labelled) for one, row in zip(best, rows, strict=True)]):.3f}")
    lines.append(_report_majors(rows, scores, [kind is Kind.INCIDENT for kind in kinds], major_from))
    return lines


def _report_majors(rows: Sequence[Sample], scores: np.ndarray, incidents: Sequence[bool], major_from: float) -> str:
    true = np.array([is_major(row.labelled) for row in rows])
    said = (_majors(scores) >= major_from) & np.array(incidents)
    weights = np.array(kind_weights([row.labelled for row in rows]))
    found, false = said[true].mean(), np.average(said[~true], weights=weights[~true])
    precision = MAJOR_SHARE * found / (MAJOR_SHARE * found + (1 - MAJOR_SHARE) * false)
    rates = f"recall {found:.3f}, false alarms {false:.3f}, so precision {precision:.3f}"
    return f"  P1/P2: {rates} where they are {MAJOR_SHARE:.0%} of all"


if __name__ == "__main__":
    main()

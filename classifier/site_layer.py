"""What a site taught the classifier: a few more weights on top of the shipped ones, learnt from corrections.

Softmax (for the category) and logistic (for the levels) regression by AdaGrad, begun at the shipped model's scores, so that a
handful of corrections moves little and ten thousand take seconds in plain Python. Stored in the shipped model's own format.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from classifier.features import Units
from classifier.labelled import LabelledText
from classifier.linear import LinearModel, Row, packed, parse
from classifier.opinion import (
    CATEGORIES,
    COLUMNS,
    IMPACT_HIGH,
    IMPACT_MEDIUM,
    KIND_OF_COLUMN,
    KINDS,
    MAJOR,
    MAJOR_PAIRS,
    NO_MATTER,
    URGENCY_HIGH,
    URGENCY_MEDIUM,
    chance,
    softmax,
)
from classifier.signs import SIGN
from intake.domain.errors import ConfigError
from intake.domain.label import Kind, Level

EPOCHS, FEWEST_EPOCHS = 5, 2
ENOUGH = 10_000  # examples to look at, over all epochs: many need fewer of them
RATE = 0.05
LEVEL_RATE = 0.005  # few corrections say anything of levels, and a wrong one wakes somebody
FINDING_SHARE = 0.3
STEADY = 1e-3  # keeps the first steps finite
NEGLIGIBLE = 0.01  # an error too small to learn from
LEVELS = len(COLUMNS) - len(CATEGORIES) - len(KINDS)  # the last columns
MOST_FEATURES = 30_000  # the commonest: a layer stays below a megabyte
MANY = 500  # from so many examples on, a word must be met twice to be learnt

RATES = [RATE] * (len(COLUMNS) - LEVELS) + [LEVEL_RATE] * LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A message as the shipped model saw it, and what it was."""

    units: Units
    scores: Sequence[float]
    labelled: LabelledText


class SiteLayer:
    def __init__(self, model: LinearModel | None) -> None:
        self._model = model
        self.version = f"site-{model.version}" if model else ""

    def adjust(self, scores: Sequence[float], units: Units) -> Sequence[float]:
        if self._model is None:
            return scores
        return [score + more for score, more in zip(scores, self._model.scores(units).columns, strict=True)]

    def words(self, units: Units) -> Mapping[str, Sequence[float]]:
        """What was learnt of each word, for each column, as it counts in this text."""
        if self._model is None:
            return {}
        model, share = self._model, self._model.scores(units).share
        return {word: [weight * share for weight in model.told(word).columns] for word in units.words}


NO_LAYER = SiteLayer(None)


def layer_from(raw: bytes) -> SiteLayer:
    """b"" is no layer. Raises ConfigError on damaged bytes."""
    if not raw:
        return NO_LAYER
    model = parse(raw, "the site's layer")
    if model.head.columns != COLUMNS:
        raise ConfigError("the site's layer was made for another model: run intake learn")
    return SiteLayer(model)


def teach(examples: Sequence[Example], *, levels: bool = True) -> bytes:
    """Fit a layer; the same examples give the same bytes. Without `levels` it leaves impact, urgency and P1/P2 alone."""
    known = _known(examples)
    prepared = [(example, list(_values(example.units, known))) for example in examples]
    weights: dict[str, list[float]] = {}
    squares: dict[str, list[float]] = {}
    order = random.Random(0)  # noqa: S311
    for _ in range(max(FEWEST_EPOCHS, min(EPOCHS, ENOUGH // len(examples)))):
        order.shuffle(prepared)
        for example, values in prepared:
            errors = _errors(example, _scores(example.scores, values, weights))
            steps: dict[float, list[tuple[int, float, float]]] = {}
            for feature, value in values:
                if (step := steps.get(value)) is None:
                    slopes = [(column, error * value) for column, error in errors]
                    step = steps[value] = [(column, slope * slope, RATES[column] * slope) for column, slope in slopes]
                if (row := weights.get(feature)) is None:
                    row, square = weights[feature], squares[feature] = [0.0] * len(COLUMNS), [STEADY] * len(COLUMNS)
                else:
                    square = squares[feature]
                for column, more, move in step:
                    square[column] = total = square[column] + more
                    row[column] -= move / sqrt(total)
    if not levels:
        for row in weights.values():
            row[-LEVELS:] = [0.0] * LEVELS
    return _packed(weights)


def _known(examples: Sequence[Example]) -> frozenset[str]:
    met = Counter(feature for example in examples for feature in _told(example.units))
    least = 2 if len(examples) >= MANY else 1
    return frozenset(feature for feature, count in met.most_common(MOST_FEATURES) if count >= least)


def _told(units: Units) -> Iterator[str]:
    for word in units.words:
        yield f"={word}"
    yield from units.pairs
    yield from units.leads


def _values(units: Units, known: frozenset[str]) -> Iterator[tuple[str, float]]:
    told = [feature for feature in _told(units) if feature in known]
    for feature in told:
        yield feature, 1 / sqrt(len(told))
    for finding in units.findings:
        if not finding.startswith(SIGN):  # so few signs stand for so much that some corrections would upset them
            yield finding, FINDING_SHARE


def _scores(base: Sequence[float], values: Iterable[tuple[str, float]], weights: Mapping[str, list[float]]) -> Sequence[float]:
    """Rows of one value are added up first: in C."""
    rows: dict[float, list[list[float]]] = {}
    for feature, value in values:
        if (row := weights.get(feature)) is not None:
            rows.setdefault(value, []).append(row)
    scores = base
    for value, same in rows.items():
        scores = [score + value * more for score, more in zip(scores, map(sum, zip(*same, strict=True)), strict=True)]
    return scores


def _errors(example: Example, scores: Sequence[float]) -> list[tuple[int, float]]:
    """By how much each column said too much. Where only the kind is known, its categories share it as they stand."""
    labelled = example.labelled
    shares = softmax(scores[: len(CATEGORIES)])
    if labelled.category is not None or labelled.kind is Kind.NONE:
        right = [float(name == (labelled.category or NO_MATTER)) for name in CATEGORIES]
    else:
        inside = [share if kind is labelled.kind else 0.0 for share, kind in zip(shares, KIND_OF_COLUMN, strict=True)]
        right = [share / (sum(inside) or 1.0) for share in inside]
    errors = [(column, share - true) for column, (share, true) in enumerate(zip(shares, right, strict=True))]
    first, last = len(CATEGORIES), len(CATEGORIES) + len(KINDS)
    for column, (share, kind) in enumerate(zip(softmax(scores[first:last]), Kind, strict=True), start=first):
        errors.append((column, share - (kind is labelled.kind)))
    for name, holds in _levels(labelled):
        column = COLUMNS.index(name)
        errors.append((column, chance(scores[column]) - holds))
    return [(column, error) for column, error in errors if abs(error) > NEGLIGIBLE]


def _levels(labelled: LabelledText) -> Iterator[tuple[str, bool]]:
    impact, urgency = labelled.impact, labelled.urgency
    if impact is not None:
        yield IMPACT_HIGH, impact is Level.HIGH
        yield IMPACT_MEDIUM, impact is not Level.LOW
    if urgency is not None:
        yield URGENCY_HIGH, urgency is Level.HIGH
        yield URGENCY_MEDIUM, urgency is not Level.LOW
    if impact is not None and urgency is not None:
        yield MAJOR, (impact, urgency) in MAJOR_PAIRS


def _packed(weights: Mapping[str, list[float]]) -> bytes:
    rows = [
        Row(feature=feature, weights=row, mass=0.0 if feature.startswith("@") else 1.0)
        for feature, row in sorted(weights.items())
    ]
    return packed(rows, intercepts=[0.0] * len(COLUMNS), columns=COLUMNS, settings={})

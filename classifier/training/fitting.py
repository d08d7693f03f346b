"""Fits the shipped model on the corpus: logistic regression over the units of classifier/features.py, rounded to bytes."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from classifier.features import Units, word_features
from classifier.labelled import LabelledText
from classifier.linear import Row, packed
from classifier.opinion import (
    CATEGORIES,
    COLUMNS,
    IMPACT_HIGH,
    IMPACT_MEDIUM,
    KINDS,
    MAJOR,
    MAJOR_PAIRS,
    NO_MATTER,
    URGENCY_HIGH,
    URGENCY_MEDIUM,
)
from classifier.signs import SIGN
from intake.domain.label import Kind, Level

REGULARISATION = 10.0  # scikit-learn's C
TOLERANCE = 1e-3  # finer steps are lost in the rounding
FINDING_SHARE = 0.3  # the lexicon's findings count less than they could, so that the words learn as well
SHARE_FOR_LEVELS = 0.4  # of that, for impact and urgency: the same words mean more or less harm at each site
MOST_FEATURES = 24_000
# What a help desk gets, against what the corpus holds: enhancements and chatter were written more often than they come.
PRIORS = {Kind.INCIDENT: 0.51, Kind.SERVICE_REQUEST: 0.395, Kind.ENHANCEMENT: 0.045, Kind.NONE: 0.05}
MAJOR_PRIOR = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A message as features and how often each stands in it."""

    told: Counter[str]
    findings: tuple[str, ...]


def bag(units: Units) -> Bag:
    told: Counter[str] = Counter()
    for word in units.words:
        told.update(word_features(word))
    told.update(units.pairs)
    told.update(units.leads)
    return Bag(told=told, findings=units.findings)


class Vocabulary:
    """The features worth a weight, each with its inverse document frequency."""

    def __init__(self, bags: Sequence[Bag]) -> None:
        told: Counter[str] = Counter()
        found: Counter[str] = Counter()
        for one in bags:
            told.update(one.told.keys())
            found.update(one.findings)
        enough = [name for name, count in told.items() if count >= _least(name)]
        self.told = sorted(enough, key=lambda name: (-told[name], name))[:MOST_FEATURES]
        self.found = sorted(name for name, count in found.items() if count >= 2)
        self.rarity = np.array([log((1 + len(bags)) / (1 + told[name])) + 1 for name in self.told])

    def matrix(self, bags: Sequence[Bag]) -> np.ndarray:
        told = {name: column for column, name in enumerate(self.told)}
        found = {name: column for column, name in enumerate(self.found, start=len(told))}
        rows, columns, values = [], [], []
        for row, one in enumerate(bags):
            known = [(told[name], count) for name, count in one.told.items() if name in told]
            mass = sum(count * self.rarity[column] ** 2 for column, count in known)
            for column, count in known:
                rows.append(row)
                columns.append(column)
                values.append(count * self.rarity[column] / mass**0.5)
            for name in one.findings:
                if name in found:
                    rows.append(row)
                    columns.append(found[name])
                    values.append(FINDING_SHARE)
        return sp.csr_matrix((values, (rows, columns)), shape=(len(bags), len(told) + len(found)))


def _least(feature: str) -> int:
    return 2 if feature[0] in "=^" else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Weights: a row for each column of COLUMNS, a column for each feature."""

    vocabulary: Vocabulary
    weights: np.ndarray
    intercepts: np.ndarray

    def scores(self, bags: Sequence[Bag]) -> np.ndarray:
        return np.asarray(self.vocabulary.matrix(bags) @ self.weights.T) + self.intercepts


def is_major(one: LabelledText) -> bool:
    return (one.impact, one.urgency) in MAJOR_PAIRS


QUESTIONS: dict[str, Callable[[LabelledText], bool]] = {
    IMPACT_HIGH: lambda one: one.impact is Level.HIGH,
    IMPACT_MEDIUM: lambda one: one.impact is not Level.LOW,
    URGENCY_HIGH: lambda one: one.urgency is Level.HIGH,
    URGENCY_MEDIUM: lambda one: one.urgency is not Level.LOW,
    MAJOR: is_major,
}


def fit(bags: Sequence[Bag], labelled: Sequence[LabelledText]) -> Fitted:
    vocabulary = Vocabulary(bags)
    matrix = vocabulary.matrix(bags)
    weights = np.zeros((len(COLUMNS), matrix.shape[1]))
    intercepts = np.zeros(len(COLUMNS))
    told, sign = np.ones(len(vocabulary.told)), np.array([name.startswith(SIGN) for name in vocabulary.found], dtype=bool)
    for_kinds = matrix @ sp.diags(np.concatenate([told, np.where(sign, 0.0, 1.0)]))
    shares = np.concatenate([told, np.full(len(sign), SHARE_FOR_LEVELS)])
    for_levels = matrix @ sp.diags(shares)
    names = [category_of(one) for one in labelled]
    model = LogisticRegression(C=REGULARISATION, max_iter=1_000, tol=TOLERANCE)
    model.fit(for_kinds, [CATEGORIES.index(name) for name in names], sample_weight=kind_weights(labelled))
    for row, category in enumerate(model.classes_):
        weights[category], intercepts[category] = model.coef_[row], model.intercept_[row]
    by_kind = LogisticRegression(C=REGULARISATION, max_iter=1_000, tol=TOLERANCE)
    by_kind.fit(for_kinds, [list(Kind).index(one.kind) for one in labelled], sample_weight=kind_weights(labelled))
    first, last = len(CATEGORIES), len(CATEGORIES) + len(KINDS)
    weights[first:last], intercepts[first:last] = by_kind.coef_, by_kind.intercept_
    majors = np.array([is_major(one) for one in labelled])
    share = majors.mean()
    balance = np.where(majors, MAJOR_PRIOR / share, (1 - MAJOR_PRIOR) / (1 - share))
    for name, holds in QUESTIONS.items():
        binary = LogisticRegression(C=REGULARISATION, max_iter=1_000, tol=TOLERANCE)
        binary.fit(for_levels, [holds(one) for one in labelled], sample_weight=balance)
        place = COLUMNS.index(name)
        weights[place], intercepts[place] = binary.coef_[0] * shares, binary.intercept_[0]
    return Fitted(vocabulary=vocabulary, weights=weights, intercepts=intercepts)


def category_of(one: LabelledText) -> str:
    return one.category.value if one.category else NO_MATTER


def kind_weights(labelled: Sequence[LabelledText]) -> list[float]:
    """So that each kind weighs what it does at a help desk."""
    counts = Counter(one.kind for one in labelled)
    return [PRIORS[one.kind] * len(labelled) / counts[one.kind] for one in labelled]


def model_file(fitted: Fitted, settings: dict[str, float]) -> bytes:
    """As classifier/linear.py reads it."""
    vocabulary = fitted.vocabulary
    edge = len(vocabulary.told)
    told = (fitted.weights[:, :edge] * vocabulary.rarity).T
    found = (fitted.weights[:, edge:] * FINDING_SHARE).T
    rows = [
        *(
            Row(feature=name, weights=list(map(float, weights)), mass=float(rarity) ** 2)
            for name, weights, rarity in zip(vocabulary.told, told, vocabulary.rarity, strict=True)
        ),
        *(
            Row(feature=name, weights=list(map(float, weights)), mass=0.0)
            for name, weights in zip(vocabulary.found, found, strict=True)
        ),
    ]
    return packed(rows, intercepts=list(map(float, fitted.intercepts)), columns=COLUMNS, settings=settings)

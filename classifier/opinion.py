"""From a text's scores to probabilities, and from these to levels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, fsum, log

from intake.domain.label import KIND_OF, Category, Kind, Level

NO_MATTER = "none"  # the column of chatter, tests and thanks
CATEGORIES: tuple[str, ...] = (*(category.value for category in Category), NO_MATTER)
KINDS: tuple[str, ...] = tuple(f"kind={kind}" for kind in Kind)
KIND_OF_COLUMN = tuple(Kind.NONE if name == NO_MATTER else KIND_OF[Category(name)] for name in CATEGORIES)
IMPACT_HIGH, IMPACT_MEDIUM = "impact<=1", "impact<=2"
URGENCY_HIGH, URGENCY_MEDIUM = "urgency<=1", "urgency<=2"
MAJOR = "major"
COLUMNS = (*CATEGORIES, *KINDS, IMPACT_HIGH, IMPACT_MEDIUM, URGENCY_HIGH, URGENCY_MEDIUM, MAJOR)
TINY = 1e-12
SELDOM = {(Level.HIGH, Level.MEDIUM): 0.4}  # what stops everybody is seldom merely a hindrance
MAJOR_PAIRS = ((Level.HIGH, Level.HIGH), (Level.HIGH, Level.MEDIUM), (Level.MEDIUM, Level.HIGH))  # P1 and P2
MINOR_PAIRS = tuple(pair for pair in product(Level, Level) if pair not in MAJOR_PAIRS)
CATEGORIES_OF = {kind: [category for category in Category if KIND_OF[category] is kind] for kind in Kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Probabilities: of each category (`none` among them) and, from their sums, of each kind; of each level; of a P1 or P2."""

    categories: Mapping[str, float]
    kinds: Mapping[Kind, float]
    impact: Mapping[Level, float]
    urgency: Mapping[Level, float]
    major: float

    @property
    def kind(self) -> Kind:
        return max(self.kinds, key=lambda kind: self.kinds[kind])

    def category(self, kind: Kind) -> Category:
        """The likeliest one of a kind; not of `none`, which has none."""
        return max(CATEGORIES_OF[kind], key=lambda category: self.categories[category])

    def levels(self, major: bool, worst: Level = Level.LOW) -> tuple[Level, Level]:
        """The likeliest impact and urgency that do (not) make a P1 or P2; of a major matter the impact is `worst` at least."""
        pairs: Iterable[tuple[Level, Level]] = MAJOR_PAIRS if major else MINOR_PAIRS
        if major and worst is Level.HIGH:
            pairs = [pair for pair in pairs if pair[0] is worst]
        return max(pairs, key=lambda pair: self.impact[pair[0]] * self.urgency[pair[1]] * SELDOM.get(pair, 1.0))


def opinion(scores: Sequence[float], temperature: float) -> Opinion:
    """`scores` in the order of COLUMNS; a higher temperature is less sure of itself.

    A kind is asked for twice, by itself and by its categories: the geometric mean errs less than either. So is a P1 or P2: by
    itself and, with twice the weight, by its levels.
    """
    shares = softmax(scores[: len(CATEGORIES)])
    by_category = dict.fromkeys(Kind, 0.0)
    for kind, share in zip(KIND_OF_COLUMN, shares, strict=True):
        by_category[kind] += share
    by_itself = softmax(scores[len(CATEGORIES) : len(CATEGORIES) + len(KINDS)])
    both = [log(max(by_category[kind] * own, TINY)) / 2 for kind, own in zip(Kind, by_itself, strict=True)]
    kinds = dict(zip(Kind, softmax([score / temperature for score in both]), strict=True))
    *_, impact_high, impact_medium, urgency_high, urgency_medium, major = scores
    impact, urgency = _levels(impact_high, impact_medium), _levels(urgency_high, urgency_medium)
    by_levels = fsum([impact[one] * urgency[other] for one, other in MAJOR_PAIRS])
    return Opinion(
        categories={
            name: kinds[kind] * share / (by_category[kind] or 1.0)
            for name, kind, share in zip(CATEGORIES, KIND_OF_COLUMN, shares, strict=True)
        },
        kinds=kinds,
        impact=impact,
        urgency=urgency,
        major=chance((major + 2 * _log_odds(by_levels)) / 3),
    )


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = fsum(powers)
    return [power / total for power in powers]


def chance(score: float) -> float:
    """Logistic, without overflow."""
    return 1 / (1 + exp(-score)) if score > -500 else 0.0


def _log_odds(share: float) -> float:
    return log(max(share, TINY)) - log(max(1 - share, TINY))


def _levels(high: float, medium: float) -> Mapping[Level, float]:
    first = chance(high)
    second = max(first, chance(medium))
    return {Level.HIGH: first, Level.MEDIUM: second - first, Level.LOW: 1 - second}

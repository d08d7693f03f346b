"""How far a measure could be off by the luck of which messages were at hand: percentile bootstrap intervals."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from classifier.evaluation_measures import Answers, Values

RESAMPLES = 1_000
FEWEST_RESAMPLES = 200
MOST_DRAWN = 5_000_000  # messages, over all resamples: some seconds
SHARE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A value with its interval; None where there was nothing to measure."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`differences` are after minus before, each message drawn for both alike."""

    before: Mapping[str, Measure]
    after: Mapping[str, Measure]
    differences: Mapping[str, Measure]


def resamples(messages: int) -> int:
    """Fewer for very many messages, whose intervals are narrow anyway."""
    return max(FEWEST_RESAMPLES, min(RESAMPLES, MOST_DRAWN // max(1, messages)))


def measured(answers: Answers) -> Mapping[str, Measure]:
    """The same answers give the same intervals."""
    drawn = [answers.measures(draw) for draw in _draws(len(answers))]
    return _with_intervals(answers.measures(answers.all), drawn)


def compared(before: Answers, after: Sequence[Answers]) -> Compared:
    """Of several `after`, which are repetitions, the mean is measured."""
    draws = list(_draws(len(before)))
    first, second = [before.measures(draw) for draw in draws], [_mean_of(after, draw) for draw in draws]
    value, other = before.measures(before.all), _mean_of(after, before.all)
    return Compared(
        before=_with_intervals(value, first),
        after=_with_intervals(other, second),
        differences=_with_intervals(
            _difference(value, other), [_difference(one, more) for one, more in zip(first, second, strict=True)]
        ),
    )


def _draws(messages: int) -> Iterable[Sequence[int]]:
    chance = random.Random(0)  # noqa: S311
    for _ in range(resamples(messages)):
        yield chance.choices(range(messages), k=messages)


def _mean_of(repetitions: Sequence[Answers], draw: Sequence[int]) -> Values:
    every = [answers.measures(draw) for answers in repetitions]
    return {name: _mean([values[name] for values in every]) for name in every[0]}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _difference(before: Values, after: Values) -> Values:
    return {name: _minus(after[name], before[name]) for name in before}


def _minus(one: float | None, other: float | None) -> float | None:
    return one - other if one is not None and other is not None else None


def _with_intervals(found: Values, drawn: Sequence[Values]) -> Mapping[str, Measure]:
    return {name: _measure(value, [values[name] for values in drawn]) for name, value in found.items()}


def _measure(value: float | None, drawn: Iterable[float | None]) -> Measure:
    known = sorted(one for one in drawn if one is not None)
    if value is None or not known:
        return Measure(value=value, low=None, high=None)
    return Measure(value=value, low=percentile(known, (1 - SHARE) / 2), high=percentile(known, (1 + SHARE) / 2))


def percentile(rising: Sequence[float], share: float) -> float:
    """Between two values in proportion. Raises IndexError where there are none."""
    place = share * (len(rising) - 1)
    below = int(place)
    above = min(below + 1, len(rising) - 1)
    return rising[below] + (rising[above] - rising[below]) * (place - below)

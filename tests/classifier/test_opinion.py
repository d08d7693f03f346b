"""From scores to probabilities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.opinion import COLUMNS, MAJOR_PAIRS, opinion
from intake.domain.label import Kind, Level

SCORES = st.lists(st.floats(-40, 40), min_size=len(COLUMNS), max_size=len(COLUMNS))


@given(SCORES)
def test_probabilities_add_up(scores: list[float]) -> None:
    found = opinion(scores, 1.0)
    for shares in (found.categories, found.kinds, found.impact, found.urgency):
        assert sum(shares.values()) == pytest.approx(1)
        assert min(shares.values()) >= 0
    assert 0 <= found.major <= 1


@given(SCORES)
def test_a_higher_temperature_thinks_the_same_and_is_less_sure(scores: list[float]) -> None:
    cool, warm = opinion(scores, 1.0), opinion(scores, 2.0)
    assert warm.kinds[warm.kind] <= cool.kinds[cool.kind] + 1e-9
    assert warm.kinds[cool.kind] == pytest.approx(max(warm.kinds.values()))


def test_a_higher_temperature_is_less_sure() -> None:
    scores = [0.0] * len(COLUMNS)
    scores[0] = 3.0
    assert opinion(scores, 2.0).kinds[Kind.INCIDENT] < opinion(scores, 1.0).kinds[Kind.INCIDENT] - 0.01


@given(SCORES, st.booleans(), st.sampled_from(Level))
def test_levels_are_those_of_a_major_matter_or_of_none(scores: list[float], major: bool, worst: Level) -> None:
    pair = opinion(scores, 1.0).levels(major, worst)
    assert (pair in MAJOR_PAIRS) is major
    assert not (major and worst is Level.HIGH) or pair[0] is Level.HIGH

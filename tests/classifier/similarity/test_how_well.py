"""What the shipped table and threshold are worth, on reports that they were tuned on and on others (see docs/measured.md)."""

from statistics import mean

import pytest

from tests.classifier.similarity.measuring import Grouping, grouping
from tests.classifier.similarity.outage_reports import HELD_BACK, TUNING, Outage, collection
from tests.classifier.similarity.shared import ALIKE, READER

TUNED_ON, OTHERS = collection(TUNING), collection(HELD_BACK)


@pytest.mark.parametrize("outage", TUNED_ON.outages, ids=lambda outage: outage.name)
def test_a_storm_gathers_its_reports_and_no_near_miss(outage: Outage) -> None:
    group = grouping(outage, TUNED_ON.near, READER, alike=ALIKE, by_site=True)
    assert group.found >= 0.95, group.lost
    assert not group.joined


@pytest.fixture(scope="module")
def storms() -> list[Grouping]:
    return [grouping(outage, OTHERS.near, READER, alike=ALIKE, by_site=True) for outage in OTHERS.outages]


def test_reports_that_nothing_was_tuned_on_are_gathered_nearly_as_well(storms: list[Grouping]) -> None:
    assert mean(group.found for group in storms) >= 0.95
    assert min(group.found for group in storms) >= 0.8


def test_few_near_misses_that_nothing_was_tuned_on_are_taken_in(storms: list[Grouping]) -> None:
    assert sum(len(group.joined) for group in storms) <= 3

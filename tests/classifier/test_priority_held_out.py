"""P1 and P2 in messages that the model was not fitted on, in voices of their own."""

import json
from pathlib import Path
from typing import cast

import pytest

from classifier.opinion import MAJOR_PAIRS
from intake.domain.label import Level
from tests.classifier.shared import CLASSIFIER

HELD_OUT = Path(__file__).with_name("levels_held_out.jsonl")
ROWS = [cast(dict[str, str | int], json.loads(line)) for line in HELD_OUT.read_text("utf-8").splitlines()]


def is_major(impact: int, urgency: int) -> bool:
    return (Level(impact), Level(urgency)) in MAJOR_PAIRS


@pytest.fixture(scope="module")
def judged() -> list[tuple[bool, bool, str]]:
    """Whether it is a P1 or P2, whether it was taken for one, and the text."""
    found = []
    for row in ROWS:
        text = str(row["text"])
        label = CLASSIFIER.classify(text)
        found.append((is_major(int(row["impact"]), int(row["urgency"])), is_major(label.impact, label.urgency), text))
    return found


def test_four_of_five_that_need_a_p1_or_p2_get_one(judged: list[tuple[bool, bool, str]]) -> None:
    missed = [text for true, said, text in judged if true and not said]
    assert len(missed) <= sum(true for true, _, _ in judged) / 5, missed


def test_seven_of_eight_that_need_none_get_none(judged: list[tuple[bool, bool, str]]) -> None:
    false = [text for true, said, text in judged if said and not true]
    assert len(false) <= sum(not true for true, _, _ in judged) / 8, false

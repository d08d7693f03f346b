"""What must hold for any two reports."""

import random
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.similarity.likeness import likeness
from tests.classifier.similarity.outage_reports import TUNING, collection, filled, mistyped, report
from tests.classifier.similarity.shared import READER, found, likes, remembering, score

ORDER = random.Random(7)
TUNED_ON = collection(TUNING)
REPORTS = [filled(text, outage.site, ORDER) for outage in TUNED_ON.outages for text in outage.reports]
NEAR = [filled(text, "Brno", ORDER) for texts in TUNED_ON.near.values() for text in texts]
MISTYPED = [mistyped(text, ORDER) for text in REPORTS]
WRITTEN = st.sampled_from([*REPORTS, *NEAR, *MISTYPED])
SYMMETRY = 1e-9  # a sum in another order
GREETINGS = ("Hello team,\n\n", "Hi all,\n", "Dear service desk,\n\n", "Good morning,\n")
SIGNATURES = (
    "\n\nBest regards\nRobin Example\nHead of Logistics, Plant Lyon\n+49 30 901820",
    "\n\n-- \nRobin Example\nVPN and network team",
    "\n\nMit freundlichen Grüßen\nKim Beispiel",
    "\n\nSent from my iPhone",
)
PROGRAM = """
import sys
from tests.classifier.similarity.shared import likes, remembering
window = remembering("vpn down", "AnyConnect says error 720 in building B", "outlook geht nicht", "Kestrel hangs, no samples")
for text in ("VPN tunnel dead", "wlan weg in Gebäude B", "mail offline", "kesterl samples hang"):
    print([(like.ticket, round(like.score, 9), like.shared) for like in likes(window, text, alike=0.01)])
"""


@settings(deadline=None, max_examples=300)
@given(WRITTEN | st.text(max_size=200), WRITTEN | st.text(max_size=200))
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= score(one, other) <= 1
    assert score(one, other) == pytest.approx(score(other, one), abs=SYMMETRY)


@pytest.mark.parametrize("text", [*REPORTS[::5], *NEAR[:20]])
def test_a_text_that_says_something_is_wholly_like_itself(text: str) -> None:
    assert score(text, text) == 1


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(REPORTS), WRITTEN, st.sampled_from(GREETINGS), st.sampled_from(SIGNATURES))
def test_a_greeting_and_a_signature_change_nothing(one: str, other: str, greeting: str, signature: str) -> None:
    if one.startswith(("Hello", "Hi", "Dear", "Good", "Guten", "hi", "good", "Subject")):
        greeting = ""
    if "\n" in one:
        signature = ""
    signed = replace(report(1, one), text=greeting + one + signature)  # names in desk.toml are looked for in own_words
    assert likeness(READER.read(signed), READER.read(report(2, other)).sketch) == pytest.approx(score(one, other), abs=SYMMETRY)


@settings(deadline=None, max_examples=60)
@given(st.lists(WRITTEN, min_size=2, max_size=12), st.randoms(use_true_random=False), WRITTEN)
def test_the_order_in_which_reports_came_changes_no_score(texts: list[str], order: random.Random, asked: str) -> None:
    shuffled = order.sample(texts, len(texts))
    one, other = remembering(*texts), remembering(*shuffled)
    ours = sorted((texts[like.ticket - 1], like.score) for like in likes(one, asked))
    theirs = sorted((shuffled[like.ticket - 1], like.score) for like in likes(other, asked))
    assert ours == theirs


@settings(deadline=None, max_examples=60)
@given(st.lists(WRITTEN, min_size=3, max_size=10), WRITTEN)
def test_what_was_forgotten_leaves_the_window_as_if_it_had_never_come(texts: list[str], asked: str) -> None:
    window = remembering(*texts, asked)
    window.forget(len(texts) + 1)
    assert likes(window, asked) == likes(remembering(*texts), asked)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=500))
def test_any_text_can_be_remembered_asked_about_and_forgotten(text: str) -> None:
    window = remembering(text, "vpn down")
    likes(window, text, alike=0)
    window.forget(1)
    assert found(window, "vpn down") == [2]


def test_the_index_finds_what_a_comparison_with_all_would_find() -> None:
    window = remembering(*REPORTS[::6], *MISTYPED[1::6])
    texts = [*REPORTS[::6], *MISTYPED[1::6]]
    for asked in REPORTS[3::9]:
        best = max(score(asked, text) for text in texts)
        got = likes(window, asked, alike=0.6)
        assert (got[0].score if got else 0) >= (best if best >= 0.6 else 0) - SYMMETRY


def test_every_process_comes_to_the_same_scores() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    ]
    assert "Likeness" not in said[0]
    assert said[0].count("(") > 6
    assert all(one == other for one, other in pairwise(said))

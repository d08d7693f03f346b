"""What is remembered, for how long, and how much of it is looked at."""

import random
from datetime import timedelta

import pytest

from classifier.similarity.window import COMPARED, RecentReports
from tests.classifier.similarity.outage_reports import NOON, report
from tests.classifier.similarity.shared import READER, found, likes, minutes_ago, remembering

ANY_TEXT = (
    "",
    " ",
    "x",
    "😭😭😭",
    "\x00\ud800",
    "a" * (1 << 20),
    "vpn down " * 130_000,
    "not " * 4_000,
    "building b " * 400,
    "的" * 5_000,
    "=*[](){}?+",
    "ﬁ" * 3_000,
)


def test_a_report_is_never_like_itself() -> None:
    window = remembering("vpn down")
    assert found(window, report(1, "vpn down")) == []
    assert found(window, report(2, "vpn down")) == [1]


def test_what_is_remembered_again_replaces_what_was_there() -> None:
    window = remembering("vpn down")
    window.remember(report(1, "outlook down"))
    assert len(window) == 1
    assert found(window, "vpn down") == []
    assert found(window, "outlook down") == [1]


def test_forgetting_forgets() -> None:
    window = remembering("vpn down", "vpn dead")
    window.forget(1)
    window.forget(1)
    window.forget(77)
    assert found(window, "vpn down") == [2]


def test_the_window_closes_behind_old_reports() -> None:
    window = remembering(*(report(minutes, "vpn down", at=minutes_ago(minutes)) for minutes in (40, 20, 30, 10)))
    assert set(found(window, "vpn down", since=minutes_ago(30))) == {10, 20, 30}
    window.forget_before(minutes_ago(20))
    assert set(found(window, "vpn down", since=minutes_ago(60))) == {10, 20}


def test_a_report_that_was_renewed_is_as_young_as_its_last_time() -> None:
    window = remembering(report(1, "vpn down", at=minutes_ago(40)))
    window.remember(report(1, "vpn still down", at=NOON))
    window.forget_before(minutes_ago(20))
    assert found(window, "vpn down") == [1]


def test_the_most_alike_come_first_and_no_more_than_asked_for() -> None:
    window = remembering("vpn dead, error 42", "vpn down in the sales team", "vpn down")
    scores = [like.score for like in likes(window, "vpn down")]
    assert scores == sorted(scores, reverse=True)
    assert found(window, "vpn down", most=1) == [3]
    assert found(window, "vpn down", most=0) == []


def test_in_a_flood_the_newest_are_found() -> None:
    window = remembering(*["vpn down since this morning"] * 700)
    assert found(window, "vpn down since this morning", most=700) == list(range(700, 700 - COMPARED, -1))


def test_a_flood_at_one_site_does_not_hide_another() -> None:
    window = remembering("printers offline in Porto", *["printers offline in Lyon"] * 500)
    assert found(window, "printers offline in Porto") == [1]


def test_a_flood_that_is_forgotten_uncovers_what_came_before() -> None:
    window = remembering(*["vpn down"] * 900)
    for ticket in range(11, 901):
        window.forget(ticket)
    assert found(window, "vpn down") == list(range(10, 0, -1))


@pytest.mark.parametrize("left", [1, 450, 900])
@pytest.mark.parametrize("seed", range(4))
def test_a_flood_forgotten_in_any_order_leaves_the_rest(left: int, seed: int) -> None:
    window = remembering(*["vpn down"] * 900)
    for ticket in random.Random(seed).sample(range(1, 901), 900):
        if ticket != left:
            window.forget(ticket)
    assert found(window, "vpn down") == [left]


def test_old_ones_in_a_flood_do_not_hide_the_window() -> None:
    window = remembering(*(report(number, "vpn down", at=NOON - timedelta(seconds=900 - number)) for number in range(1, 901)))
    assert len(found(window, "vpn down", since=NOON - timedelta(seconds=5))) == 6


@pytest.mark.parametrize("text", ANY_TEXT, ids=range(len(ANY_TEXT)))
def test_any_text_is_taken(text: str) -> None:
    window = remembering("vpn down", text)
    assert 2 not in found(window, report(2, text), alike=0)
    window.forget(2)
    assert len(window) == 1


def test_an_empty_window_finds_nothing() -> None:
    assert found(RecentReports(READER), "vpn down", alike=0) == []


def test_names_in_a_signature_are_nobodys_own_words() -> None:
    own = RecentReports(READER).own_words("Hello,\nall printers are offline\n\nBest regards\nRobin Example\nPlant Lyon")
    assert "printers" in own
    assert "lyon" not in own

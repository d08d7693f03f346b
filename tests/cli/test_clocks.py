"""`intake queue` and `intake ticket --sla`: what is due when, and why."""

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, mail

pytestmark = pytest.mark.usefixtures("staffed")


@pytest.fixture
def two(staffed: None, desk: Desk, intake: Prompt) -> None:
    """HD-1001 is a P1 with the CIO team and Ben; HD-1002 is a P4, new."""
    desk.receives(mail("The VPN is down for the whole office, nobody can work.", subject="VPN", name="one@x"))
    desk.receives(mail("Please send new toner.", subject="Toner", name="two@x"))
    assert intake("escalate", "HD-1001", "--reason", "hard").code == 0
    assert intake("assign", "HD-1001", "--assigned-to", "Ben Okoro").code == 0


@pytest.mark.usefixtures("two")
def test_the_queue_shows_what_is_due_first_with_who_and_when(intake: Prompt) -> None:
    ran = intake("queue")
    head, first, second, total = ran.out.splitlines()
    assert head.split() == ["ticket", "pri", "state", "due", "(UTC)", "left", "what", "group", "assigned", "to", "about"]
    assert first.startswith("HD-1001  P1")
    assert "14 min" in first
    assert first.endswith("response  cio      Ben Okoro    VPN")
    assert second.startswith("HD-1002  P4")
    assert total == "2 open, none overdue."


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ((), ["HD-1001", "HD-1002"]),
        (("--team", "cio"), ["HD-1001"]),
        (("--team", "cio", "--team", "support"), ["HD-1001", "HD-1002"]),
        (("--mine", "--as", "ben okoro"), ["HD-1001"]),
        (("--as", "-"), ["HD-1002"]),
        (("--limit", "1"), ["HD-1001"]),
    ],
)
def test_a_queue_is_of_a_team_or_of_an_agent(intake: Prompt, words: tuple[str, ...], numbers: list[str]) -> None:
    assert [ticket["number"] for ticket in intake("queue", *words, "--json").records] == numbers


def test_a_misspelt_team_does_not_read_as_nothing_to_do(desk: Desk, intake: Prompt) -> None:
    ran = intake("queue", "--team", "nosuch")
    assert (ran.code, ran.out) == (0, "Nothing is open here.\n")
    assert ran.err.startswith("No team is called nosuch. There are: support")


def test_mine_needs_to_know_whose(desk: Desk, intake: Prompt) -> None:
    ran = intake("queue", "--mine")
    assert ran.code == 2
    assert "--as" in ran.err


@pytest.mark.usefixtures("two")
def test_a_tickets_clocks_are_explained_and_what_counts_adds_up(intake: Prompt) -> None:
    text = intake("ticket", "HD-1001", "--sla").out
    assert "RESPONSE, until a human's answer has left: 15 min (always)" in text
    assert "RESOLUTION, until it is resolved: 4 h (always)" in text
    assert "of working time left" in text
    record = intake("ticket", "HD-1001", "--sla", "--json").record
    clocks = record["clocks"]
    assert isinstance(clocks, list)
    for clock in clocks:
        counted = sum(one["seconds"] for one in clock["stretches"] if one["counts"])
        assert counted == pytest.approx(clock["elapsed_seconds"])
        assert clock["left_seconds"] + clock["elapsed_seconds"] == pytest.approx(clock["target_seconds"])


@pytest.mark.usefixtures("two")
def test_a_hold_is_shown_with_who_put_it_there(intake: Prompt) -> None:
    assert intake("hold", "HD-1001", "--reason", "waits for the provider").code == 0
    text = intake("ticket", "HD-1001", "--sla").out
    assert "paused, 3 h 59 min to go when it goes on; no due until then" in text
    assert intake("reply", "HD-1001", "--text", "We called them.").code == 0


def test_a_ticket_that_nobody_knows_has_no_clocks(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail())
    ran = intake("ticket", "HD-9", "--sla")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no ticket HD-9" in ran.err

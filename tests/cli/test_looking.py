"""`intake queues`, `events`, `contact`, the choices of `tickets`, and all that `ticket` shows of a ticket in work."""

from collections.abc import Sequence

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, mail, parts

pytestmark = pytest.mark.usefixtures("staffed")

ANN, BOB = "ann@customer.example", "bob@customer.example"


@pytest.fixture
def two(staffed: None, desk: Desk, intake: Prompt) -> None:
    """HD-1001 is Ann's, P1, with the CIO team and Ben; HD-1002 is Bob's, P4, new."""
    desk.receives(mail("The VPN is down for the whole office, nobody can work.", subject="VPN", name="one@x"))
    desk.receives(mail("Please send new toner.", name="two@x", sender=f"Bob <{BOB}>"))
    assert intake("escalate", "HD-1001", "--reason", "hard").code == 0
    assert intake("assign", "HD-1001", "--assigned-to", "Ben Okoro").code == 0


CHOICES = [
    (("--state", "new"), ["HD-1002", "HD-1001"]),
    (("--state", "closed"), []),
    (("--kind", "incident"), ["HD-1001"]),
    (("--kind", "incident", "--kind", "service_request"), ["HD-1002", "HD-1001"]),
    (("--priority", "P4"), ["HD-1002"]),
    (("--tier", "2"), ["HD-1001"]),
    (("--group", "support"), ["HD-1002"]),
    (("--assigned-to", "-"), ["HD-1002"]),
    (("--assigned-to", "ben okoro"), ["HD-1001"]),
    (("--caller", "Ann@Customer.Example"), ["HD-1001"]),
    (("--caller", "+4930123456"), ["HD-1001"]),
    (("--caller", "nobody@customer.example"), []),
    (("--tier", "2", "--priority", "P4"), []),
]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("words", "numbers"), CHOICES)
def test_tickets_can_be_chosen(intake: Prompt, words: Sequence[str], numbers: Sequence[str]) -> None:
    intake("link-address", "HD-1001", "--kind", "phone", "--address", "+4930123456")
    assert [ticket["number"] for ticket in intake("tickets", *words, "--json").records] == numbers


NOTHING = [
    (("--kind", "enhancement", "--tier", "3"), "No ticket is enhancement, at tier 3.\n", ""),
    (("--group", "nosuch"), "No ticket is with nosuch.\n", "No team is called nosuch. There are: support, cio"),
    (("--assigned-to", "Zoë"), "No ticket is assigned to Zoë.\n", "No agent is called Zoë. There are: Ben Okoro, Sam Hill\n"),
    (("--assigned-to", "-", "--state", "closed"), "No ticket is closed, assigned to nobody.\n", ""),
]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("words", "out", "err"), NOTHING)
def test_a_choice_that_finds_nothing_says_what_was_looked_for(intake: Prompt, words: Sequence[str], out: str, err: str) -> None:
    ran = intake("tickets", *words)
    assert (ran.code, ran.out) == (0, out)
    assert ran.err.startswith(err)
    assert bool(ran.err) is bool(err)


def test_a_caller_that_is_no_address_is_refused(desk: Desk, intake: Prompt) -> None:
    ran = intake("tickets", "--caller", "ann")
    assert (ran.code, ran.out) == (1, "")
    assert "'ann' is no address: they look like ann@example.com" in ran.err


@pytest.mark.usefixtures("two")
def test_queues_count_what_is_open_and_what_nobody_has(intake: Prompt) -> None:
    queues = {queue["assignment_group"]: queue for queue in intake("queues", "--json").records}
    assert (queues["cio"]["priority"], queues["cio"]["open"], queues["cio"]["untaken"]) == ("P1", 1, 0)
    assert (queues["support"]["priority"], queues["support"]["open"], queues["support"]["untaken"]) == ("P4", 1, 1)
    assert "2 open, 1 of them nobody's" in intake("queues").out


def test_queues_of_an_idle_desk(desk: Desk, intake: Prompt) -> None:
    assert intake("queues").out == "No ticket is open.\n"
    assert intake("queues", "--json").out == ""


@pytest.mark.usefixtures("two")
def test_events_are_a_log_with_the_newest_last(intake: Prompt) -> None:
    events = intake("events", "--json").records
    assert events[-1]["kind"] == "assigned"
    assert [event["id"] for event in events] == sorted(int(str(event["id"])) for event in events)
    assert {event["ticket"] for event in intake("events", "--ticket", "1002", "--json").records} == {"HD-1002"}
    assert [event["reason"] for event in intake("events", "--kind", "escalated", "--json").records] == [
        "from IT Support to CIO team: hard"
    ]
    assert intake("events", "--limit", "2", "--json").records == events[-2:]
    assert "--limit 20" in intake("events", "--limit", "2").out
    assert intake("events", "--kind", "merged").out == "No such events.\n"
    assert intake("events", "--ticket", "nonsense").code == 1


@pytest.mark.usefixtures("two")
def test_a_contact_is_found_by_any_address(intake: Prompt) -> None:
    intake("link-address", "HD-1001", "--kind", "email", "--address", BOB)
    contact = intake("contact", BOB.upper(), "--json").record
    assert {address["address"] for address in parts(contact, "addresses")} == {ANN, BOB}
    assert [ticket["number"] for ticket in parts(contact, "tickets")] == ["HD-1002", "HD-1001"]
    assert contact["agents"] == []
    out = intake("contact", ANN).out
    assert out.startswith("Ann\n")
    assert "HD-1002" in out
    assert BOB in out


def test_an_agent_who_asks_is_both(desk: Desk, intake: Prompt) -> None:
    assert "Sam Hill of the desk has it" in intake("contact", "sam@example.com").err
    desk.receives(mail(sender="sam@example.com"))
    assert intake("contact", "sam@example.com", "--json").record["agents"] == ["Sam Hill"]
    assert "at the desk  Sam Hill" in intake("contact", "sam@example.com").out


@pytest.mark.parametrize(
    ("address", "says"), [("nobody@customer.example", "Nobody has written from nobody@customer.example"), ("x", "no address")]
)
def test_an_unknown_address_is_said_on_stderr(desk: Desk, intake: Prompt, address: str, says: str) -> None:
    ran = intake("contact", address, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err


@pytest.mark.usefixtures("two")
def test_a_ticket_in_work_shows_all_that_there_is(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail("Let me in.", name="three@x", answers="one@x", sender="mallory@elsewhere.example"))
    for line in (
        "link HD-1001 --other HD-1002",
        "watch HD-1001 --kind email --address boss@example.com",
        "merge HD-1002 --into HD-1001",
        "note HD-1001 --text between-us",
        "hold HD-1001 --reason vendor --until 2999-12-01",
    ):
        assert intake(*line.split()).code == 0
    out = intake("ticket", "HD-1001").out
    held = next(message for message in parts(intake("ticket", "1001", "--json").record, "messages") if message["held"])
    for shown in (
        "on hold         vendor, until 2999-12-01 00:00:00 UTC",
        "merged here     HD-1002",
        "linked          HD-1002",
        "watched by      boss@example.com",
        "(command line) wrote a work note (internal)\n    | between-us\n",
        f"intake accept-reply HD-1001 --message {held['id']}\n",
        f"intake reject-reply HD-1001 --message {held['id']} --reason …\n",
    ):
        assert shown in out
    assert "wrote a work note [" not in out, "the event says nothing that the note does not"
    assert "merged into     HD-1001" in intake("ticket", "HD-1002").out


@pytest.mark.usefixtures("two")
def test_a_held_reply_is_accepted_by_the_command_that_is_shown(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail("Let me in.", name="three@x", answers="one@x", sender="mallory@elsewhere.example"))
    out = intake("ticket", "HD-1001").out
    command = next(line.partition("intake ")[2] for line in out.splitlines() if "accept-reply" in line)
    assert intake(*command.split()).code == 0
    assert "accept-reply" not in intake("ticket", "HD-1001").out


@pytest.mark.usefixtures("two")
def test_a_final_response_shows_how_far_it_got(intake: Prompt) -> None:
    intake("resolve", "HD-1001", "--text", "Mended.", "--as", "Ben Okoro")
    out = intake("ticket", "HD-1001").out
    assert f", no relay to {ANN}; it resolves the ticket when it has arrived\n" in out.partition("final response")[2]
    assert "Ben Okoro answered\n    | Mended.\n" in out
    intake("confirm-undeliverable", "HD-1001", "--reason", "no relay", "--as", "Ben Okoro")
    assert "resolved  " in intake("ticket", "HD-1001").out


def test_files_are_named_with_their_size(desk: Desk, intake: Prompt) -> None:
    head = "From: ann@customer.example\nSubject: log\nMessage-ID: <f@x>\nContent-Type: multipart/mixed; boundary=b\n\n"
    text = "--b\nContent-Type: text/plain\n\nSee the log.\n"
    file = "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=log.csv\n\n1,2,3\n--b--\n"
    desk.receives(f"{head}{text}{file}".encode())
    assert "    file: log.csv (text/csv, 5 bytes)\n" in intake("ticket", "HD-1001").out

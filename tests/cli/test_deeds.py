"""Every deed as a command: done, refused, as JSON, as help."""

import io
import sqlite3
from dataclasses import fields
from threading import Timer

import pytest

from channels.cli.command_names import AGREEMENT_COMMANDS, CHANGE_COMMANDS
from channels.cli.commands_deed import HEADINGS
from channels.cli.deed_command import command_name
from channels.cli.deed_options import moment
from channels.cli.deed_words import HELP, HELP_OF, METAVARS, METAVARS_OF
from intake.domain import deed as d
from intake.domain.deed import DEEDS
from tests.cli.at_the_prompt import Desk, Prompt, mail, parts
from tests.cli.deeds_done import DONE, Ids, conversation, typed

COMMANDS = {command_name(deed): deed for deeds in HEADINGS.values() for deed in deeds}
ELSEWHERE = {d.Confirm, d.Dispute, d.AnswerQuestion, d.PressKey, d.ReportDelivery}  # requesters do these, and devices
BY_LINK: set[type[d.Deed]] = {d.ConsentToChange, d.DeclineChange}  # product owners do
NEEDS_A_PROPOSAL = {"resolve-as-proposed"}  # test_changes.py has one
NEED_A_STORM = {"confirm-storm", "dissolve-storm", "update-storm", "join-storm"}  # tests/storms has one

pytestmark = pytest.mark.usefixtures("staffed")


@pytest.fixture
def ids(staffed: None, desk: Desk, intake: Prompt) -> Ids:
    return conversation(desk, intake)


def test_every_deed_that_people_at_the_desk_do_has_a_command() -> None:
    changes = set(CHANGE_COMMANDS.values())
    assert set(COMMANDS.values()) | changes == set(DEEDS.values()) - ELSEWHERE - BY_LINK
    assert set(COMMANDS.values()) & changes == set()
    assert set(AGREEMENT_COMMANDS.values()) == set(d.AGREEMENT_DEEDS.values())
    assert set(COMMANDS) == set(DONE) | NEED_A_STORM | NEEDS_A_PROPOSAL


@pytest.mark.parametrize("command", DONE)
@pytest.mark.parametrize("as_json", [False, True])
def test_each_command_does_its_deed(intake: Prompt, ids: Ids, command: str, as_json: bool) -> None:
    for line in DONE[command].first:
        assert intake(*typed(line, ids)).code == 0
    ran = intake(*typed(f"{command} HD-1001 {DONE[command].words}", ids), *(["--json"] if as_json else []))
    assert (ran.code, ran.err) == (0, "")
    if not as_json:
        assert ran.out == f"HD-1001: {DONE[command].says}\n"
        return
    receipt, ticket = ran.record["receipt"], ran.record["ticket"]
    assert isinstance(receipt, dict)
    assert isinstance(ticket, dict)
    assert (receipt["outcome"], receipt["ticket"], ticket["number"]) == ("applied", "HD-1001", "HD-1001")
    assert DONE[command].says.startswith(receipt["reason"].removeprefix(f"{COMMANDS[command].verb}: "))


REFUSED = [
    ("take HD-4711", 1, "HD-4711: there is no such ticket\n"),
    ("take nonsense", 1, "intake: 'nonsense' is not a ticket number: they look like HD-1042\n"),
    ("merge HD-1001 --into nonsense", 1, "intake: 'nonsense' is not a ticket number: they look like HD-1042\n"),
    ("take HD-1001 --as sam", 1, "'sam' is not in desk.toml: did you mean 'Sam Hill'?\n"),
    ("take HD-1001 --as Zoë", 1, "'Zoë' is not in desk.toml. There are: Ben Okoro, Sam Hill\n"),
    ("escalate HD-1001 --reason hard --as Ben\tOkoro", 1, "HD-1001 is with IT Support now: Ben Okoro may add notes to it"),
    ("close HD-1001 --reason done", 1, "HD-1001 is new: resolve it first\n"),
    ("hold HD-1001 --reason x --until 2001-01-01", 1, "HD-1001: until must lie in the future\n"),
    ("hold HD-1001 --reason x --until tomorrow", 2, "'tomorrow' is no moment such as 2026-12-01T09:00Z"),
    ("hold HD-1001", 2, "Missing option '--reason'"),
    ("assign HD-1001", 2, "--assigned-to or --assignment-group is needed"),
    ("relabel HD-1001 --kind fault", 2, "'fault' is not one of 'incident', 'service_request', 'enhancement'"),
    ("relabel HD-1001 --kind incident --category how_to", 2, "how_to is a category of service_request, not of incident"),
    ("split HD-1001 --message 99999999999999999999", 2, "is no number of anything here"),
    ("watch HD-1001 --kind email --address nonsense", 1, "'nonsense' is no email address such as ann@example.com\n"),
    ("take HD-1001 --seen 77", 1, "HD-1001 has changed since you looked"),
]


@pytest.mark.parametrize(("line", "code", "says"), REFUSED)
def test_a_refusal_says_why_on_stderr_and_changes_nothing(intake: Prompt, ids: Ids, line: str, code: int, says: str) -> None:
    before = intake("ticket", "HD-1001", "--json").record
    ran = intake(*(word.replace("\t", " ") for word in line.split(" ")))
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert intake("ticket", "HD-1001", "--json").record == before


def test_a_refusal_as_json_is_a_receipt_as_well(intake: Prompt, ids: Ids) -> None:
    ran = intake("close", "HD-1001", "--reason", "done", "--json")
    assert (ran.code, ran.err) == (1, "HD-1001 is new: resolve it first\n")
    receipt = ran.record["receipt"]
    assert isinstance(receipt, dict)
    assert (receipt["outcome"], receipt["reason"]) == ("suppressed", "conflict: HD-1001 is new: resolve it first")
    assert intake("take", "HD-4711", "--json").record["ticket"] is None


def test_who_has_seen_the_newest_revision_may_act(intake: Prompt, ids: Ids) -> None:
    revision = str(intake("ticket", "HD-1001", "--json").record["revision"])
    assert f"revision {revision}\n" in intake("ticket", "HD-1001").out
    assert intake("note", "HD-1001", "--text", "one", "--seen", revision).code == 0
    again = intake("note", "HD-1001", "--text", "two", "--seen", revision)
    assert (again.code, "work_note" in again.err) == (1, True)


def test_the_timeline_names_who_typed_it(intake: Prompt, ids: Ids) -> None:
    intake("note", "HD-1001", "--text", "mine")
    intake("note", "HD-1001", "--text", "his", "--as", "SAM HILL")
    notes = parts(intake("ticket", "HD-1001", "--json").record, "notes")
    assert str(notes[0]["author"]).endswith("(command line)")
    assert notes[1]["author"] == "Sam Hill"
    assert "Sam Hill" in intake("ledger", "--limit", "1").out


def test_without_agents_the_answer_says_where_they_are_named(
    make_desk: object, intake: Prompt, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    monkeypatch.delenv("INTAKE_POLICY")
    desk.receives(mail())
    assert "it names no agents yet. Add an [[agent]]" in intake("take", "HD-1001", "--as", "Sam Hill").err


def test_a_long_text_comes_by_stdin(intake: Prompt, ids: Ids, monkeypatch: pytest.MonkeyPatch) -> None:
    given = "First line\n\nlast line ü\x00\n".encode() + b"\xff\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert intake("note", "HD-1001", "--text", "-").code == 0
    notes = parts(intake("ticket", "HD-1001", "--json").record, "notes")
    assert notes[0]["text"] == "First line\n\nlast line ü\N{REPLACEMENT CHARACTER}\n\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-12-01T09:00Z", "2026-12-01 09:00"),
        ("2026-12-01T09:00+01:00", "2026-12-01 08:00"),
        ("2026-12-01 09:00", "2026-12-01 09:00"),
        ("2026-12-01", "2026-12-01 00:00"),
        (" 20261201T090000Z ", "2026-12-01 09:00"),
    ],
)
def test_a_moment_without_a_zone_is_utc(text: str, at: str) -> None:
    assert f"{moment(text):%Y-%m-%d %H:%M %Z}" == f"{at} UTC"


def test_a_deed_waits_for_its_turn_beside_a_writer(intake: Prompt, desk: Desk, ids: Ids) -> None:
    writer = sqlite3.connect(desk.folder / "desk.db", isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    later = Timer(0.3, writer.commit)
    later.start()
    try:
        assert intake("take", "HD-1001", "--as", "Sam Hill").code == 0
    finally:
        later.join()
        writer.close()


def test_an_empty_stdin_is_no_text(intake: Prompt, ids: Ids, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    ran = intake("reply", "HD-1001", "--text", "-")
    assert (ran.code, "text must not be empty" in ran.err) == (2, True)


def test_no_text_of_a_deed_commands_the_terminal(intake: Prompt, ids: Ids) -> None:
    evil = "a\x1b]0;owned\x07b\x9b31mc\u202ed"
    outs = [
        intake("note", "HD-1001", "--text", evil),
        intake("hold", "HD-1001", "--reason", evil),
        intake("link-address", "HD-1001", "--kind", "email", "--address", f"{evil}@example.com"),
        intake("assign", "HD-1001", "--assigned-to", evil),
        intake("take", "HD-1001", "--as", evil),
        intake("ticket", "HD-1001"),
        intake("events"),
        intake("ledger"),
        intake("contact", "ann@customer.example"),
        intake("contact", evil),
        intake("tickets", "--assigned-to", evil, "--group", evil),
    ]
    assert all(not {"\x1b", "\x07", "\x9b", "\u202e"} & {*ran.out, *ran.err} for ran in outs)
    assert "a]0;ownedb31mcd" in outs[5].out


def test_what_our_own_code_fails_on_is_kept_and_its_mend_is_named(intake: Prompt, desk: Desk, ids: Ids) -> None:
    _rename_address_kind(desk, "email", "pigeon")
    ran = intake("reply", "HD-1001", "--text", "soon")
    assert ran.code == 1
    kept = intake("ledger", "--outcome", "quarantined", "--json").record
    assert f"nothing was done. `intake ledger {kept['id']}` shows why, `intake replay {kept['id']}`" in ran.err
    _rename_address_kind(desk, "pigeon", "email")
    assert "applied HD-1001: reply: " in intake("replay", str(kept["id"])).out


def _rename_address_kind(desk: Desk, before: str, after: str) -> None:
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE contact_addresses SET kind = '{after}' WHERE kind = '{before}'")


@pytest.mark.parametrize(("command", "deed"), COMMANDS.items())
def test_the_help_of_a_command_is_the_first_line_of_its_deed(intake: Prompt, command: str, deed: type[d.Deed]) -> None:
    assert deed.__doc__ is not None
    explained = " ".join(intake(command, "-h").out.split())
    assert f"{deed.__doc__.splitlines()[0]} Arguments: NUMBER" in explained


def test_every_field_of_every_deed_is_explained_and_no_other(intake: Prompt) -> None:
    deeds = [*COMMANDS.values(), *CHANGE_COMMANDS.values(), *AGREEMENT_COMMANDS.values()]
    named = {(deed.verb, field.name) for deed in deeds for field in fields(deed)}
    assert {name for _, name in named} == set(HELP)
    assert set(METAVARS) <= set(HELP)
    assert set(HELP_OF) | set(METAVARS_OF) <= named

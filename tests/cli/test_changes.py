"""`intake change`: a change from its draft to its end, typed at the prompt; what it waits for; the calendar."""

import shlex
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.at_the_prompt import Desk, Prompt, mail, parts
from tests.cli.changes_typed import NAME, approve, open_agreement, plan, schedule, shown, typed


@pytest.mark.usefixtures("draft", "agreement")
def test_a_change_is_taken_to_its_end_at_the_prompt(intake: Prompt) -> None:
    plan(intake)
    estimated = typed(intake, "change estimate HD-1001 --hours 4h --as Cleo --agreement", NAME)
    assert estimated.out.endswith("; assessment\nWaits for its approval to be asked for.\n")
    approve(intake)
    schedule(intake, datetime.now(UTC) - timedelta(minutes=5))
    typed(intake, "change add-task HD-1001 --title Widen --assigned-to cleo --as Cleo")
    typed(intake, "change implement HD-1001 --as Cleo")
    typed(intake, "change finish-task HD-1001 --task 1 --as Cleo")
    typed(intake, "change book HD-1001 --hours 1h30m --text widening --as Cleo")
    typed(intake, "change complete HD-1001 --text done --as Cleo")
    typed(intake, "change close HD-1001 --close-code successful --text works --final-response wider --as Cleo")
    closed = shown(intake)
    assert (closed["stage"], closed["close_code"], closed["spent"], closed["reserved"]) == ("closed", "successful", 90, 0)
    assert parts(closed, "tasks")[0]["assigned_to"] == "Cleo"
    assert "Next" not in typed(intake, "change show HD-1001").out


@pytest.mark.usefixtures("draft", "agreement")
def test_it_says_at_every_stage_what_it_waits_for_and_what_to_type(intake: Prompt) -> None:
    said = typed(intake, "change show HD-1001").out
    assert "waits for         being handed in\n" in said
    assert "\n  intake change submit HD-1001\n" in said
    typed(intake, "change submit HD-1001 --as Cleo")
    said = typed(intake, "change show HD-1001").out
    assert "waits for         its risk\n" in said
    assert "\n  intake change plan HD-1001 --risk … --service … --backout-plan …\n" in said
    assert f"\n  intake change estimate HD-1001 --agreement '{NAME}' --hours 12h30m\n" in said
    line = "change plan HD-1001 --risk low --service Reports --as cleo --backout-plan"
    typed(intake, line, "Put the old one back.")
    typed(intake, "change estimate HD-1001 --hours 4h --as Cleo --agreement", NAME)
    asked = typed(intake, "change request-approval HD-1001 --as Cleo").out
    assert "Waits for approval by CIO: Lee.\nWaits for approval by Process: Lou.\n" in asked
    said = typed(intake, "change show HD-1001").out
    for side in ("cio", "process"):
        assert f"\n  intake change approve HD-1001 --as NAME --side {side}\n" in said
    typed(intake, "change approve HD-1001 --as Lee --comment fine")
    typed(intake, "change approve HD-1001 --as Lou")
    said = typed(intake, "change show HD-1001").out
    assert "waits for         a window\n" in said
    assert "\n  intake change schedule HD-1001 --starts " in said
    assert "1  cio      approved  Lee" in said
    assert "4h estimated in ACME now, 4h reserved, 0h spent\n" in said
    assert "How it is undone\n  | Put the old one back.\n" in said


@pytest.mark.usefixtures("draft")
def test_what_it_says_to_type_next_can_be_typed(intake: Prompt) -> None:
    """Each line that the draft shows is a command with options that exist."""
    for step in ("", "change submit HD-1001 --as Cleo", "change request-approval HD-1001 --as Cleo"):
        if step.startswith("change request"):
            typed(intake, "change plan HD-1001 --risk low --service x --backout-plan x --as Cleo")
        if step:
            typed(intake, step)
        lines = typed(intake, "change show HD-1001").out.partition("\nNext\n")[2].splitlines()
        assert lines
        for line in lines:
            words = line.split()
            explained = intake(*words[1:3], "-h")
            assert explained.code == 0
            assert all(word in explained.out for word in words if word.startswith("--")), line


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("change calendar --from 2026-02-01 --until 2026-01-01", 1, "the end must lie after the beginning"),
        ("change calendar --from tomorrow", 2, "'tomorrow' is no moment"),
        ("change calendar --url Zoe", 1, "'Zoe' is not in desk.toml"),
        ("change calendar --url Lee", 1, "INTAKE_PUBLIC_URL is not set"),
        ("change show HD-4711", 1, "There is no ticket HD-4711"),
        ("change list --incident nonsense", 1, "not a ticket number"),
        ("change list --stage done", 2, "'done' is not one of"),
        ("change approve HD-1001 --as Lee", 1, "HD-1001: `intake change approve` is for changes in approval"),
        ("change approve HD-1001 --side product_owner", 2, "a product owner decides by the link"),
        ("change plan HD-1001", 2, "--kind, --incident, --risk, --service or a plan is needed"),
        ("change plan HD-1001 --incident nonsense", 1, "not a ticket number"),
        ("change plan HD-1001 --kind standard", 2, "use_template"),
        ("change estimate HD-1001 --agreement x --hours 12", 2, "hours look like 90m, 1h30m, 1.5h or 12h"),
        ("change book HD-1001 --text x --hours 0h", 2, "--hours must be 1 to"),
        ("change book HD-1001 --text x --hours 1.01h", 2, "type 1h01m"),
        ("change book HD-1001 --text x --hours 1h --worked-on yesterday", 2, "'yesterday' is no day such as 2026-12-31"),
        ("change schedule HD-1001 --starts soon --ends 2026-12-08T22:00", 2, "'soon' is no moment"),
    ],
)
def test_what_cannot_be_meant_or_done_says_so(intake: Prompt, draft: str, line: str, code: int, says: str) -> None:
    ran = intake(*line.split())
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert draft == "HD-1001"


@pytest.mark.usefixtures("draft")
def test_a_name_of_an_agreement_that_is_typed_as_shown_is_no_other_command(intake: Prompt) -> None:
    name = "ACME's $(touch it); `touch it` | 2026"
    year = datetime.now(UTC).year
    period = f"--starts {year - 1}-01-01 --ends {year + 1}-12-31"
    typed(intake, f"agreement open --party ACME {period} --hours 10h --spender cio --as lee", name)
    typed(intake, "change submit HD-1001 --as Cleo")
    (line,) = [line for line in typed(intake, "change show HD-1001").out.splitlines() if " change estimate " in line]
    words = shlex.split(line)
    assert words[words.index("--agreement") + 1] == name
    assert intake(*words[1:], "--as", "Cleo").code == 1  # ten hours are less than what it shows: it was understood


@pytest.mark.usefixtures("draft")
def test_hours_are_offered_to_be_booked_where_that_can_be(intake: Prompt) -> None:
    plan(intake)
    approve(intake)
    schedule(intake, datetime.now(UTC) - timedelta(minutes=5))
    typed(intake, "change implement HD-1001 --as Cleo")
    assert "intake change book" not in typed(intake, "change show HD-1001").out
    open_agreement(intake)
    said = typed(intake, "change show HD-1001").out
    assert f"\n  intake change book HD-1001 --agreement '{NAME}' --hours 1h30m --text …\n" in said


@pytest.mark.usefixtures("draft")
def test_an_approval_may_be_bound_to_the_round_that_was_looked_at(intake: Prompt) -> None:
    typed(intake, "change submit HD-1001 --as Cleo")
    typed(intake, "change plan HD-1001 --risk low --service x --backout-plan x --as Cleo")
    typed(intake, "change request-approval HD-1001 --as Cleo")
    refused = intake("change", "approve", "HD-1001", "--as", "Lee", "--round", "2")
    assert (refused.code, "is in round 1 of its approval, and this was for round 2" in refused.err) == (1, True)
    typed(intake, "change approve HD-1001 --as Lee --round 1")
    again = intake("change", "approve", "HD-1001", "--as", "Lee")
    assert "(or `intake change rework`)" in again.err


@pytest.mark.usefixtures("draft")
def test_the_list_has_the_changes_by_what_they_are(intake: Prompt) -> None:
    listed = typed(intake, "change list").out
    assert "HD-1001  draft  normal  -" in listed
    assert typed(intake, "change list --stage draft --kind normal --json").record["number"] == "HD-1001"
    assert typed(intake, "change list --stage closed").out == "No change is like that.\n"


@pytest.mark.usefixtures("draft", "agreement")
def test_a_refusal_names_the_command_that_helps(intake: Prompt) -> None:
    assert "hand it in first (intake change submit)" in intake("change", "request-approval", "HD-1001", "--as", "Cleo").err
    plan(intake)
    refused = intake("change", "estimate", "HD-1001", "--hours", "11h", "--as", "Cleo", "--agreement", NAME)
    assert refused.code == 1
    assert "10 h left" in refused.err


def test_there_are_no_changes_at_first(change_desk: Desk, intake: Prompt) -> None:
    assert typed(intake, "change list").out == "No changes yet.\n"
    assert change_desk.folder.exists()


def test_an_incident_shows_its_fix_and_sends_what_the_fix_proposes(change_desk: Desk, intake: Prompt) -> None:
    change_desk.receives(mail("The report is empty.", subject="Report"))
    typed(intake, "relabel HD-1001 --category data_problem --impact 1 --urgency 1")
    fix = typed(intake, "change fix HD-1001 --emergency --text counting").out
    assert "HD-1002" in fix
    assert "mended by       HD-1002, emergency, " in typed(intake, "ticket HD-1001").out
    assert "change          emergency, " in typed(intake, "ticket HD-1002").out
    stage = typed(intake, "change show HD-1002 --json").record["stage"]
    if stage == "draft":
        typed(intake, "change submit HD-1002")
    typed(intake, "change implement HD-1002 --as Cleo")
    typed(intake, "change complete HD-1002 --text counted --as Cleo")
    typed(intake, "change approve HD-1002 --as Lee --side cio")
    typed(intake, "change approve HD-1002 --as Lou --side process")
    typed(intake, "change close HD-1002 --close-code successful --as Cleo --text", "The report counts again.")
    said = typed(intake, "ticket HD-1001").out
    assert "Proposed as the final response, by HD-1002, which mends it\n    | The report counts again.\n" in said
    proposed = typed(intake, "ticket HD-1001 --json").record["proposed_response"]
    assert isinstance(proposed, dict)
    assert (proposed["fix"], proposed["text"]) == ("HD-1002", "The report counts again.")
    typed(intake, "resolve-as-proposed HD-1001")
    story = typed(intake, "ticket HD-1001 --json").record
    assert parts(story, "messages")[-1]["body"] == "The report counts again."
    assert story["proposed_response"] is None


@pytest.mark.usefixtures("draft", "agreement")
def test_no_text_of_a_change_commands_the_terminal(intake: Prompt) -> None:
    evil = "a\x1b]0;owned\x07b\x9b31mc\u202ed"
    plan(intake)
    for words in (
        ["plan", "--backout-plan", evil, "--service", evil, "--implementation-plan", evil],
        ["add-task", "--title", evil],
        ["plan-announcement", "--phase", "before", "--text", evil, "--lead", "2d"],
        ["estimate", "--agreement", NAME, "--hours", "1h"],
        ["book", "--hours", "30m", "--text", evil],
        ["rework", "--reason", evil],
        ["estimate", "--agreement", evil, "--hours", "1h"],
    ):
        intake("change", words[0], "HD-1001", *words[1:])
    options = "--party x --starts 2026-01-01 --ends 2026-12-31 --hours 1h --spender cio"
    intake("agreement", "open", evil, *options.split())
    intake("agreement", "amend", NAME, "--reason", evil, "--more", "1h", "--product-owner", evil)
    looks = [
        ["change", "show", "HD-1001"],
        ["change", "list"],
        ["ticket", "HD-1001"],
        ["agreement", "list"],
        ["agreement", "show", NAME],
        ["agreement", "show", NAME, "--csv"],
        ["agreement", "show", NAME, "--json"],
        ["agreement", "report"],
        ["agreement", "show", evil],
    ]
    ran = [intake(*words) for words in looks]
    assert all(not {"\x1b", "\x07", "\x9b", "\u202e"} & {*each.out, *each.err} for each in ran)
    assert "a]0;ownedb31mcd" in ran[0].out

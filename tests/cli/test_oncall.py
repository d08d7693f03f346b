"""`intake oncall` and what `intake check` says about it: read at three in the morning."""

from importlib import resources
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt
from tests.cli.test_shapes import documented, inner
from tests.desk.on_call import PEOPLE, without_page

AT = ("--at", "2026-11-23T03:00+01:00")


@pytest.fixture
def on_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    policy = folder / "desk.toml"
    policy.write_text(resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8") + PEOPLE, "utf-8")
    monkeypatch.setenv("INTAKE_POLICY", str(policy))
    return policy


def findings(intake: Prompt) -> list[str]:
    return [line for line in intake("check").out.splitlines() if " on call " in line]


@pytest.mark.usefixtures("on_call")
def test_it_says_who_is_on_call_how_to_reach_them_until_when_and_who_is_next(intake: Prompt) -> None:
    ran = intake("oncall", "cio", *AT)
    assert ran.code == 0
    heading, row, _ = ran.out.splitlines()
    assert heading.split() == ["rotation", "on", "call", "call", "mail", "until", "then"]
    assert row.split() == ["cio", "Cleo", "-", "cleo@desk.example", "Mon", "2026-11-23", "09:00", "CET", "Kim"]


@pytest.mark.usefixtures("on_call")
def test_in_json_it_is_an_object_a_line(intake: Prompt) -> None:
    support, cio = intake("oncall", *AT, "--json").records
    assert (support["agent"], support["next"]) == ("Ben", None)
    assert (cio["agent"], cio["at"], inner(cio, "next")) == (
        "Cleo",
        "2026-11-23T02:00:00.000000Z",
        {"agent": "Kim", "at": "2026-11-23T08:00:00.000000Z"},
    )
    assert set(cio) == documented("On call")


@pytest.mark.usefixtures("on_call")
def test_teams_without_a_rotation_are_named_with_whom_a_page_reaches(intake: Prompt) -> None:
    out = intake("oncall", *AT).out
    assert "cio_leads: no [[rotation]] in desk.toml. A page goes to all of CIO leads: cio-leads@localhost, Lee." in out


def test_nobody_on_call_says_why_and_who_is_woken_then(on_call: Path, intake: Prompt) -> None:
    gap = '\n[[override]]\nrotation = "cio"\nagent = ""\nfrom = "2026-11-22T00:00"\nuntil = "2026-11-24T00:00"\n'
    on_call.write_text(on_call.read_text("utf-8") + gap, "utf-8")
    out = intake("oncall", "cio", *AT).out
    assert "nobody" in out.splitlines()[1]
    assert "cio: nobody, by an override. A page goes to all of CIO team: cio@localhost, Cleo, Kim." in out


@pytest.mark.usefixtures("on_call")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("oncall", "coi"), "There is no rotation 'coi' in desk.toml. There are: support, cio"),
        (("oncall", "--at", "tonight"), "'tonight' is no moment: they look like 2026-12-24T18:00+01:00"),
        (("oncall", "--at", "0001-01-01T00:00+14:00"), "is no moment"),
    ],
)
def test_what_cannot_be_answered_says_what_can(intake: Prompt, words: tuple[str, ...], says: str) -> None:
    ran = intake(*words)
    assert (ran.code, says in ran.err) == (1, True)


def test_without_rotations_everybody_hears_it(intake: Prompt) -> None:
    ran = intake("oncall")
    assert ran.code == 0
    assert "support: no [[rotation]] in desk.toml. A page goes to all of IT Support: support@localhost." in ran.out


def test_check_is_content_where_nobody_is_missed(intake: Prompt) -> None:
    assert [line.split()[0] for line in findings(intake)] == ["ok", "ok"]


def test_check_names_gaps_and_people_who_cannot_be_reached(on_call: Path, intake: Prompt) -> None:
    text = on_call.read_text("utf-8").replace('starts = "2026-11-16"', 'starts = "2150-01-01"')
    on_call.write_text(text.replace('mail = "ben@desk.example"\n', ""), "utf-8")
    out = "\n".join(findings(intake))
    assert "cio: the rotation has not begun from " in out
    assert "support: Ben cannot be reached when on call, so all of support is paged" in out


def test_check_names_priorities_and_steps_that_wake_nobody(on_call: Path, intake: Prompt) -> None:
    steps = 'steps = [{ page = "on_call", tier = 1, wait_minutes = 5 }, { page = "Kim", by = ["sms"], wait_minutes = 5 }]'
    ladder = f'\n[[ladder]]\nname = "few"\npriorities = ["P1"]\nkinds = ["incident"]\n{steps}\n'
    on_call.write_text(without_page() + PEOPLE + ladder, "utf-8")
    out = "\n".join(findings(intake))
    assert "nobody is woken for a P1 of service_request, enhancement, none" in out
    assert "nobody is woken for a P2 of any kind" in out
    assert "ladder 'few', step 2: nothing is configured that pages by sms" in out


def test_check_names_kinds_that_begin_above_every_step_of_their_ladder(on_call: Path, intake: Prompt) -> None:
    steps = 'steps = [{ page = "on_call", tier = 1, wait_minutes = 5 }]'
    ladder = f'\n[[ladder]]\nname = "low"\npriorities = ["P1", "P2"]\n{steps}\n'
    on_call.write_text(without_page() + PEOPLE + ladder, "utf-8")
    out = "\n".join(findings(intake))
    assert "nobody is woken for a P1 of enhancement" in out


def test_check_says_which_number_people_are_told(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("INTAKE_DESK_PHONE is not set" in line for line in findings(intake))
    monkeypatch.setenv("INTAKE_DESK_PHONE", "+49 (30) 901-820")
    assert any("told to call +4930901820" in line for line in findings(intake))


@pytest.mark.parametrize("number", ["030 901820", "+49", "+49 30 90182 ext 5", "112"])
def test_a_number_that_could_not_be_dialled_is_refused_at_the_start(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setenv("INTAKE_DESK_PHONE", number)
    ran = intake("check")
    assert ran.code == 1
    assert "INTAKE_DESK_PHONE" in ran.out
    assert "must be a phone number with its country" in ran.out

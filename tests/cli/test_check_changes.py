"""What `intake check` says about changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.store import SqlStore
from tests.changes.calendar_desk import PEOPLE, calendar_desk
from tests.changes.test_policy_changes import SHIPPED
from tests.cli.at_the_prompt import Desk, Prompt

PATCHING = """
[[change_template]]
name = "patching"
title = "Patching"
team = "cio"
risk = "low"
services = ["Windows servers"]
backout_plan = "Take the snapshot back."
starts = "2026-01-06T22:00"
repeats = "FREQ=WEEKLY"
"""
ENDED = PATCHING.replace("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=2")
HOURS = 'agreement = "ACME"\nhours = "4h"\n'


@pytest.fixture
def says(intake: Prompt, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """The lines about changes, with this in desk.toml."""
    for name in ("SMTP", "WEB"):
        monkeypatch.setenv(f"INTAKE_{name}_LISTEN", "127.0.0.1:0")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")

    def check(more: str) -> str:
        (folder / "desk.toml").write_text(SHIPPED + more, "utf-8")
        lines = intake("check").out.splitlines()
        places = [place for place, text in enumerate(lines) if text[9:].startswith("changes ")]
        return "\n".join(text for place in places for text in lines[place : place + 2])

    return check


def test_a_desk_without_people_is_told_that_nobody_can_approve(says: Callable[[str], str]) -> None:
    assert says("").startswith("ok       changes      nobody is in the directory yet")


def test_all_in_order_names_what_happens_next_by_itself(says: Callable[[str], str]) -> None:
    out = says(PEOPLE + PATCHING)
    assert out.startswith("ok       changes      both sides have approvers; next by itself: patching, ")


@pytest.mark.parametrize(
    ("desk_toml", "expected"),
    [
        (PEOPLE.replace('"process_leads"', '"process"'), "nobody can approve a change for Process"),
        (PEOPLE.replace('mail = "lea@desk.example"\n', ""), "Lea approves changes for CIO, and gets no letter"),
        (PEOPLE + ENDED, "FREQ=WEEKLY;COUNT=2 has no time left"),
    ],
)
def test_what_does_not_do_what_it_seems_to_is_named(says: Callable[[str], str], desk_toml: str, expected: str) -> None:
    assert expected in says(desk_toml)


def test_one_person_for_both_sides_is_not_enough(says: Callable[[str], str]) -> None:
    one = '\n[[agent]]\nname = "Lea"\nteams = ["cio_leads", "process_leads"]\nmail = "lea@desk.example"\n'
    assert "Lea alone stands for both sides" in says(one)


def test_a_rule_that_is_about_to_end_names_its_last_time(says: Callable[[str], str]) -> None:
    until = datetime.now(UTC) + timedelta(days=20)
    assert "ends; the last one is" in says(PEOPLE + PATCHING.replace("FREQ=WEEKLY", f"FREQ=WEEKLY;UNTIL={until:%Y%m%d}"))


def test_a_freeze_of_a_service_that_nothing_is_called_by_protects_nothing(says: Callable[[str], str]) -> None:
    begins = datetime.now(UTC)
    freeze = f"""
[[freeze]]
name = "quarter"
from = "{begins:%Y-%m-%dT00:00}"
until = "{begins + timedelta(days=9):%Y-%m-%dT00:00}"
services = ["EPR"]
"""
    assert "no [[service]] is called 'EPR'" in says(PEOPLE + freeze)
    assert "EPR" not in says(PEOPLE + freeze.replace("EPR", "sap"))


def test_who_stands_in_for_nobody_that_approves_is_named(says: Callable[[str], str]) -> None:
    ends = datetime.now(UTC) + timedelta(days=9)
    delegate = f"""
[[delegate]]
for = "Cleo"
agent = "Lea"
from = "2026-01-01T00:00"
until = "{ends:%Y-%m-%dT00:00}"
"""
    assert "Lea stands in for Cleo, who approves nothing" in says(PEOPLE + delegate)


def test_hours_of_an_agreement_that_there_is_none_of_are_named(
    says: Callable[[str], str], make_desk: Callable[[], Desk]
) -> None:
    assert "ACME" not in says(PEOPLE + PATCHING + HOURS), "there is no store that could tell"
    make_desk()
    assert "nothing is reserved in 'ACME': there is no such agreement" in says(PEOPLE + PATCHING + HOURS)


def test_a_freeze_that_came_after_a_window_names_whose_window_it_is(
    says: Callable[[str], str], make_desk: Callable[[], Desk], folder: Path
) -> None:
    says(PEOPLE)
    make_desk()
    store = SqlStore(f"sqlite:///{folder / 'data' / 'desk.db'}")
    desk, soon = calendar_desk(store), datetime.now(UTC) + timedelta(days=3)
    desk.clock.now = datetime.now(UTC)
    ticket = desk.approved()
    desk.schedule(ticket, soon, soon + timedelta(hours=2))
    store.close()
    begins, ends = soon - timedelta(days=1), soon + timedelta(days=1)
    freeze = f'\n[[freeze]]\nname = "late"\nfrom = "{begins:%Y-%m-%dT00:00}"\nuntil = "{ends:%Y-%m-%dT00:00}"\n'
    assert f"HD-{ticket} is scheduled in a freeze: freeze 'late'" in says(PEOPLE + freeze)

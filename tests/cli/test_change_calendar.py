"""Windows of changes at the prompt, with freezes; the calendar, and the address of its feed."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from channels.cli.change_calendar import COLUMNS
from channels.cli.terminal import show_table
from tests.cli.at_the_prompt import Prompt, parts
from tests.cli.changes_typed import approve, plan, schedule, shown, typed


@pytest.mark.usefixtures("draft")
def test_a_window_is_shown_where_it_was_planned_and_in_utc(intake: Prompt) -> None:
    plan(intake)
    approve(intake)
    line = "change schedule HD-1001 --starts 2097-12-08T22:00 --ends 2097-12-09T02:00 --time-zone Europe/Berlin --as Cleo"
    assert "Europe/Berlin" in typed(intake, line).out
    said = typed(intake, "change show HD-1001").out
    assert "window            2097-12-08 22:00 to 2097-12-09 02:00 CET (Europe/Berlin)\n" in said
    assert "                  2097-12-08 21:00 to 2097-12-09 01:00 UTC\n" in said


@pytest.mark.usefixtures("draft")
def test_a_freeze_is_named_and_gone_against_with_a_reason(intake: Prompt) -> None:
    plan(intake)
    approve(intake)
    line = "change schedule HD-1001 --starts 2098-12-20T22:00 --ends 2098-12-21T02:00 --time-zone Europe/Berlin --as Cleo"
    refused = intake(*line.split())
    assert (refused.code, "freeze 'year end'" in refused.err) == (1, True)
    typed(intake, line, "--despite", "the tax office wants it")
    said = typed(intake, "change show HD-1001").out
    assert "in a freeze       freeze 'year end' of Reports" in said
    assert "despite that: the tax office wants it\n" in said
    assert parts(shown(intake), "conflicts")[0]["freeze"] == "year end"


@pytest.mark.usefixtures("draft")
def test_the_calendar_has_windows_and_freezes(intake: Prompt) -> None:
    assert typed(intake, "change calendar").out.startswith("Nothing is planned from ")
    plan(intake)
    approve(intake)
    schedule(intake, datetime.now(UTC) + timedelta(days=2))
    assert "HD-1001  scheduled  low" in typed(intake, "change calendar").out
    assert typed(intake, "change calendar --json").record["ticket"] == "HD-1001"
    december = typed(intake, "change calendar --from 2098-12-01 --until 2099-01-01").out
    assert "freeze  -" in december
    assert "year end" in december


@pytest.mark.usefixtures("draft")
def test_the_address_of_a_feed_is_personal(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://desk.example")
    one, other = intake("change", "calendar", "--url", "lee"), intake("change", "calendar", "--url", "Lou")
    assert one.out.startswith("https://desk.example/calendar/")
    assert one.out.endswith(".ics\n")
    assert one.out != other.out
    assert "for Lee alone" in one.err


def test_on_a_narrow_terminal_it_still_says_when_and_which() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=80, markup=False, highlight=False, color_system=None)
    when = "2098-12-18 18:00 to 2099-01-04 06:00 CET"
    row = [when, "HD-1001", "implementing", "moderate", "Reports, " * 9, "Process leads", "A wider report for everybody"]
    show_table(COLUMNS, [row], screen)
    assert isinstance(screen.file, io.StringIO)
    assert f"{when}  HD-1001  implementing  A wider" in screen.file.getvalue()

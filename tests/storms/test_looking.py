"""Looking at major incidents, and deciding about them, at the prompt; what reporters see on their own ticket."""

import os
import shutil
from pathlib import Path

import pytest

from intake.domain.deed import DissolveStorm, LeaveStorm, UpdateStorm
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.cli.at_the_prompt import Prompt
from tests.storms.stormy_desk import COFFEE, StormyDesk, policy
from tests.storms.test_by_hand import ROOT, ok


@pytest.fixture
def intake(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    for key in [key for key in os.environ if key.startswith("INTAKE_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("INTAKE_DATA_DIR", str(tmp_path))

    return Prompt(capsys)


@pytest.fixture
def stormy(sqlite_template: Path, tmp_path: Path) -> StormyDesk:
    copy = tmp_path / "desk.db"
    shutil.copy(sqlite_template, copy)
    return StormyDesk(store=SqlStore(f"sqlite:///{copy}"), policy=policy())


def test_no_major_incident_is_said_in_words(stormy: StormyDesk, intake: Prompt) -> None:
    assert intake("storms").out == "No major incident so far.\n"
    assert intake("storms", "--standing", "formed").out == "No major incident is formed.\n"


def test_the_list_says_what_waits_for_a_decision_and_how_to_make_it(stormy: StormyDesk, intake: Prompt) -> None:
    stormy.many_report(3)
    shown = intake("storms").out
    assert "proposed" in shown
    assert f"intake confirm-storm HD-{stormy.parent}" in shown
    (record,) = intake("storms", "--json").records
    assert record["standing"] == "proposed"
    assert (record["reports"], record["people"]) == (3, 3)
    assert intake("storms", "--standing", "over").out == "No major incident is over.\n"


def test_one_of_them_shows_its_reports_and_why_they_belong_to_it(stormy: StormyDesk, intake: Prompt) -> None:
    first, *_ = stormy.many_report(6)
    ok(stormy.does(LeaveStorm(reason="another site"), ROOT, ticket=first))
    shown = intake("storms", f"HD-{stormy.parent}").out
    assert "formed" in shown
    assert "100% like" in shown
    assert "another site" in shown
    assert "next update" in shown
    story = intake("storms", str(stormy.parent), "--json").record
    assert len(story["members"]) == 6  # type: ignore[arg-type]


def test_what_is_none_is_said(stormy: StormyDesk, intake: Prompt) -> None:
    alone = stormy.reports("p1")
    ran = intake("storms", f"HD-{alone}")
    assert ran.code == 1
    assert "is no major incident" in ran.err


def test_people_decide_at_the_prompt(stormy: StormyDesk, intake: Prompt) -> None:
    stormy.many_report(3)
    number = f"HD-{stormy.parent}"
    assert "3 people told" in intake("confirm-storm", number).out
    assert "3 people told" in intake("update-storm", number, "--text", "Soon.", "--next-update", "2999-01-01T10:00Z").out
    other = stormy.reports("p9", COFFEE)
    assert f"part of {number}" in intake("join-storm", f"HD-{other}", "--storm", number).out
    assert "stand alone" in intake("dissolve-storm", number, "--reason", "none").out
    assert "dissolved" in intake("storms").out


def test_an_update_is_found_on_the_reporters_own_ticket(stormy: StormyDesk) -> None:
    first, *_ = stormy.many_report(6)
    ok(stormy.does(UpdateStorm(text="The provider works on it."), ROOT, ticket=stormy.parent))
    with stormy.store.reading() as connection:
        (update,) = SqlReader(connection).answers_from_elsewhere(first)
    assert update.body == "The provider works on it."


def test_what_was_dissolved_is_listed_as_such(stormy: StormyDesk, intake: Prompt) -> None:
    stormy.many_report(6)
    ok(stormy.does(DissolveStorm(reason="a drill"), ROOT, ticket=stormy.parent))
    (record,) = intake("storms", "--standing", "dissolved", "--json").records
    assert record["reports"] == 0
    assert record["next_update_at"] is None

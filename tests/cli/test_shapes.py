"""The public contract: docs/shapes.md names exactly the keys that are printed."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from intake.domain.site_layer import LayerState
from tests.cli.at_the_prompt import Desk, Prompt, Record, broken, mail
from tests.cli.test_learn import kept

Printed: TypeAlias = Mapping[str, Record]
SHAPES = (Path(__file__).parents[2] / "docs" / "shapes.md").read_text("utf-8")
EXTENDS = {
    "Ticket story": "Ticket",
    "Queued ticket": "Ticket",
    "Ledger entry in full": "Ledger entry",
    "Change story": "Change",
    "Change in full": "Change story",
    "Agreement story": "Agreement",
}


def documented(title: str) -> set[str]:
    """The keys in the first column of the table under this heading, and of what it says it extends."""
    section = SHAPES.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    keys = {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
    return keys | (documented(EXTENDS[title]) if title in EXTENDS else set())


def first(of: Record, key: str) -> Record:
    found = of[key]
    assert isinstance(found, list)
    assert isinstance(found[0], dict)
    return found[0]


def inner(of: Record, key: str) -> Record:
    found = of[key]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def printed(desk: Desk, intake: Prompt, folder: Path) -> Printed:
    desk.receives(mail("The VPN is down for the whole office."))
    quarantined = desk.receives(mail(name="two@x"), parser=broken)
    (folder / "it.eml").write_bytes(mail())
    done = intake("note", "HD-1001", "--text", "seen", "--json").record
    intake("token", "create", "monitoring", "--role", "agent")
    story = intake("ticket", "HD-1001", "--json").record
    sla, queued = intake("ticket", "HD-1001", "--sla", "--json").record, intake("queue", "--json").record
    label = intake("classify", "the VPN is down", "--json").record
    kept(desk, "site-a", LayerState.ACTIVE)
    (folder / "past.csv").write_text("text,kind\nThe VPN is down,incident\n", "utf-8")
    return {
        "Ticket": intake("tickets", "--json").record,
        "Ticket story": story,
        "Message": first(story, "messages"),
        "Event": first(story, "events"),
        "Evidence": first(label, "evidence"),
        "Delivery": first(story, "deliveries"),
        "Work note": first(story, "notes"),
        "Deed done": done,
        "Receipt": inner(done, "receipt"),
        "Queue": intake("queues", "--json").record,
        "Queued ticket": queued,
        "Queued clock": first(queued, "clocks"),
        "Clocks": sla,
        "Clock": first(sla, "clocks"),
        "Stretch": first(first(sla, "clocks"), "stretches"),
        "Contact": intake("contact", "ann@customer.example", "--json").record,
        "Token": intake("token", "list", "--json").record,
        "Ledger entry": intake("ledger", "--json").records[0],
        "Ledger entry in full": intake("ledger", str(quarantined.id), "--json").record,
        "Replayed input": intake("replay", "--all", "--json").record,
        "Mail": intake("parse", "it.eml", "--json").record,
        "Label": label,
        "Layer": intake("learn", "--versions", "--json").record,
        "Layer in use": intake("learn", "--roll-back", "--json").record,
        "Imported history": intake("learn", "--history", "past.csv", "--json").record,
    }


def test_the_page_names_exactly_the_keys_that_are_printed(printed: Printed) -> None:
    assert {title: set(record) for title, record in printed.items()} == {title: documented(title) for title in printed}


@pytest.mark.usefixtures("staffed")
def test_the_page_names_exactly_the_keys_of_changes_and_agreements(desk: Desk, intake: Prompt) -> None:
    desk.receives(mail("Please make the report wider."))
    for line in (
        "relabel HD-1001 --category change_request",
        "change submit HD-1001",
        "change add-task HD-1001 --title x",
        "change plan-announcement HD-1001 --phase after --text x",
    ):
        assert intake(*line.split()).code == 0
    opening = "agreement open A --party P --starts 2026-01-01 --ends 2999-12-31 --hours 9h --spender cio --json"
    opened = intake(*opening.split())
    estimate = "change estimate HD-1001 --hours 1h --agreement A --json --as"
    done = intake(*estimate.split(), "Ben Okoro").record
    full, agreement = intake("change", "show", "HD-1001", "--json").record, intake("agreement", "show", "A", "--json").record
    printed = {
        "Deed done": done,
        "Change": intake("change", "list", "--json").record,
        "Change in full": full,
        "Task": first(full, "tasks"),
        "Announcement": first(full, "announcements"),
        "Change story": inner(intake("ticket", "HD-1001", "--json").record, "change"),
        "Agreement": intake("agreement", "list", "--json").record,
        "Agreement story": agreement,
        "Hours of a change": first(agreement, "by_change"),
        "Book line": first(agreement, "book"),
        "Agreement done": opened.record,
    }
    assert {title: set(record) for title, record in printed.items()} == {title: documented(title) for title in printed}
    assert set(inner(done, "change")) == documented("Change")


def test_a_delivery_in_the_outbox_names_its_ticket(printed: Printed, intake: Prompt) -> None:
    assert set(intake("outbox", "--json").records[0]) == documented("Delivery") | {"ticket"}


def test_an_event_in_the_log_names_its_ticket(printed: Printed, intake: Prompt) -> None:
    assert set(intake("events", "--json").records[0]) == documented("Event") | {"ticket"}


def test_the_ticket_of_a_deed_is_a_ticket(printed: Printed) -> None:
    assert set(inner(printed["Deed done"], "ticket")) == documented("Ticket")

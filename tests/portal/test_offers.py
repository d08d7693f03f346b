"""Which forms a page offers is a table: what the desk grants just now, and to whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.portal.form import Verb
from channels.portal.offers import offers
from channels.portal.standing import STANDINGS
from channels.portal.words import DONE, KINDS, PRIORITIES, Done
from intake.desk.policy_file.whole import read_policy
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.ticket import State, Ticket, Tier
from tests.desk.at_the_desk import MONDAY

POLICY = read_policy(None)
TICKET = Ticket(
    number=1042,
    kind=Kind.INCIDENT,
    category=Category.UNAVAILABLE,
    impact=Level.LOW,
    urgency=Level.LOW,
    priority=Priority.P4,
    state=State.NEW,
    tier=Tier.SUPPORT,
    assignment_group="support",
    contact_type="email",
    caller=1,
    short_description="Printer",
    opened_at=MONDAY,
    updated_at=MONDAY,
)
R, C, D, X, A = Verb.REPLY, Verb.CONFIRM, Verb.DISPUTE, Verb.REOPEN, Verb.ANSWER
LATE = POLICY.final.reopen_window + timedelta(seconds=1)

TABLE = [
    # what the ticket is                                              at once    after the window
    ({},                                                              {R},       {R}),
    ({"state": State.IN_PROGRESS},                                    {R},       {R}),
    ({"state": State.ON_HOLD},                                        {R},       {R}),
    ({"kind": Kind.NONE, "category": None},                           {R, A},    {R, A}),
    ({"final_response": 7},                                           {R, C, D}, {R, C, D}),
    ({"state": State.RESOLVED, "resolved_at": MONDAY},                {R, C, D}, {R, C}),
    ({"state": State.CLOSED, "resolved_at": MONDAY},                  {X},       {R}),
    ({"state": State.CLOSED, "kind": Kind.NONE, "closed_at": MONDAY}, {X},       {R}),
    ({"state": State.CANCELED, "closed_at": MONDAY},                  {R},       {R}),
    ({"state": State.CANCELED, "merged_into": 7},                     {R},       {R}),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "soon", "late"), TABLE)
def test_whoever_asked_is_offered_what_the_desk_would_grant(
    changed: dict[str, object], soon: set[Verb], late: set[Verb]
) -> None:
    ticket = replace(TICKET, **changed)  # type: ignore[arg-type] # a test names the fields it needs
    assert offers(ticket, is_caller=True, policy=POLICY, now=MONDAY) == soon
    assert offers(ticket, is_caller=True, policy=POLICY, now=MONDAY + LATE) == late


@pytest.mark.parametrize("changed", [row[0] for row in TABLE])
def test_whoever_watches_is_offered_a_message(changed: dict[str, object]) -> None:
    ticket = replace(TICKET, **changed)  # type: ignore[arg-type] # a test names the fields it needs
    assert offers(ticket, is_caller=False, policy=POLICY, now=MONDAY) == {R}


def test_there_are_words_for_everything() -> None:
    assert set(STANDINGS) == set(State)
    assert set(PRIORITIES) == set(Priority)
    assert set(DONE) == set(Done)
    assert set(KINDS) == set(Kind) - {Kind.NONE}

"""States and their transitions."""

from dataclasses import replace
from itertools import product

import pytest

from intake.desk.lifecycle import TRANSITIONS, move
from intake.domain.channel import Channel
from intake.domain.errors import IllegalTransition
from intake.domain.label import KIND_OF, Category, Kind, Level, Priority
from intake.domain.ticket import CONTACT_TYPE, SERVICENOW_STATE, State, Ticket, Tier, spoken, unspoken
from tests.desk.at_the_desk import MONDAY

A_TICKET = Ticket(
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
    caller=None,
    short_description="x",
    opened_at=MONDAY,
    updated_at=MONDAY,
)


def test_the_tables_are_total() -> None:
    assert TRANSITIONS.keys() == set(State) == SERVICENOW_STATE.keys()
    assert set(KIND_OF) == set(Category)
    assert set(CONTACT_TYPE) == set(Channel)


@pytest.mark.parametrize(("frm", "to"), list(product(State, State)))
def test_a_ticket_moves_only_as_the_table_says(frm: State, to: State) -> None:
    ticket = replace(A_TICKET, state=frm)
    if to in TRANSITIONS[frm]:
        assert move(ticket, to).state is to
    else:
        with pytest.raises(IllegalTransition, match=f"HD-1042 is {frm.value}"):
            move(ticket, to)


def test_servicenow_knows_the_states_by_number() -> None:
    assert [SERVICENOW_STATE[state] for state in State] == [1, 2, 3, 6, 7, 8]


@pytest.mark.parametrize("text", ["HD-1042", "hd-1042", "hd 1042", "HD1042", " 1042 "])
def test_a_number_is_understood_as_people_write_it(text: str) -> None:
    assert unspoken(text) == 1042
    assert spoken(1042) == "HD-1042"


@pytest.mark.parametrize("text", ["", "HD-", "XY-1042", "1042x", "HD-" + "9" * 13, "-5", "١٠٤٢"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert unspoken(text) is None

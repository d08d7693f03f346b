"""What happens on a card without a button, and is refused: whoever did it hears why, and nobody else."""

import pytest

from channels.slack.reading.naming import message_name, notes_of
from intake.domain.ticket import Ticket
from storage.store import SqlStore
from tests.slack.forms_desk import FormsDesk, forms_desk
from tests.slack.workspace import ANN, KIM, LEE, TRIAGE, Payload, message, reaction, ts


@pytest.fixture
def desk(sqlite_store: SqlStore) -> FormsDesk:
    return forms_desk(sqlite_store)


def with_card(desk: FormsDesk) -> Ticket:
    ticket = desk.asked()
    with desk.at.store.begin() as books:
        books.threads.bind([notes_of(message_name(TRIAGE, ts(0)))], ticket.number)
    return ticket


async def whispered(desk: FormsDesk, payload: Payload) -> list[tuple[str, str, object]]:
    """Room, person and words of all that was whispered on it."""
    receipt = desk.receives(payload)
    before = len(desk.api.state.calls)
    await desk.desktop.told(payload, receipt)
    found = [call.arguments for call in desk.api.state.calls[before:] if call.method == "chat.postEphemeral"]
    return [(str(one["channel"]), str(one["user"]), one["text"]) for one in found]


async def test_of_two_who_take_by_a_reaction_one_has_it_and_the_other_hears_who(desk: FormsDesk) -> None:
    ticket = with_card(desk)
    assert await whispered(desk, reaction("eyes", user=KIM, room=TRIAGE)) == []
    ((room, person, words),) = await whispered(desk, reaction("eyes", user=LEE, room=TRIAGE))
    assert (room, person) == (TRIAGE, LEE)
    assert "Kim" in str(words)
    assert desk.ticket(ticket.number).assigned_to == "Kim"


async def test_who_is_not_of_the_desk_hears_that_notes_are_not_theirs(desk: FormsDesk) -> None:
    ticket = with_card(desk)
    desk.speaks(ANN, "en")
    ((room, person, words),) = await whispered(desk, message("let me in", user=ANN, room=TRIAGE, at=ts(5), thread=ts(0)))
    assert (room, person) == (TRIAGE, ANN)
    assert "for the people of the help desk" in str(words)
    assert "let me in" not in str(desk.at.story(ticket.number).messages)


async def test_a_note_of_the_staff_is_answered_with_nothing(desk: FormsDesk) -> None:
    with_card(desk)
    assert await whispered(desk, message("toner is ordered", user=KIM, room=TRIAGE, at=ts(5), thread=ts(0))) == []


async def test_another_reaction_is_refused_in_silence(desk: FormsDesk) -> None:
    with_card(desk)
    assert await whispered(desk, reaction("tada", user=ANN, room=TRIAGE)) == []

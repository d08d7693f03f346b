"""The forms of whoever asks: a new request, and a change that somebody does not want."""

from collections.abc import Mapping

import pytest

from channels.slack.presses import Press
from intake.domain.label import Level
from intake.domain.receipt import Outcome
from intake.domain.ticket import spoken
from storage.store import SqlStore
from tests.slack.filling import Value
from tests.slack.forms_desk import PHONE, FormsDesk, fault_in, forms_desk, words_in
from tests.slack.workspace import ANN, command, file, shortcut_new


@pytest.fixture
def desk(sqlite_store: SqlStore) -> FormsDesk:
    return forms_desk(sqlite_store)


@pytest.mark.parametrize("how", ["command", "shortcut", "button"])
async def test_a_request_is_a_ticket_with_what_was_chosen_and_its_files(desk: FormsDesk, how: str) -> None:
    desk.speaks(ANN, "de-DE")
    asks: dict[str, Mapping[str, object]] = {"command": command(), "shortcut": shortcut_new()}
    view = await desk.shown_by(asks[how]) if how in asks else await desk.opens(Press.NEW_REQUEST, by=ANN)
    assert PHONE in words_in(view)
    assert "Worum geht es?" in words_in(view)
    values: dict[str, Value] = {"text": "Nobody can print", "hit": "all", "bad": "hinders", "files": [file()]}
    payload = desk.submitted(view, values, by=ANN)
    assert await desk.desktop.check(payload) is None
    receipt = desk.receives(payload)
    assert receipt.outcome is Outcome.OPENED
    assert await desk.desktop.answer(payload, receipt) is None
    ticket = desk.ticket(receipt.ticket)
    assert (ticket.impact, ticket.urgency, ticket.contact_type) == (Level.HIGH, Level.MEDIUM, "chat")
    with desk.at.store.looking() as reader:
        assert [fetch.file.name for fetch in reader.fetches(ticket.number)] == [file()["name"]]


async def test_a_request_without_words_is_none(desk: FormsDesk) -> None:
    view = await desk.opens(Press.NEW_REQUEST, by=ANN)
    assert fault_in(await desk.sends_off(view, {"text": " "}, by=ANN)) == "text: Please fill this in."


async def test_a_product_owner_sees_the_number_alone(desk: FormsDesk) -> None:
    ticket = desk.asked("The secret plan leaked")
    view = await desk.opens(Press.DECLINE, ticket, by=ANN, more="2")
    assert spoken(ticket.number) in words_in(view)
    assert "secret" not in words_in(view)
    assert fault_in(await desk.sends_off(view, {"reason": "too dear"}, by=ANN)).startswith("reason: ")

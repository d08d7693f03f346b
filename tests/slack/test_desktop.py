"""The words that somebody gets after a press, a command or a reaction: for them alone, and nothing internal for who asked."""

from dataclasses import replace

import pytest

from channels.slack.forms.form_words import words_of
from channels.slack.presses import Press, Pressed
from channels.slack.reading.naming import notes_of
from intake.domain.deed import Resolve, Take
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken
from storage.store import SqlStore
from tests.slack.forms_desk import FormsDesk, forms_desk
from tests.slack.workspace import ANN, EVE, HELP, KIM, LEE, TRIAGE, Payload, command, press, reaction, said, shortcut_make, ts


@pytest.fixture
def desk(sqlite_store: SqlStore) -> FormsDesk:
    return forms_desk(sqlite_store)


async def told(desk: FormsDesk, payload: Payload, receipt: Receipt | None) -> str:
    """What whoever pressed reads; empty where nothing is said."""
    desk.api.whispers.clear()
    await desk.desktop.told(payload, receipt)
    assert len(desk.api.whispers) <= 1
    return str(desk.api.whispers[0][1]["text"]) if desk.api.whispers else ""


async def after(desk: FormsDesk, what: Press, ticket: Ticket, *, by: str, more: str = "") -> str:
    payload = press(what, Pressed(ticket=ticket.number, seen=ticket.revision, more=more), user=by, action_ts=f"{desk.count}.1")
    desk.count += 1
    return await told(desk, payload, desk.receives(payload))


async def test_of_two_who_take_at_once_the_other_hears_who_has_it(desk: FormsDesk) -> None:
    ticket = desk.asked()
    assert await after(desk, Press.TAKE, ticket, by=KIM) == ""
    assert "Kim" in await after(desk, Press.TAKE, ticket, by=LEE)
    assert desk.ticket(ticket.number).assigned_to == "Kim"


async def test_whoever_does_not_work_here_takes_nothing_and_hears_no_reason_of_the_desk(desk: FormsDesk) -> None:
    desk.speaks(EVE, "de")
    said = await after(desk, Press.TAKE, desk.asked(), by=EVE)
    assert said == words_of("de").said.staff_only


async def test_a_stranger_decides_nothing_for_whoever_asked(desk: FormsDesk) -> None:
    ticket = desk.asked()
    desk.at.does(Resolve(text="There is paper again."), "Kim", ticket=ticket.number)
    assert await after(desk, Press.CONFIRM, ticket, by=EVE) == "Only the person whose request it is can do that."


async def test_yes_it_is_solved_is_thanked_for(desk: FormsDesk) -> None:
    ticket = desk.asked()
    desk.at.does(Take(), "Kim", ticket=ticket.number)
    desk.at.does(Resolve(text="There is paper again."), "Kim", ticket=ticket.number)
    desk.at.sends()
    assert spoken(ticket.number) in await after(desk, Press.CONFIRM, ticket, by=ANN)


async def test_a_question_that_was_answered_already_is_said_kindly(desk: FormsDesk) -> None:
    ticket = desk.asked()
    said = await after(desk, Press.KIND, ticket, by=ANN, more="incident")
    assert said == f"Thank you. {spoken(ticket.number)} has been sorted already."


async def test_a_page_that_comes_too_late_names_who_was_quicker(desk: FormsDesk) -> None:
    ticket = desk.asked()
    desk.at.does(Take(), "Kim", ticket=ticket.number)
    assert "Kim" in await after(desk, Press.ACKNOWLEDGE_PAGE, ticket, by=LEE, more="1")
    assert "Kim" not in await after(desk, Press.ACKNOWLEDGE_PAGE, ticket, by=KIM, more="1")


async def test_what_could_not_be_saved_is_said_also_while_the_store_is_away(desk: FormsDesk) -> None:
    ticket = desk.asked()
    payload = press(Press.TAKE, Pressed(ticket=ticket.number, seen=1))
    desk.library.away = True
    assert "could not be saved" in await told(desk, payload, None)
    assert "could not be saved" in await desk.desktop.command_answer(command("The printer"), None)


async def test_a_command_that_could_not_be_saved_gives_its_words_back(desk: FormsDesk) -> None:
    said = await desk.desktop.command_answer(command("The &lt;printer&gt; &amp; toner"), None)
    assert said.endswith("The &lt;printer&gt; &amp; toner")


async def test_a_command_is_answered_with_its_number(desk: FormsDesk) -> None:
    payload = command("The printer is out of paper")
    receipt = desk.receives(payload)
    assert spoken(receipt.ticket or 0) in await desk.desktop.command_answer(payload, receipt)


async def test_whoever_makes_a_ticket_of_a_message_hears_which(desk: FormsDesk) -> None:
    payload = shortcut_make(said("The printer is out of paper", room=HELP))
    receipt = Receipt(id=1, outcome=Outcome.OPENED, ticket=1042)
    assert await told(desk, payload, receipt) == "This message is a ticket now: HD-1042."
    assert "already" in await told(desk, payload, replace(receipt, outcome=Outcome.SUPPRESSED))
    assert "could not be saved" in await told(desk, payload, None)


async def test_what_our_own_code_fails_on_is_owned_up_to(desk: FormsDesk) -> None:
    failed = Receipt(id=1, outcome=Outcome.QUARANTINED, reason="KeyError: 'x'")
    payload = press(Press.CONFIRM, Pressed(ticket=1042, seen=1), user=ANN)
    assert await told(desk, payload, failed) == words_of("en").said.failed


async def test_a_word_that_slack_does_not_take_is_left(desk: FormsDesk) -> None:
    desk.api.state.refuses["response_url"] = "http_404"
    await desk.desktop.told(press(Press.TAKE, Pressed(ticket=1042, seen=1)), None)


def card_of(desk: FormsDesk, ticket: Ticket) -> str:
    """It is shown in the triage channel; the ts of it."""
    at = ts(40)
    with desk.at.store.begin() as books:
        books.threads.bind([notes_of(f"{TRIAGE}/{at}")], ticket.number)
    return at


async def test_the_reaction_for_done_brings_a_button_that_opens_the_form(desk: FormsDesk) -> None:
    ticket = desk.asked()
    at = card_of(desk, ticket)
    await desk.desktop.resolve_offered(reaction("white_check_mark", user=KIM, room=TRIAGE, at=at))
    (offer,) = desk.api.state.ephemeral
    assert (offer["channel"], offer["user"]) == (TRIAGE, KIM)
    assert f"Resolve {spoken(ticket.number)}" in str(offer["blocks"])


async def test_nobody_else_is_offered_it_and_nothing_that_is_over(desk: FormsDesk) -> None:
    ticket = desk.asked()
    at = card_of(desk, ticket)
    await desk.desktop.resolve_offered(reaction("white_check_mark", user=EVE, room=TRIAGE, at=at))
    await desk.desktop.resolve_offered(reaction("white_check_mark", user=KIM, room=TRIAGE, at=ts(41)))
    assert desk.api.state.ephemeral == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_words_of_each_language_have_the_same_places(language: str) -> None:
    english, other = words_of("en"), words_of(language)
    assert english.forms.keys() == other.forms.keys()
    for what, form in english.forms.items():
        assert form.labels.keys() == other.forms[what].labels.keys()
        assert len(other.forms[what].title) <= 24
        assert len(other.forms[what].submit) <= 24
    for name in english.said.__slots__:
        ours, theirs = str(getattr(english.said, name)), str(getattr(other.said, name))
        assert _places(ours) == _places(theirs), name


def _places(words: str) -> set[str]:
    return {part.partition("}")[0] for part in words.split("{")[1:]}

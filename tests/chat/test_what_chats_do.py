"""What becomes of what is said in a chat, beside where it belongs: who hears of it, what stays inside, what is sent once."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Thread

import pytest

from intake.domain.channel import AddressKind, Channel
from intake.domain.clock import ClockState
from intake.domain.deed import AcceptReply, ChooseTicket, Relabel, Reply, Resolve, Undo, Watch
from intake.domain.errors import Conflict, TooEarly
from intake.domain.event import Event, EventKind
from intake.domain.label import Kind, Level, Priority
from intake.domain.message import InboundMessage, Nature, ThreadKind
from intake.domain.notice import NoticeKind
from intake.domain.page import RunState
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.remote_file import Fetch, FetchState
from intake.domain.ticket import State
from intake.domain.ticket_message import Direction
from storage.store import SqlStore
from tests.chat.chat_desk import WHO, ChatDesk, chat_desk, named
from tests.desk.on_call import states, told
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]


def opened(desk: ChatDesk, text: str = "the printer is broken", label: str = "broken", room: str = "help") -> InboundMessage:
    message = desk.said("ann", text, room=room)
    assert desk.hears(message, label).outcome is Outcome.OPENED
    desk.sends()
    desk.at.clock.advance(minutes=5)
    return message


def the_ticket(desk: ChatDesk) -> int:
    (number,) = desk.numbers()
    return number


def says(desk: ChatDesk, who: str, text: str, root: InboundMessage, label: str = "none", files: int = 0) -> Receipt:
    return desk.hears(desk.said(who, text, room="help", thread=root.external_id, files=files), label)


def waiting(desk: ChatDesk) -> Sequence[Fetch]:
    with desk.at.store.looking() as reader:
        return reader.fetches(the_ticket(desk))


def last(desk: ChatDesk, kind: EventKind) -> Event:
    return told(desk.at, the_ticket(desk), kind)[-1]


def test_a_direct_answer_of_the_staff_is_not_sent_again_and_stops_the_response_clock(desk: ChatDesk) -> None:
    root = opened(desk)
    before = len(desk.told("ann"))
    assert says(desk, "kim", "Which one is it?", root).outcome is Outcome.APPLIED
    assert [one.reply for one in desk.told("ann")[before:] if one.reply is not None] == []
    written = desk.messages(the_ticket(desk))[-1]
    assert (written.direction, written.public, written.body) == (Direction.OUT, True, "Which one is it?")
    with desk.at.store.begin() as books:
        clocks = books.clocks.of(the_ticket(desk))
    assert clocks is not None
    assert clocks.response is not None
    assert clocks.response.state is ClockState.STOPPED


def test_whoever_watches_by_mail_hears_the_direct_answer(desk: ChatDesk) -> None:
    root = opened(desk)
    desk.at.does(Watch(kind=AddressKind.EMAIL, address="wim@customer.example"), "root", ticket=the_ticket(desk))
    says(desk, "kim", "Which one is it?", root)
    assert [one.copy for one in desk.mails_to("wim@customer.example") if one.reply is not None] == [True]


def test_files_of_a_direct_answer_are_fetched_into_it(desk: ChatDesk) -> None:
    root = opened(desk)
    says(desk, "kim", "", root, files=1)
    fetches = waiting(desk)
    assert [fetch.state for fetch in fetches] == [FetchState.WAITING]
    assert fetches[0].message == desk.messages(the_ticket(desk))[-1].id


def test_a_bystander_is_heard_by_whoever_has_the_ticket_and_changes_nothing(desk: ChatDesk) -> None:
    root = opened(desk)
    number = the_ticket(desk)
    before = desk.at.ticket(number)
    says(desk, "bob", "all is down here", root, label="burning")
    after = desk.at.ticket(number)
    assert (after.state, after.priority, after.final_response) == (before.state, before.priority, before.final_response)
    said = desk.messages(number)[-1]
    assert (said.body, said.public, said.held) == ("all is down here", True, False)
    notices = [one.notice for one in desk.at.story(number).deliveries if one.notice and one.notice.kind is NoticeKind.ADDITION]
    assert notices[-1].fields["by"] == WHO["bob"]
    assert "presses" in notices[-1].fields["why"]


def test_a_bystander_does_not_withdraw_a_final_response(desk: ChatDesk) -> None:
    root = opened(desk)
    desk.at.does(Resolve(text="There was paper in it."), "root", ticket=the_ticket(desk))
    says(desk, "bob", "mine is broken as well", root, label="broken")
    assert desk.at.ticket(the_ticket(desk)).final_response is not None
    desk.sends()
    assert desk.at.ticket(the_ticket(desk)).state is State.RESOLVED


def test_whoever_got_news_of_anothers_ticket_and_answers_it_waits_for_an_agent(desk: ChatDesk) -> None:
    """What they say to the desk alone is seen by nobody: it must not become public by itself."""
    opened(desk)
    number = the_ticket(desk)
    news = f"D{WHO['bob']}/{desk.moment(timedelta(hours=1))}"
    with desk.at.store.begin() as books:
        books.threads.bind([named(ThreadKind.CONVERSATION, news)], number)
    receipt = desk.hears(desk.said("bob", "Saturday does not suit us", thread=news))
    assert (receipt.outcome, receipt.ticket) == (Outcome.HELD, number)
    held = desk.messages(number)[-1]
    assert (held.held, held.public) == (True, False)
    desk.at.does(AcceptReply(message=held.id), "root", ticket=number)
    assert desk.messages(number)[-1].public


def test_a_note_under_a_card_is_inside_and_acknowledges_the_page(desk: ChatDesk) -> None:
    opened(desk, "the whole plant is down", "burning")
    number = the_ticket(desk)
    note = desk.said("kim", "on it, it is the fuser", room="triage", thread=desk.card(number), files=1)
    desk.at.clock.advance(minutes=5)
    assert desk.hears(note).outcome is Outcome.APPLIED
    story = desk.at.story(number)
    assert [one.text for one in story.notes] == ["on it, it is the fuser"]
    assert [one.author for one in story.notes] == ["Kim"]
    assert states(desk.at, number) == [RunState.ACKNOWLEDGED]
    assert not any(one.public for one in story.messages if "fuser" in one.body)
    assert len(waiting(desk)) == 1
    assert all("fuser" not in (one.notice.fields.get("text", "") if one.notice else "") for one in desk.told("ann"))


def test_a_thread_of_notes_is_no_conversation_of_its_ticket(desk: ChatDesk) -> None:
    opened(desk)
    number, card = the_ticket(desk), desk.card(the_ticket(desk))
    desk.at.clock.advance(minutes=5)
    desk.hears(desk.said("kim", "looks like the fuser", room="triage", thread=card, files=1))
    with desk.at.store.begin() as books:
        assert books.threads.bound([named(ThreadKind.CONVERSATION, card)]) == {}
    assert desk.at.ticket(number).state is State.NEW


def test_somebody_else_under_a_card_notes_nothing_and_can_be_told(desk: ChatDesk) -> None:
    opened(desk)
    card = desk.card(the_ticket(desk))
    receipt = desk.hears(desk.said("bob", "what is this?", room="triage", thread=card))
    assert (receipt.outcome, receipt.refusal) == (Outcome.SUPPRESSED, Refusal.FORBIDDEN)
    assert desk.at.story(the_ticket(desk)).notes == ()


def test_a_note_that_was_changed_is_noted_below(desk: ChatDesk) -> None:
    opened(desk)
    note = desk.said("kim", "it is the fusser", room="triage", thread=desk.card(the_ticket(desk)))
    desk.hears(note)
    desk.hears(desk.amended(note, "it is the fuser"))
    desk.hears(desk.amended(note, deleted=True))
    notes = [one.text for one in desk.at.story(the_ticket(desk)).notes]
    assert notes[0] == "it is the fusser"
    assert notes[1].endswith("it is the fuser")
    assert last(desk, EventKind.MESSAGE_WITHDRAWN).reason.startswith("a work note")


def test_an_edit_changes_the_words_and_keeps_the_former_ones(desk: ChatDesk) -> None:
    root = opened(desk, "the printer is brokn")
    desk.hears(desk.amended(root, "the printer on floor 3 is broken"), "broken")
    number = the_ticket(desk)
    assert desk.messages(number)[0].body == "the printer on floor 3 is broken"
    assert desk.at.ticket(number).short_description == "the printer on floor 3 is broken"
    assert last(desk, EventKind.MESSAGE_AMENDED).data["before"] == "the printer is brokn"


def test_an_edit_does_not_rename_what_a_person_has_judged_nor_make_it_urgent(desk: ChatDesk) -> None:
    root = opened(desk, "something is odd", "calm")
    number = the_ticket(desk)
    desk.at.does(Relabel(impact=Level.LOW, urgency=Level.MEDIUM), "root", ticket=number)
    judged = desk.at.ticket(number).priority
    desk.hears(desk.amended(root, "all is down"), "burning")
    assert desk.at.ticket(number).priority is judged


def test_an_edit_of_a_bystander_makes_nothing_urgent(desk: ChatDesk) -> None:
    root = opened(desk, "something is odd", "calm")
    words = desk.said("bob", "here too", room="help", thread=root.external_id)
    desk.hears(words)
    desk.hears(desk.amended(words, "all is down"), "burning")
    assert desk.at.ticket(the_ticket(desk)).priority is Priority.P4


def test_a_deleted_message_is_not_public_any_more_and_still_there(desk: ChatDesk) -> None:
    root = opened(desk)
    words = desk.said("ann", "my password is hunter2", room="help", thread=root.external_id)
    desk.hears(words)
    desk.hears(desk.amended(words, deleted=True))
    gone = desk.messages(the_ticket(desk))[-1]
    assert (gone.public, gone.body) == (False, "my password is hunter2")


def test_a_request_channel_begins_with_its_team(desk: ChatDesk) -> None:
    opened(desk, "the invoice run hangs", room="cio")
    ticket = desk.at.ticket(the_ticket(desk))
    assert ticket.assignment_group == "cio"
    assert "slack_channel" in last(desk, EventKind.ROUTED).reason


def test_who_marked_a_message_stands_on_its_timeline_and_its_author_asks(desk: ChatDesk) -> None:
    words = desk.said("ann", "the printer is broken", room="talk")
    desk.hears(desk.found(words, by="bob"), "broken")
    assert last(desk, EventKind.MARKED).actor == WHO["bob"]
    assert [one.notice.kind for one in desk.told("ann") if one.notice] == [NoticeKind.ACKNOWLEDGEMENT]
    assert desk.told("bob") == []


def test_a_marked_message_of_a_program_is_the_markers_and_is_read(desk: ChatDesk) -> None:
    words = desk.said("bot", "disk full on db-7", room="talk", nature=Nature.BOT)
    desk.hears(desk.found(words, by="bob"), "broken")
    number = the_ticket(desk)
    assert desk.messages(number)[0].author is not None
    assert desk.messages(number)[0].author.value == WHO["bob"]  # type: ignore[union-attr] # asserted above
    assert desk.at.ticket(number).kind is Kind.INCIDENT


def test_a_marked_message_that_cannot_be_read_is_a_ticket_that_says_so(desk: ChatDesk) -> None:
    words = desk.said("ann", "whatever", room="talk")
    desk.hears(desk.found(words, by="bob", why_not="the desk is not in that channel"))
    body = desk.messages(the_ticket(desk))[0].body
    assert "could not be read (the desk is not in that channel)" in body
    assert "https://" in body


def test_what_is_said_in_a_triage_channel_is_no_request_whoever_marks_it(desk: ChatDesk) -> None:
    words = desk.said("kim", "the printer again", room="triage")
    assert desk.hears(desk.found(words, by="sam")).outcome is Outcome.SUPPRESSED
    assert desk.numbers() == []


def test_what_comes_too_early_leaves_nothing_behind(desk: ChatDesk) -> None:
    young = f"C0HELP/{desk.moment()}"
    with pytest.raises(TooEarly):
        desk.hears(desk.said("bob", "it shows error 4", room="help", thread=young))
    with desk.at.store.looking() as reader:
        assert list(reader.ledger(limit=10)) == []


def test_a_chosen_ticket_gets_the_words_and_the_choice_can_be_undone(desk: ChatDesk) -> None:
    desk.hears(desk.said("ann", "the printer is broken"), "broken")
    desk.at.clock.advance(hours=1)
    desk.hears(desk.said("ann", "and it shows error 4"), "broken")
    first, second = desk.numbers()
    desk.does("ann", ChooseTicket(on=first), ticket=second)
    assert [one.body for one in desk.messages(first)][-1] == "and it shows error 4"
    assert desk.at.ticket(second).merged_into == first
    merged = next(one for one in desk.at.story(second).events if one.kind is EventKind.MERGED)
    desk.at.does(Undo(event=merged.id), "root", ticket=second)
    assert desk.at.ticket(second).merged_into is None


def test_a_human_who_answered_about_two_tickets_is_not_guessed_at(desk: ChatDesk) -> None:
    for text in ("the printer is broken", "I cannot log in to the VPN"):
        desk.hears(desk.said("ann", text), "broken")
        desk.sends()
        desk.at.clock.advance(hours=1)
    first, second = desk.numbers()
    for number in (first, second):
        desk.at.does(Reply(text="What does it say?", channel=Channel.SLACK), "root", ticket=number)
        desk.sends()
        desk.at.clock.advance(minutes=10)
    assert desk.hears(desk.said("ann", "error 4")).outcome is Outcome.OPENED


@pytest.mark.postgres
def test_two_replicas_that_hear_one_persons_messages_at_once_open_one_ticket(pg_database: str) -> None:
    one, other = SqlStore(pg_database), SqlStore(pg_database)
    here, there = chat_desk(one), chat_desk(other)
    messages = [here.said("ann", text, room="help") for text in ("hi", "the printer is broken", "it shows error 4", "help!")]
    threads = [
        Thread(target=_until_booked, args=(desk, part)) for part, desk in ((messages[::2], here), (messages[1::2], there))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(here.numbers()) == 1
    one.close()
    other.close()


def _until_booked(desk: ChatDesk, messages: Sequence[InboundMessage]) -> None:
    for message in messages:
        for _ in range(50):
            try:
                desk.hears(message, "broken")
            except Conflict:
                continue
            break

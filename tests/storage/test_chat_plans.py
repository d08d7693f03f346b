"""No question about chats reads a whole table but that of the few installations, and the index on what is said in them weighs
nothing on mail."""

from dataclasses import replace

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.message import ThreadKind
from storage.store import SqlStore
from tests.storage.chat_examples import A_LOOKUP, A_PERSON, A_ROOM, ANN, DIRECT, TEAM, install, said_in, slack_name, want
from tests.storage.examples import LATER, NOW, open_ticket
from tests.storage.test_query_plans import looked_at, own_store, plans_of, whole_tables

__all__ = ["own_store"]


def everything(books: UnitOfWork) -> None:
    number = open_ticket(books)
    message = said_in(books, number, f"{DIRECT}/1.1")
    books.threads.message_of(slack_name(f"{DIRECT}/1.1"))
    books.tickets.amend_message(message, body="It smokes.", full_body="It smokes.")
    books.texts.heard_last(ANN, NOW, Channel.SLACK)
    books.texts.answered_last(ANN, NOW, Channel.SLACK)
    books.chat.keep_room(A_ROOM)
    books.chat.keep_person(A_PERSON)
    books.chat.person_with("ann@corp.example")
    books.chat.keep_members("S1", [ANN])
    books.chat.keep_members("S1", [])
    books.chat.groups_of(ANN)
    want(books)
    for lookup in books.chat.claim(now=NOW, until=LATER, replica="one", limit=9):
        books.chat.save(lookup)
    want(books, replace(A_LOOKUP, subject="U9"))
    books.chat.release(NOW)
    books.installations.save(install(books))
    books.installations.of("E1", TEAM)
    books.installations.end("", TEAM, "app_uninstalled", NOW)
    books.installations.begin("state", LATER)
    books.installations.consume("state", NOW)


EXPECTED = {
    "FROM chat_people WHERE chat_people.mail": "ix_chat_people_mail (mail=?",
    "FROM chat_members WHERE chat_members.person": "ix_chat_members_person (person=?",
    "messages.channel = 'slack'": "ix_messages_chats (author=? AND at>?",
    "FROM deliveries WHERE deliveries.address": "ix_deliveries_last_sent (address=? AND sent_at>?",
    "FROM chat_lookups WHERE state": "ix_chat_lookups_due (due_at<?",
    "DELETE FROM chat_states WHERE chat_states.until": "ix_chat_states_until (until<?",
}


def test_every_question_about_chats_has_its_index(own_store: SqlStore) -> None:
    def act() -> None:
        with own_store.begin() as books:
            everything(books)

    plans = plans_of(own_store.engine, act)
    assert len(plans) > 15
    assert whole_tables(plans) == {}
    flat = {" ".join(statement.split()): " / ".join(plan) for statement, plan in plans.items()}
    for asked, index in EXPECTED.items():
        found = [plan for statement, plan in flat.items() if asked in statement]
        assert found, asked
        assert all(index in plan for plan in found), (asked, found)


def test_looking_at_chats_reads_no_whole_table(own_store: SqlStore) -> None:
    with own_store.begin() as books:
        everything(books)
        books.threads.bind([slack_name("C9/2.2", ThreadKind.NOTES)], open_ticket(books))
    for look in (
        lambda reader: reader.note_thread("slack", "C9/2.2"),
        lambda reader: reader.chat_message(f"{DIRECT}/1.1"),
        lambda reader: reader.person_with("ann@corp.example"),
        lambda reader: reader.groups_of(ANN),
        lambda reader: reader.lookups_waiting(),
    ):
        plans = looked_at(own_store, look)
        assert plans
        assert whole_tables(plans) == {}

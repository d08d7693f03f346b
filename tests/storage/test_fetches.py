"""Files that messages name: one replica at a time fetches each, and each lands on its message once."""

from dataclasses import replace

from intake.domain.message import Attachment
from intake.domain.remote_file import FetchState
from storage.store import SqlStore
from tests.storage.call_examples import MINUTE, name_file
from tests.storage.examples import A_FILE, A_MESSAGE, LATER, NOW, open_ticket, open_tickets, say

AUDIO = Attachment(name="recording.mp3", content_type="audio/mpeg", size=4, sha256="b" * 64, inline=False, content=b"beep")


def test_what_is_due_is_leased_to_one_replica_until_its_lease_ends(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        message = say(books, number)
        due = name_file(books, message, number)
        name_file(books, message, number, due_at=LATER)
    with store.begin() as books:
        (claimed,) = books.fetches.claim(now=NOW, until=NOW + MINUTE, replica="one", limit=9)
        assert claimed == replace(due, attempts=1)
        assert list(books.fetches.claim(now=NOW, until=LATER, replica="two", limit=9)) == []
    with store.begin() as books:
        (again,) = books.fetches.claim(now=NOW + MINUTE, until=LATER, replica="two", limit=9)
        assert again.attempts == 2


def test_what_a_crashed_process_had_begun_is_fetched_at_once_by_the_next(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        name_file(books, say(books, number), number)
        books.fetches.claim(now=NOW, until=LATER, replica="one", limit=9)
    with store.begin() as books:
        assert books.fetches.release(NOW) == 1
        assert len(books.fetches.claim(now=NOW, until=LATER, replica="two", limit=9)) == 1


def test_a_failed_try_comes_again_when_it_is_due_and_one_given_up_never(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        fetch = name_file(books, say(books, number), number)
        (claimed,) = books.fetches.claim(now=NOW, until=LATER, replica="one", limit=9)
        books.fetches.save(replace(claimed, due_at=NOW + MINUTE, error="503"))
        assert list(books.fetches.claim(now=NOW, until=LATER, replica="one", limit=9)) == []
        (claimed,) = books.fetches.claim(now=NOW + MINUTE, until=LATER, replica="one", limit=9)
        assert (claimed.attempts, claimed.error) == (2, "503")
        books.fetches.save(replace(claimed, state=FetchState.FAILED, error="404"))
        assert list(books.fetches.claim(now=LATER, until=LATER, replica="one", limit=9)) == []
    with store.looking() as reader:
        (shown,) = reader.fetches(number)
        assert (shown.id, shown.state, shown.error) == (fetch.id, FetchState.FAILED, "404")


def test_a_fetched_file_is_the_last_attachment_of_its_message_once(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        message = say(books, number, A_MESSAGE, A_FILE)
        fetch, other = name_file(books, message, number), name_file(books, message, number)
    with store.begin() as books:
        assert books.fetches.fetched(fetch, AUDIO)
        assert not books.fetches.fetched(fetch, AUDIO)
    with store.begin() as books:
        assert not books.fetches.fetched(fetch, AUDIO)
        assert books.fetches.fetched(other, AUDIO)  # the same picture twice in one text is two files
        books.fetches.save(replace(fetch, error="too late"))
        assert list(books.fetches.claim(now=LATER, until=LATER, replica="one", limit=9)) == []
    with store.looking() as reader:
        story = reader.story(number)
        assert story is not None
        assert [(file.position, file.name) for file in story.messages[0].attachments] == [
            (0, "fire.png"),
            (1, "recording.mp3"),
            (2, "recording.mp3"),
        ]
        found = reader.attachment(message, 1)
        assert found is not None
        assert found[1] == b"beep"
        assert [(one.state, one.error) for one in reader.fetches(number)] == [(FetchState.FETCHED, "")] * 2


def test_the_first_file_of_a_message_without_any_is_its_first_attachment(store: SqlStore) -> None:
    with store.begin() as books:
        number = open_ticket(books)
        message = say(books, number)
        assert books.fetches.fetched(name_file(books, message, number), AUDIO)
        assert [file.name for file in books.tickets.files(message)] == ["recording.mp3"]


def test_a_fetch_goes_with_its_message_to_another_ticket(store: SqlStore) -> None:
    with store.begin() as books:
        here, there = open_tickets(books, 2)
        message = say(books, here)
        name_file(books, message, here)
        books.tickets.move_message(message, there)
        (claimed,) = books.fetches.claim(now=NOW, until=LATER, replica="one", limit=9)
        assert claimed.ticket == there
    with store.looking() as reader:
        assert [fetch.ticket for fetch in reader.fetches(there)] == [there]
        assert list(reader.fetches(here)) == []

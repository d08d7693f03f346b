"""Reading what came of it: the ticket's story in the desk's store, the plain subject of a mail."""

from email.header import decode_header, make_header
from email.message import Message

from intake.domain.story import TicketStory
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.harness.desk_process import Setup
from tests.harness.mail_sink import Received
from tests.harness.patience import wait_until
from tests.mta.picky_sink import PickySink


def story_of(setup: Setup, number: int | None) -> TicketStory:
    assert number is not None
    store = SqlStore(setup.store_url)
    try:
        with store.reading() as connection:
            story = SqlReader(connection).story(number)
    finally:
        store.close()
    assert story is not None, f"there is no ticket {number}"
    return story


def subject_of(mail: Message) -> str:
    return str(make_header(decode_header(mail["Subject"])))


def answer_to(sink: PickySink, author: str) -> Received:
    """The one mail that the author gets."""
    wait_until(lambda: bool(sink.given_to(author)), f"{author} hears back")
    (answer,) = sink.given_to(author)
    return answer

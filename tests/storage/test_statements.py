"""A batch of mails goes to the database in a handful of statements, however many mails and people in copy there are."""

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from intake.desk.policy_file.whole import read_policy
from intake.domain.call import Ringing
from intake.domain.channel import Address, Channel
from intake.domain.message import InboundMessage, Nature, ThreadKind, ThreadRef
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.desk.at_the_desk import ANN, AtTheDesk, mail
from tests.storage import examples

DESK_ITSELF = examples.mail("desk@localhost")


@pytest.fixture
def desk(store: SqlStore) -> AtTheDesk:
    return AtTheDesk(store=store, policy=read_policy(None))


def statements(desk: AtTheDesk, said: list[InboundMessage]) -> int:
    """How many take in these messages, as the writer does; numbers that PostgreSQL hands out one by one are left out."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "nextval" not in statement:
            seen.append(statement)

    batch = [desk.understood(one) for one in said]
    event.listen(desk.store.engine, "before_cursor_execute", note)
    with desk.store.begin() as books:
        for incoming in batch:
            desk.desk.foresee(incoming, books)
        receipts = [desk.desk.enter(incoming, books) for incoming in batch]
    event.remove(desk.store.engine, "before_cursor_execute", note)
    assert {receipt.outcome for receipt in receipts} == {Outcome.OPENED}
    return len(seen)


def person(name: str) -> Address:
    return examples.mail(f"{name}@customer.example")


def new_mails(name: str, how_many: int, in_copy: int) -> list[InboundMessage]:
    return [
        mail(
            f"{name} {place}",
            author=person(f"{name}-{place}"),
            recipients=(DESK_ITSELF, *(person(f"copy-{place}-{nth}") for nth in range(in_copy))),
        )
        for place in range(how_many)
    ]


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("in_copy", [0, 1, 5])
def test_fifty_new_mails_take_no_more_statements_than_five(desk: AtTheDesk, in_copy: int, *, known: bool) -> None:
    for place in range(50 if known else 0):
        for nth in range(in_copy):
            desk.hears(mail("An earlier matter.", author=person(f"copy-{place}-{nth}")))
    few, many = statements(desk, new_mails("few", 5, in_copy)), statements(desk, new_mails("many", 50, in_copy))
    assert few <= 25
    assert many <= few


def test_people_in_copy_beyond_what_one_statement_can_ask_for_are_no_fault(desk: AtTheDesk) -> None:
    crowd = tuple(person(f"copy-{nth}") for nth in range(1200))
    assert statements(desk, [mail("To everybody.", author=ANN, recipients=(DESK_ITSELF, *crowd))]) <= 25


@pytest.mark.parametrize("like", ["calls", "texts"])
def test_fifty_new_callers_or_senders_of_texts_are_written_together(desk: AtTheDesk, like: str) -> None:
    """Each is looked up for itself, and none is written for itself."""
    of_some = [new_of(like, place) for place in range(50)]
    assert statements(desk, of_some) <= 50 * 4 + 25


def new_of(like: str, place: int) -> InboundMessage:
    number = examples.phone(f"+49151{place:08d}")
    if like == "texts":
        return mail(f"The printer {place} burns.", author=number, authentic=False, channel=Channel.SMS, known_as=())
    name = ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=f"CA{place}")
    ringing = Ringing(line="+4930901820")
    return mail("", author=number, channel=Channel.PHONE, external_id=name.value, known_as=(name,), ringing=ringing)


def test_fifty_new_alarms_are_looked_up_without_writing_each_on_its_own(desk: AtTheDesk) -> None:
    matters = [ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value=f"alert:{nth}") for nth in range(50)]
    alarms = [
        mail(f"{matter.value} is down", nature=Nature.ALERT, authentic=False, answers=(matter,), known_as=(matter,))
        for matter in matters
    ]
    assert statements(desk, alarms) <= 50 + 25

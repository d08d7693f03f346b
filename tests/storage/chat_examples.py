"""People, rooms and what is said there, for these tests."""

from dataclasses import replace
from datetime import datetime, timedelta

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.chat import Installation, Lookup, LookupKind, LookupState, Person, Room
from intake.domain.message import ThreadKind, ThreadRef
from tests.storage.examples import A_MESSAGE, NOW, say

ANN, BEN = "U0ANN00001", "U0BEN00001"
TEAM, OTHER_TEAM, ENTERPRISE = "T0HOME0001", "T0BRANCH01", "E0CORP0001"
DIRECT, HELP = "D0ANN00001", "C0HELP0001"
MINUTE = timedelta(minutes=1)
A_ROOM = Room(id=HELP, workspace=TEAM)
A_PERSON = Person(id=ANN, workspace=TEAM, name="Ann", mail="ann@corp.example", language="de", looked_up_at=NOW)
A_LOOKUP = Lookup(
    id=0, kind=LookupKind.PERSON, subject=ANN, workspace=TEAM, state=LookupState.WAITING, due_at=NOW, created_at=NOW
)
AN_INSTALLATION = Installation(
    id=0,
    enterprise="",
    workspace=TEAM,
    name="Home",
    bot_user="U0DESK0001",
    bot="B0DESK0001",
    scopes=("chat:write", "users:read"),
    sealed="sealed",
    installed_by=BEN,
    installed_at=NOW,
)


def slack_name(value: str, kind: ThreadKind = ThreadKind.MESSAGE_ID) -> ThreadRef:
    return ThreadRef(channel=Channel.SLACK, kind=kind, value=value)


def said_in(books: UnitOfWork, ticket: int, name: str, at: datetime = NOW, author: str = ANN) -> int:
    """A message that is known by this name, `D…/ts`; where that is empty, one from a form."""
    address = Address(kind=AddressKind.SLACK, value=author)
    message = say(books, ticket, replace(A_MESSAGE, channel=Channel.SLACK, author=address, at=at))
    if name:
        books.threads.bind([slack_name(name)], ticket, message)
    return message


def want(books: UnitOfWork, like: Lookup = A_LOOKUP) -> bool:
    return books.chat.want(replace(like, id=books.next_id()))


def install(books: UnitOfWork, like: Installation = AN_INSTALLATION) -> Installation:
    installation = replace(like, id=books.next_id())
    books.installations.add(installation)
    return installation

"""A real desk whose people press buttons and send forms off, through everything but the wire."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import resources

from channels.slack.desktop import Desktop
from channels.slack.json_value import Json
from channels.slack.presses import Press, Pressed
from channels.slack.reading.parse import parse
from intake.desk.chat.speaking import Speaking
from intake.desk.incoming import understand
from intake.desk.policy_file.whole import parse_policy
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.chat import Person
from intake.domain.errors import StoreUnavailable
from intake.domain.label import Label
from intake.domain.message import InboundMessage
from intake.domain.receipt import Receipt
from intake.domain.ticket import Ticket
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.desk.at_the_desk import MONDAY, AtTheDesk
from tests.slack.block_checker import check_view, texts_of
from tests.slack.direct_api import DirectApi
from tests.slack.filling import Value, filled_in
from tests.slack.workspace import ANN, KIM, LEE, TEAM, Payload, arrival, press, submission

PHONE = "+4930901820"
PEOPLE = f"""
[[agent]]
name = "Kim"
teams = ["support"]
mail = "kim@desk.example"
slack = "{KIM}"

[[agent]]
name = "Lee"
teams = ["support"]
mail = "lee@desk.example"
slack = "{LEE}"
"""


@dataclass
class FlakyLibrary:
    store: SqlStore
    away: bool = False

    def looking(self) -> AbstractContextManager[SqlReader]:
        if self.away:
            raise StoreUnavailable("the store is away")
        return self.store.looking()


@dataclass
class FormsDesk:
    at: AtTheDesk
    api: DirectApi = field(default_factory=DirectApi)
    count: int = 0

    def __post_init__(self) -> None:
        self.library = FlakyLibrary(self.at.store)
        speaking = Speaking(policy=self.at.policy)
        self.desktop = Desktop(self.api, self.library, self.at.policy, speaking, self.at.clock, phone=PHONE)

    def asked(
        self, text: str = "The printer on floor 3 is out of paper", *, by: str = ANN, label: Label | None = None
    ) -> Ticket:
        """Somebody asks in Slack; their ticket."""
        self.count += 1
        who = Address(kind=AddressKind.SLACK, value=by)
        name = f"trigger-{self.count}"
        said = InboundMessage(
            channel=Channel.SLACK,
            external_id=name,
            received_at=self.at.clock(),
            author=who,
            text=text,
            full_text=text,
            authentic=True,
        )
        return self.ticket(self.at.hears(said, label).ticket)

    def ticket(self, number: int | None) -> Ticket:
        return self.at.ticket(number)

    def speaks(self, person: str, language: str) -> None:
        known = Person(id=person, workspace=TEAM, name="x", language=language, looked_up_at=MONDAY)
        with self.at.store.begin() as books:
            books.chat.keep_person(known)

    def receives(self, payload: Mapping[str, object]) -> Receipt:
        incoming = understand(arrival(payload, at=self.at.clock()), parse, self.at.classifier)
        with self.at.store.begin() as books:
            return self.at.desk.receive(incoming, books)

    async def opens(self, what: Press, ticket: Ticket | None = None, *, by: str = KIM, more: str = "") -> Payload:
        """The form, as it stands before whoever pressed."""
        self.count += 1
        value = Pressed(ticket=ticket.number, seen=ticket.revision, more=more) if ticket is not None else None
        payload = press(what, value, user=by, trigger=f"trigger-{self.count}")
        return await self.shown_by(payload)

    async def chooses(self, more: str, ticket: Ticket, *, by: str = KIM) -> Payload:
        """The form behind an option of the menu of a card."""
        self.count += 1
        option = Pressed(ticket=ticket.number, seen=ticket.revision, more=more)
        return await self.shown_by(press(Press.MORE, option=option, user=by, trigger=f"trigger-{self.count}"))

    async def shown_by(self, payload: Mapping[str, object]) -> Payload:
        await self.desktop.opens(payload)
        view = list(self.api.state.views.values())[-1]
        check_view(view)
        return view

    async def sends_off(self, view: Payload, values: Mapping[str, Value], *, by: str = KIM) -> Json | None:
        """None where the form has closed. One that comes back stands in `view` then, under a new hash."""
        payload = self.submitted(view, values, by=by)
        if (faults := await self.desktop.check(payload)) is not None:
            return faults
        answer = await self.desktop.answer(payload, self.receives(payload))
        if answer is not None and answer["response_action"] == "update":
            again = answer["view"]
            assert isinstance(again, Mapping)
            check_view(again)
            self.count += 1
            known = {"id": view["id"], "hash": f"{self.count}.again"}
            view.clear()
            view.update(again)
            view.update(known)
        return answer

    def submitted(self, view: Payload, values: Mapping[str, Value], *, by: str = KIM) -> Payload:
        what = str(view["callback_id"]).removeprefix("desk/")
        return submission(
            what,
            filled_in(view, values),
            private=str(view["private_metadata"]),
            user=by,
            view_id=str(view["id"]),
            hash=str(view["hash"]),
        )


def forms_desk(store: SqlStore) -> FormsDesk:
    shipped = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
    policy = parse_policy(f"{shipped}\n{PEOPLE}", "desk.toml")
    return FormsDesk(at=AtTheDesk(store=store, policy=policy, senders=(Channel.EMAIL, Channel.SLACK)))


def words_in(view: object) -> str:
    return "\n".join(texts_of(view))


def written_in(view: Payload, name: str) -> object:
    """What stands in a field that somebody opens."""
    for block in view["blocks"]:  # type: ignore[attr-defined] # a view has blocks
        if str(block.get("block_id", "")).partition("/")[0] == name:
            element = block["element"]
            return element.get("initial_value") or element.get("initial_option", {}).get("value")
    raise AssertionError(f"no {name}")


def fault_in(answer: Json | None) -> str:
    """The one fault that a form shows at a field, and which field that is."""
    assert answer is not None
    assert answer["response_action"] == "errors"
    errors = answer["errors"]
    assert isinstance(errors, Mapping)
    ((block, says),) = errors.items()
    return f"{str(block).partition('/')[0]}: {says}"

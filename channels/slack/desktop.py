"""What people see in Slack before they say something and after: forms, their home, a word in return. Nothing here is kept."""

import structlog

from channels.slack.afterwards import after_command, after_event, after_marking, after_press, is_marking
from channels.slack.blocks.parts import actions, button, section
from channels.slack.forms.opening import Opening
from channels.slack.forms.sent_off import SentOff
from channels.slack.home import at_home, home_view
from channels.slack.json_value import Json, inside, text
from channels.slack.onlooker import KnowsStaff, Onlooker, Onlookers, person_of
from channels.slack.pressed import press_and_value
from channels.slack.presses import Press, Pressed
from channels.slack.reading.naming import installed_at, message_name
from channels.slack.vendor.api import Api, SlackFault
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library, Reader
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt
from intake.domain.ticket import Ticket, spoken

log = structlog.get_logger()


class Desktop:
    """`phone` is the number that people are told to call with what is urgent; empty where there is none. What Slack refuses to
    show is logged and left: whatever was to be kept is kept."""

    def __init__(
        self, api: Api, library: Library, policy: Policy, speaking: KnowsStaff, clock: Clock, *, phone: str = ""
    ) -> None:
        self._api = api
        self._onlookers = Onlookers(library, policy, speaking)
        self._opening = Opening(api, self._onlookers, phone)
        self._sent_off = SentOff(self._onlookers, clock, phone)

    async def opens(self, payload: Json) -> None:
        """A button, a shortcut, or a command without words."""
        if not await self._opening.opens(payload):
            words = await self._onlookers.words_for(person_of(payload))
            await self._whisper(payload, words.said.press_again)

    async def home(self, payload: Json) -> None:
        """Raises StoreUnavailable."""
        person = person_of(payload)
        view = await self._onlookers.look(person, lambda reader, who: home_view(at_home(reader, who), who.words))
        try:
            await self._api.call("views.publish", installed_at(payload), {"user_id": person, "view": view})
        except SlackFault as fault:
            log.warning("slack.home_not_shown", code=fault.code)

    async def resolve_offered(self, payload: Json) -> None:
        """A reaction has no trigger: whoever of the staff sets it on a card gets a button that opens the form. Raises
        StoreUnavailable."""
        person = person_of(payload)
        room, stamp = text(payload, "event", "item", "channel"), text(payload, "event", "item", "ts")

        def of_card(reader: Reader, onlooker: Onlooker) -> tuple[Ticket | None, Onlooker]:
            number = reader.note_thread(Channel.SLACK, message_name(room, stamp)) if onlooker.agent is not None else None
            return (_ticket(reader, number) if number is not None else None), onlooker

        ticket, onlooker = await self._onlookers.look(person, of_card)
        if ticket is None or ticket.state not in OPEN:
            return
        said, number = onlooker.words.said, spoken(ticket.number)
        says = said.resolve_offered.format(number=number)
        pressed = Pressed(ticket=ticket.number, seen=ticket.revision)
        offer = button(Press.RESOLVE, said.resolve.format(number=number), pressed, "primary")
        arguments = {"channel": room, "user": person, "text": says, "blocks": [section(says), actions(offer)]}
        try:
            await self._api.call("chat.postEphemeral", installed_at(payload), arguments)
        except SlackFault as fault:
            log.warning("slack.resolve_not_offered", code=fault.code)

    async def told(self, payload: Json, receipt: Receipt | None) -> None:
        """After a press, or the shortcut on a message; of an event only what was refused."""
        words = await self._in_return(payload, receipt)
        if words and "event" in payload:
            await self._whisper_there(payload, words)
        elif words:
            await self._whisper(payload, words)

    async def check(self, payload: Json) -> Json | None:
        return self._sent_off.check(payload)

    async def answer(self, payload: Json, receipt: Receipt | None) -> Json | None:
        return await self._sent_off.answer(payload, receipt)

    async def command_answer(self, payload: Json, receipt: Receipt | None) -> str:
        """Markup."""
        return after_command(payload, receipt, await self._onlookers.words_for(person_of(payload)))

    async def _in_return(self, payload: Json, receipt: Receipt | None) -> str:
        _, value = press_and_value(payload)

        def say(reader: Reader, onlooker: Onlooker) -> str:
            if "event" in payload:
                return after_event(payload, receipt, onlooker)
            if is_marking(payload):
                return after_marking(receipt, onlooker.words)
            return after_press(payload, receipt, onlooker, _ticket(reader, value.ticket) if value is not None else None)

        try:
            return await self._onlookers.look(person_of(payload), say)
        except StoreUnavailable:
            return self._onlookers.words.said.press_not_saved if receipt is None else ""

    async def _whisper(self, payload: Json, words: str) -> None:
        """Once: Slack takes few answers to one press. A shortcut that is on nothing has no address for them."""
        url = text(payload, "response_url")
        if not url:
            return
        body = {"response_type": "ephemeral", "replace_original": False, "text": words}
        try:
            await self._api.post_json(url, body)
        except SlackFault as fault:
            log.warning("slack.word_not_shown", code=fault.code)

    async def _whisper_there(self, payload: Json, words: str) -> None:
        """Where it happened: an event has no address for an answer."""
        event = inside(payload, "event")
        room = text(event, "channel") or text(event, "item", "channel")
        arguments = {"channel": room, "user": person_of(payload), "text": words}
        if thread := text(event, "thread_ts"):
            arguments["thread_ts"] = thread
        try:
            await self._api.call("chat.postEphemeral", installed_at(payload), arguments)
        except SlackFault as fault:
            log.warning("slack.word_not_shown", code=fault.code)


def _ticket(reader: Reader, number: int) -> Ticket | None:
    found = reader.tickets(before=number + 1, limit=1)
    return found[0].ticket if found and found[0].ticket.number == number else None

"""Hands over what leaves by Slack: answers and notices where people read them, cards and news where only the desk does."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from channels.slack.blocks.post import Post
from channels.slack.homes import Homes, Workspaces, one_token
from channels.slack.json_value import text
from channels.slack.outgoing.answer import Said, answer
from channels.slack.outgoing.card import card
from channels.slack.outgoing.destination import Destination, card_room, destination_of, in_person
from channels.slack.outgoing.half_sent import CLOCKS_DIFFER, HalfSent
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.outgoing.news import news
from channels.slack.outgoing.notices import notice
from channels.slack.outgoing.pacing import PacedApi, Pacing
from channels.slack.outgoing.public import public_of
from channels.slack.outgoing.rooms import Rooms
from channels.slack.vendor.api import Api, SlackFault
from channels.slack.vendor.errors import ROOM_GONE, Fault, delivery_error, meaning, person_gone
from channels.slack.vendor.upload import UploadedFile, upload
from intake.desk.outbound import Outbound
from intake.domain.delivery import Delivery, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.mirror import Mirror

MOST_REMEMBERED = 1_000
AT_ONCE = timedelta(seconds=30)  # so soon after its ticket was opened, and before anything was done, it is the first try
_FOR_CARDS = timedelta(hours=1)  # an earlier refresh of the same mirror may have posted it
_NO_CARD = frozenset({"message_not_found", "cant_update_message"})  # deleted, or of an app that the desk is no more
_CARD_FIRST = 5.0  # seconds that news wait for the card under which they belong

log = structlog.get_logger()


class SlackSender:
    """`clock` in seconds from any beginning. `close` ends what the API holds open. `workspaces` are those that have the desk;
    none where it has one token for all."""

    def __init__(
        self,
        api: Api,
        letterhead: SlackLetterhead,
        *,
        clock: Callable[[], float] = time.monotonic,
        close: Callable[[], Awaitable[None]] | None = None,
        workspaces: Workspaces = one_token,
    ) -> None:
        self._pacing = Pacing(clock)
        self._api = PacedApi(api, self._pacing)
        self._letterhead = letterhead
        self._rooms = Rooms(self._api, clock)
        self._homes = Homes(self._api, workspaces, clock)
        self._half_sent = HalfSent(api=self._api, keys=letterhead.keys)
        self._close = close
        self._posted: dict[int, str] = {}  # by delivery: what stands in Slack already while the rest of it waits

    async def send(self, outbound: Outbound) -> SentRef:
        """`C…/ts` of the message; empty for a card that is over before it was ever shown."""
        try:
            if outbound.mirror is None:
                return await self._to_person(outbound)
            if outbound.delivery.notice is None:
                return await self._card(outbound, outbound.mirror)
            return await self._under_card(outbound, outbound.mirror)
        except SlackFault as fault:
            raise self._told(fault, outbound) from fault

    async def close(self) -> None:
        if self._close is not None:
            await self._close()

    def _told(self, fault: SlackFault, outbound: Outbound) -> DeliveryError:
        kind, says = meaning(fault.code)
        if kind is Fault.OURS:
            log.error("slack.refuses_us", code=fault.code, method=fault.method, needs=fault.needs, why=says)
        return delivery_error(fault, begun=outbound.delivery.id in self._posted)

    async def _to_person(self, outbound: Outbound) -> SentRef:
        """To whoever asked, in the conversation that is answered; else, and where that is no more, by a direct message."""
        where = destination_of(outbound)
        try:
            return await self._to_one(where, outbound)
        except SlackFault as fault:
            alone = in_person(where, outbound.delivery.address)
            if alone is None or fault.code not in ROOM_GONE or outbound.delivery.id in self._posted:
                raise
            log.info("slack.room_gone", room=where.room, code=fault.code, delivery=outbound.delivery.id)
        return await self._to_one(alone, outbound)

    async def _to_one(self, where: Destination, outbound: Outbound) -> SentRef:
        try:
            return await self._said(where, outbound)
        except SlackFault as fault:
            if fault.code != "account_inactive" or not where.direct:
                raise
            await self._api.call("auth.test", where.workspace, {})  # or else it is the desk's own account
            raise person_gone() from fault

    async def _said(self, where: Destination, outbound: Outbound) -> SentRef:
        made = self._rendered(outbound, where)
        where = await self._at_home(where)
        if not where.room:
            where = replace(where, room=await self._rooms.direct(where.workspace, where.person))
        look = outbound.delivery.attempts > 1
        ts = self._posted.get(outbound.delivery.id) or await self._post(where, made, outbound, look=look)
        await self._attach(where, where.thread or ts, made, outbound, ts, look=look)
        return SentRef(value=f"{where.room}/{ts}")

    def _rendered(self, outbound: Outbound, where: Destination) -> Post:
        """What is internal is rendered for direct messages alone: `destination_of` sends it nowhere else."""
        reply, said = outbound.reply, outbound.delivery.notice
        if reply is not None:
            if not reply.public:
                raise DeliveryError("This message is for the desk's own people alone", permanent=True)
            names = tuple(file.name for file in outbound.files)
            words = Said(text=reply.body, resolves=outbound.resolves, files=names)
            return answer(words, public_of(outbound, where, self._letterhead))
        if said is None:
            raise DeliveryError("There is nothing to say", permanent=True)
        return notice(public_of(outbound, where, self._letterhead)) if said.kind.public else news(outbound, self._letterhead)

    async def _attach(self, where: Destination, thread: str, made: Post, outbound: Outbound, ts: str, *, look: bool) -> None:
        """The files of an answer, into its thread; those that an earlier try has left there are not sent again."""
        files = [UploadedFile(name=made.whole.name, content=made.whole.content)] if made.whole is not None else []
        files += [UploadedFile(name=file.name, content=file.content) for file in outbound.files]
        if not files:
            return
        self._remember(outbound.delivery.id, ts)
        if look:
            there = await self._half_sent.files_there(where, thread, ts, outbound.delivery)
            files = [file for file in files if file.name not in there]
        await upload(self._api, where.workspace, files, room=where.room, thread=thread)
        self._posted.pop(outbound.delivery.id, None)

    async def _card(self, outbound: Outbound, mirror: Mirror) -> SentRef:
        """What is over says so wherever it stands; everything else needs a private channel of the desk's own."""
        if mirror.over and not mirror.ref:
            return SentRef(value="")
        where, made = await self._at_home(card_room(outbound, mirror.address)), card(outbound, self._letterhead)
        room, _, ts = mirror.ref.partition("/")
        if mirror.over:
            await self._updated(replace(where, room=room), ts, made, outbound.delivery)
            return SentRef(value=mirror.ref)
        await self._rooms.demand_private(where.workspace, where.room)
        try:
            if ts and await self._updated(replace(where, room=room), ts, made, outbound.delivery):
                return SentRef(value=mirror.ref)
            return SentRef(value=f"{where.room}/{await self._new_card(where, made, outbound)}")
        except SlackFault as fault:
            if fault.code not in ROOM_GONE:
                raise
            raise self._rooms.refused(where.workspace, where.room, fault) from fault

    async def _at_home(self, where: Destination) -> Destination:
        """Somebody on call, or a triage channel, need not have said anything yet, so that the desk would know whose they
        are."""
        return where if where.workspace else replace(where, workspace=await self._homes.of(where.room or where.person))

    async def _new_card(self, where: Destination, made: Post, outbound: Outbound) -> str:
        """Its ts. One that was left there half an hour ago, because it went to another team and came back, is not it."""
        delivery, ticket = outbound.delivery, outbound.ticket
        late = ticket.revision > 0 or delivery.created_at - ticket.opened_at > AT_ONCE
        if late or delivery.attempts > 1:
            since = delivery.created_at - _FOR_CARDS
            found = await self._half_sent.find(where, delivery, since, outbound.elsewhere)
            if found and await self._updated(where, found, made, delivery):
                return found
        return await self._post(where, made, outbound, look=False)

    async def _updated(self, where: Destination, ts: str, made: Post, delivery: Delivery) -> bool:
        """False where it is no more."""
        arguments = {
            "channel": where.room,
            "ts": ts,
            "text": made.text,
            "blocks": made.blocks,
            "metadata": self._half_sent.mark(delivery),
        }
        try:
            await self._api.call("chat.update", where.workspace, arguments)
        except SlackFault as fault:
            if fault.code not in _NO_CARD:
                raise
            return False
        return True

    async def _under_card(self, outbound: Outbound, mirror: Mirror) -> SentRef:
        room, _, thread = mirror.ref.partition("/")
        if not thread:
            says = "waiting: its card has not been posted yet"
            raise DeliveryError(says, permanent=False, retry_after=_CARD_FIRST, tried=False)
        where = replace(await self._at_home(card_room(outbound, room)), thread=thread)
        await self._rooms.demand_private(where.workspace, room)
        made = news(outbound, self._letterhead)
        try:
            ts = await self._post(where, made, outbound, look=outbound.delivery.attempts > 1)
        except SlackFault as fault:
            if fault.code not in ROOM_GONE or fault.code == "thread_not_found":  # somebody has deleted the card
                raise
            raise self._rooms.refused(where.workspace, room, fault) from fault
        return SentRef(value=f"{room}/{ts}")

    async def _post(self, where: Destination, made: Post, outbound: Outbound, *, look: bool) -> str:
        """Its ts. Where an earlier try may have got through, that is looked for first."""
        delivery = outbound.delivery
        if look and (found := await self._left_there(where, outbound)):
            return found
        self._pacing.demand_slot(where.room, delivery.id, urgent=delivery.urgent)
        arguments = {
            "channel": where.room,
            "text": made.text,
            "blocks": made.blocks,
            "thread_ts": where.thread or None,
            "metadata": self._half_sent.mark(delivery),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        ts = text(await self._api.call("chat.postMessage", where.workspace, arguments), "ts")
        if not ts:
            raise SlackFault("http_200", method="chat.postMessage")
        return ts

    async def _left_there(self, where: Destination, outbound: Outbound) -> str:
        """A page does not wait for a list that Slack cannot give: twice is better than never."""
        delivery = outbound.delivery
        try:
            return await self._half_sent.find(where, delivery, delivery.created_at - CLOCKS_DIFFER)
        except SlackFault as fault:
            if not delivery.urgent:
                raise
            log.warning("slack.no_list", delivery=delivery.id, why=fault.code)
            return ""

    def _remember(self, delivery: int, ts: str) -> None:
        self._posted[delivery] = ts
        while len(self._posted) > MOST_REMEMBERED:
            del self._posted[next(iter(self._posted))]

"""Looks every few seconds whether the desk is well; rings when it is not, once for each trouble, and once when that is over."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog

from channels.email.imap.settings import imap_account_of
from channels.email.post import signer_of
from channels.email.settings import Relay, relay_of
from channels.serve.alarm_bell import AlarmBell
from channels.serve.canary import let_fly
from channels.serve.compose import Parts
from channels.serve.meters import Meters
from channels.serve.writer import Writer
from intake.desk.alarm import Alarm, alarm_of_row, outbox_alarm, row_name
from intake.desk.gate import cap_of
from intake.desk.phone_health import PhoneHealth
from intake.desk.ports import UnitOfWork
from intake.desk.slack_health import SOCKET, SlackHealth
from intake.desk.watch import AWAITED, DESK, GATE, MAILBOX, QUARANTINE, TOLD_OF_QUARANTINE, Watch
from intake.desk.watch_words import blind
from intake.domain.channel import Channel
from intake.domain.held import WhichHeld
from intake.domain.watched import Watched
from storage.held import SqlHeld
from storage.watching import left_since, look

LOOK_EVERY = 10.0  # seconds
NOTED_EVERY = timedelta(minutes=1)  # that something was heard of
TELL_AGAIN = timedelta(hours=1)  # of what came into quarantine since
LAG = timedelta(seconds=15)  # what is written may be committed so late
MOST_COUNTED = 10_000
BLIND_FOR = timedelta(minutes=2)
STORE = "store"
CANARY_LEFT = "canary left"

log = structlog.get_logger()


class Watchdog:
    def __init__(
        self,
        parts: Parts,
        writer: Writer,
        bell: AlarmBell,
        meters: Meters,
        channels: Collection[Channel],
        look_every: float = LOOK_EVERY,
        phone: Callable[[], PhoneHealth] | None = None,
        slack: Callable[[], SlackHealth] | None = None,
    ) -> None:
        """By `channels` something leaves; `phone` is what its vendor said last, `slack` how that is, where there is one."""
        email = parts.settings.email
        self._parts = parts
        self._writer = writer
        self._bell = bell
        self._meters = meters
        self._channels = channels
        self._look_every = look_every
        self._relay: Relay | None = relay_of(email.smtp_relay) if email.smtp_relay else None
        self._signer = signer_of(email)
        self._failures: dict[str, str] = {}
        self._watch = Watch(
            policy=parts.policy,
            since=parts.clock(),
            mailboxes=[imap_account_of(url.get_secret_value()).name for url in email.imap],
            poll=timedelta(seconds=email.imap_poll_seconds),
            canaries=email.mail_address if self._relay is not None else (),
            channels=channels,
            failures=self._failures,
            phone=phone,
            slack=slack,
        )
        self._slack = slack
        self._has_begun = False
        self._suspected: set[str] = set()  # wrong at the last look: a machine that slept finds everything late when it wakes
        self._looked: dict[str, datetime] = {}
        self._noted: dict[str, datetime] = {}
        self._counted_until = parts.clock() - LAG
        self._blind_since: datetime | None = None
        self._told_blind = False
        self._flying: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()

    def looked(self, mailbox: str) -> None:
        """That went well. From any thread."""
        self._looked[mailbox] = self._parts.clock()
        self._failures.pop(mailbox, None)

    def failed(self, mailbox: str, why: str) -> None:
        """That did not. From any thread."""
        self._failures[mailbox] = why

    async def run(self) -> None:
        while not self._stop.is_set():
            try:
                await self.look()
                self._sees_again()
            except Exception as fault:  # whatever it is, somebody must look when it is over
                if self._stop.is_set():  # the desk closes, its store with it
                    return
                log.warning("watch.away", why=str(fault))
                self._is_blind(str(fault))
            try:
                await asyncio.wait_for(self._stop.wait(), self._look_every)
            except TimeoutError:
                continue

    async def stop(self, grace: float) -> None:
        self._stop.set()
        for task in self._flying:
            task.cancel()
        await self._bell.close(grace)

    def _is_blind(self, why: str) -> None:
        """A store that is away cannot say that another replica has told it: each of them tells."""
        now = self._parts.clock()
        self._blind_since = self._blind_since or now
        if not self._told_blind and now - self._blind_since >= BLIND_FOR:
            self._told_blind = True
            self._bell.ring(blind(STORE, self._blind_since, now, why))

    def _sees_again(self) -> None:
        if self._told_blind and self._blind_since is not None:
            self._bell.over(STORE, self._blind_since, "")
        self._blind_since, self._told_blind = None, False

    async def look(self) -> None:
        now = self._parts.clock()
        if not self._has_begun:
            await self._begin(now)
        # Also when there is nothing else to write: a full disk lets itself be read.
        await self._writer.run(lambda books: books.signs.take_turn(DESK, now, NOTED_EVERY))
        await self._note_mailboxes()
        if self._slack is not None and self._slack().socket_up:
            await self._writer.run(lambda books: books.signs.take_turn(SOCKET, now, NOTED_EVERY))
        await self._let_canaries_fly(now)
        seen = await asyncio.to_thread(self._see, now)
        wrong = {alarm.name: alarm for alarm in self._watch.wrong(seen, now)}
        standing = {
            name: sign.silent_since
            for sign in seen.signs.values()
            if (name := alarm_of_row(sign.name)) is not None and sign.silent_since is not None
        }
        for name, alarm in wrong.items():
            if name not in standing and name in self._suspected:
                await self._raise(alarm, now)
            elif name in standing and name == QUARANTINE and seen.newly_quarantined:
                await self._tell_again(alarm, now)
        self._suspected = set(wrong)
        for name, since in standing.items():
            if name not in wrong and self._watch.is_over(name, since, seen, now):
                await self._end(name, now)

    async def _begin(self, now: datetime) -> None:
        anew = await asyncio.to_thread(self._awaited_anew, now)

        def note(books: UnitOfWork) -> None:
            for name in anew:
                books.signs.saw(f"{AWAITED}{name}", self._watch.since)

        await self._writer.run(note)
        self._has_begun = True

    def _awaited_anew(self, now: datetime) -> Sequence[str]:
        seen = self._see(now)
        with self._parts.store.reading() as connection:
            left = [
                stuck.channel
                for stuck in seen.stuck
                if left_since(connection, stuck.channel, self._watch.begun(outbox_alarm(stuck.channel), seen))
            ]
        return self._watch.awaited_anew(seen, left)

    async def _raise(self, alarm: Alarm, now: datetime) -> None:
        def is_news(books: UnitOfWork) -> bool:
            if alarm.name == QUARANTINE:
                books.signs.saw(TOLD_OF_QUARANTINE, now)
            return books.signs.fell_silent(row_name(alarm.name), now)

        if await self._writer.run(is_news):
            self._bell.ring(alarm)

    async def _tell_again(self, alarm: Alarm, now: datetime) -> None:
        if await self._writer.run(lambda books: books.signs.take_turn(TOLD_OF_QUARANTINE, now, TELL_AGAIN)):
            self._bell.ring(alarm)

    async def _end(self, name: str, now: datetime) -> None:
        before = await self._writer.run(lambda books: books.signs.saw(row_name(name), now))
        if before is not None and before.silent_since is not None:
            self._bell.over(name, before.silent_since, await asyncio.to_thread(self._aftermath, name))

    async def _note_mailboxes(self) -> None:
        news = {
            name: at
            for name, at in list(self._looked.items())
            if name not in self._noted or at - self._noted[name] >= NOTED_EVERY
        }
        if news:

            def note(books: UnitOfWork) -> None:
                for name, at in news.items():
                    books.signs.saw(f"{MAILBOX}{name}", at)

            await self._writer.run(note)
            self._noted |= news

    async def _let_canaries_fly(self, now: datetime) -> None:
        every = self._parts.policy.silence.canary_every
        if not every or self._relay is None:
            return
        if await self._writer.run(lambda books: books.signs.take_turn(CANARY_LEFT, now, every)):
            addresses = self._parts.settings.email.mail_address
            task = asyncio.create_task(let_fly(addresses, self._relay, self._signer, self._parts.keys, now))
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)

    def _see(self, now: datetime) -> Watched:
        policy = self._parts.policy
        limit = policy.silence.outbox
        with self._parts.store.reading() as connection:
            self._count_held(SqlHeld(connection), now)
            return look(
                connection,
                now=now,
                held_since=now - policy.gate.window,
                stuck_since=now - limit if limit else None,
                channels=self._channels,
                told_of_quarantine=TOLD_OF_QUARANTINE,
            )

    def _aftermath(self, name: str) -> str:
        """What an administrator would ask next."""
        if not self._watch.watches(name):
            return "Nothing watches it any more: the settings have changed."
        cap = name.removeprefix(GATE)
        if cap == name:
            return ""
        with self._parts.store.looking() as reader:
            held = len(reader.held(WhichHeld(because=cap), MOST_COUNTED))
        if not held:
            return "Nothing is held by it any more."
        many = (
            f"{held} or more deliveries are"
            if held == MOST_COUNTED
            else f"{held} {'delivery is' if held == 1 else 'deliveries are'}"
        )
        return (
            f"{many} still held by it: `intake outbox --state held`, and `intake outbox release --because {cap}` lets them go."
        )

    def _count_held(self, held: SqlHeld, now: datetime) -> None:
        until = now - LAG
        for some in held.between(self._counted_until, until) if until > self._counted_until else ():
            if (cap := cap_of(some.why)) is not None:
                self._meters.held(cap.value, some.channel, some.how_many)
        self._counted_until = max(self._counted_until, until)

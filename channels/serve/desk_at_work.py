"""A running desk: its doors, its writer, its loops; opened together, closed in the order that loses nothing."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn

from channels.email.post import mail_sender
from channels.serve.alarm_bell import bell_of
from channels.serve.change_gauges import change_gauges
from channels.serve.clock_gauges import clock_gauges
from channels.serve.compose import PARSERS, Parts, depth_gauges
from channels.serve.deliveries import DeliveryLoop
from channels.serve.fetching import FetchLoop
from channels.serve.ladder_gauges import ladder_gauges
from channels.serve.learning_loop import LearningLoop
from channels.serve.listening import bind, place_of
from channels.serve.mail_doors import MailDoors
from channels.serve.mailboxes_if_any import mailboxes_of
from channels.serve.meters import Meters
from channels.serve.phone_if_any import phone_of
from channels.serve.reception import Reception
from channels.serve.recurring_loop import RecurringLoop
from channels.serve.slack_if_any import slack_of
from channels.serve.step import Passing, pass_by
from channels.serve.timekeeper import Timekeeper
from channels.serve.watch_gauges import watch_gauges
from channels.serve.watchdog import LOOK_EVERY, Watchdog
from channels.serve.web import make_web
from channels.serve.web_doors import web_doors
from channels.serve.writer import Writer
from intake.desk.out_tray import NO_RELAY
from intake.desk.outbound import Sender
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.errors import HelpdeskError
from storage.reader import SqlReader

GRACE = 2.0  # seconds for what is under way when the desk closes


class _Uvicorn(uvicorn.Server):
    """Signals are ours: uvicorn alone would stop at the first without draining the mail."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoors:
    """Where the desk listens, as `host:port`; LMTP perhaps as `unix:/path`, or not at all."""

    smtp: str
    web: str
    lmtp: str = ""


class DeskAtWork:
    def __init__(self, parts: Parts, passing: Passing = pass_by, watch_every: float = LOOK_EVERY) -> None:
        """`watch_every` is how many seconds pass between two looks whether the desk is well."""
        self._parts = parts
        self._meters = Meters()
        depth = parts.settings.desk.queue_depth
        self._writer = Writer(parts.store, depth=depth, passing=passing, observe=self._meters.committed)
        self._reception = Reception(parts.desk, parts.classifier, PARSERS, self._writer, self._meters, passing)
        self._meters.watch(lambda: depth_gauges(parts.store, lambda: self._writer.waiting, parts.clock))
        wake = self._reception.something_to_send
        self._phone = phone_of(parts, self._reception, self._meters)
        self._slack = slack_of(parts, self._reception, self._writer, self._meters)
        senders = {**self._mail_sender(), **self._phone.senders, **self._slack.senders}
        fetchers = {**self._phone.fetchers, **self._slack.fetchers}
        self._fetching = FetchLoop(fetchers, self._writer, parts.clock, parts.replica)
        self._deliveries = DeliveryLoop(parts.dispatcher, senders, self._writer, parts.clock, self._meters, passing, wake)
        self._timekeeper = Timekeeper(parts.desk, self._writer, parts.clock, parts.replica, passing, wake, self._meters.ran_out)
        self._mail = MailDoors(parts, self._reception.receive)
        bell = bell_of(parts, self._meters.alarm_mail)
        phone, slack = self._phone.health, self._slack.health
        self._watchdog = Watchdog(parts, self._writer, bell, self._meters, senders.keys(), watch_every, phone, slack)
        self._meters.watch(lambda: watch_gauges(parts.store, parts.clock))
        self._meters.watch(lambda: clock_gauges(parts.store, parts.clock))
        self._meters.watch(lambda: ladder_gauges(parts.store))
        self._meters.watch(lambda: change_gauges(parts.store, parts.clock))
        self._learning = LearningLoop(parts, self._writer, self._meters)
        self._recurring = RecurringLoop(parts.desk.changes.recurring, parts.policy, self._writer, parts.clock, wake)
        looked, failed = self._watchdog.looked, self._watchdog.failed
        self._mailboxes = mailboxes_of(parts, self._reception.receive, self._writer, looked, failed)
        self._web: _Uvicorn | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> OpenDoors:
        """Take over what an earlier process left, then open the doors. Raises ConfigError when a port is taken."""
        settings = self._parts.settings
        self._mail.take_places()
        web = bind(settings.desk, "web_listen")
        self._writer.start()
        await self._take_over()
        await self._writer.run(self._parts.desk.remember_reports)
        await self._learning.begin()
        await self._phone.begin()
        await self._mail.open()
        self._mailboxes.open()
        doors = {**web_doors(self._parts, self._reception, self._writer), **self._phone.doors, **self._slack.doors}
        app = make_web(self._ready, self._meters.registry, doors)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # links to tickets are secrets
            server_header=False,
            lifespan="off",
            forwarded_allow_ips=settings.desk.trusted_proxies,
        )
        self._web = _Uvicorn(config)
        loops = (self._deliveries.run(), self._timekeeper.run(), self._watchdog.run(), self._learning.run())
        at_work = (*loops, self._recurring.run(), self._fetching.run(), *self._phone.loops(), *self._slack.loops())
        for coroutine in (self._web.serve(sockets=[web]), *at_work):
            self._tasks.append(asyncio.create_task(coroutine))
        return OpenDoors(smtp=self._mail.smtp, web=place_of(web), lmtp=self._mail.lmtp)

    async def close(self) -> None:
        """Doors first, then what is under way, then the writer: whoever was promised a receipt gets it."""
        self._mail.close()
        if self._web is not None:
            self._web.should_exit = True
        self._timekeeper.stop()
        self._recurring.stop()
        self._fetching.stop()
        self._phone.stop()
        self._slack.stop()
        await self._mailboxes.close(GRACE)
        await self._deliveries.stop(GRACE)
        await self._watchdog.stop(GRACE)
        await self._learning.stop()
        await self._slack.settle(GRACE)
        await self._writer.drain()
        await self._let_answers_out()
        self._mail.abort()
        await asyncio.wait(self._tasks, timeout=GRACE)
        for task in self._tasks:
            task.cancel()
        await self._phone.close()
        await self._slack.close()
        self._parts.store.close()

    async def _let_answers_out(self) -> None:
        """The last receipts are on their way to their senders: a few turns of the loop, not an end without an answer."""
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not self._reception.under_way:
                return

    def _mail_sender(self) -> dict[Channel, Sender]:
        settings = self._parts.settings
        desk = settings.desk
        mail = mail_sender(settings.email, self._parts.policy, self._parts.keys, desk.public_url, settings.desk_phone)
        return {Channel.EMAIL: mail} if mail is not None else {}

    async def _take_over(self) -> None:
        """An embedded store has no other claimant, and what this desk cannot send will not be sent: another replica might."""
        if not self._parts.settings.desk.embedded:
            return
        able = self._parts.settings.senders

        def take_over(books: UnitOfWork) -> None:
            books.outbox.release(self._parts.clock())
            books.timers.release(self._parts.clock())
            books.fetches.release(self._parts.clock())
            books.chat.release(self._parts.clock())
            books.outbox.set_aside(set(Channel) - able, NO_RELAY)

        await self._writer.run(take_over)

    async def _ready(self) -> str:
        if not self._writer.alive or self._mail.closing:
            return "the desk is closing"
        try:
            await asyncio.to_thread(self._ping)
        except HelpdeskError as fault:
            return str(fault)
        return ""

    def _ping(self) -> None:
        with self._parts.store.reading() as connection:
            SqlReader(connection).ping()

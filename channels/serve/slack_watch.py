"""Asks Slack every few minutes how it gets on with us: a token that was revoked, a scope that is missing and a triage channel
that somebody made public are seen nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from channels.slack.homes import rooms_by_workspace
from channels.slack.standing import Standing, TellsScopes, standing
from channels.slack.vendor.errors import OURS_BEGINS
from intake.desk.ports import Clock
from intake.desk.reading import Reader
from intake.desk.slack_health import SlackHealth
from intake.domain.channel import Channel
from intake.domain.chat import Installation
from storage.reader import SqlReader
from storage.refused_deliveries import Refused, refused
from storage.store import SqlStore

LOOK_EVERY = 300.0  # seconds
AGAIN_AFTER = 60.0  # seconds, once it has refused us or said nothing
AT_ONCE = 8  # workspaces
MOST = 50  # workspaces that are asked in one look
LATELY = timedelta(days=1)  # so long it is news that somebody took the desk out

log = structlog.get_logger()

Question = Callable[[TellsScopes, str, Sequence[str]], Awaitable[Standing]]


async def _ask(api: TellsScopes, workspace: str, rooms: Sequence[str]) -> Standing:
    return await standing(api, workspace, rooms, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """What the store says. `rooms` are the triage channels, each with the workspace that speaks there; empty where nobody has
    said anything yet."""

    workspaces: Sequence[str]
    ended: Sequence[str]
    rooms: Mapping[str, str]
    refused: Refused | None


@dataclass(slots=True)
class SlackWatch:
    """`triage` are the channels where cards stand. With `installed` the desk speaks by its installations, else by one token of
    its own. `token_faults` are what the desk itself knows of its tokens, in words."""

    api: TellsScopes
    store: SqlStore
    triage: Sequence[str]
    clock: Clock
    installed: bool = False
    token_faults: Callable[[], Sequence[str]] = tuple
    look_every: float = LOOK_EVERY
    ask: Question = _ask
    health: SlackHealth = field(default_factory=SlackHealth)
    _suspected: datetime | None = None  # it said no, or nothing; the second time in a row is told
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while not self._stop.is_set():
            try:
                await self.look()
            except Exception as fault:  # whatever it is, somebody must ask when it is over
                log.warning("slack.watch_away", why=repr(fault))
            wait = self.look_every if self._suspected is None else min(AGAIN_AFTER, self.look_every)
            try:
                await asyncio.wait_for(self._stop.wait(), wait)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._stop.set()

    async def look(self) -> None:
        """Raises StoreUnavailable."""
        now = self.clock()
        books = await asyncio.to_thread(self._read, now)
        rooms = await rooms_by_workspace(self.api, books.rooms, books.workspaces)
        found = await self._ask_all(books.workspaces[:MOST], rooms)
        refusal = "; ".join([*_refusals(found), *self.token_faults()])
        channels = tuple(why for one in found.values() for why in one.rooms.values())
        waits = books.refused
        self.health = replace(
            self.health,
            asked_at=now,
            channels=channels,
            ended=tuple(books.ended),
            waiting=waits.waiting if waits is not None else 0,
            waiting_since=waits.since if waits is not None else None,
            waiting_for=waits.error if waits is not None else "",
        )
        self._note(refusal, now)

    async def _ask_all(self, workspaces: Sequence[str], rooms: Mapping[str, Sequence[str]]) -> Mapping[str, Standing]:
        """Some at once: where Slack does not answer, each of them takes as long as anybody waits."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def ask(name: str) -> Standing:
            async with turns:
                return await self.ask(self.api, name, rooms.get(name, ()))

        standings = await asyncio.gather(*(ask(name) for name in workspaces))
        return dict(zip(workspaces, standings, strict=True))

    def _note(self, refusal: str, now: datetime) -> None:
        if not refusal:
            self._suspected = None
            self.health = replace(self.health, refused_since=None, refusal="")
            return
        log.warning("slack.refused_us", why=refusal)
        since, self._suspected = self._suspected, self._suspected or now
        if since is not None:
            self.health = replace(self.health, refused_since=since, refusal=refusal)

    def _read(self, now: datetime) -> _Books:
        with self.store.reading() as connection:
            reader = SqlReader(connection)
            waiting = refused(connection, Channel.SLACK, OURS_BEGINS)
            known = reader.installations() if self.installed else ()
            living = [one.workspace or one.enterprise for one in known if one.ended_at is None]
            workspaces = living if self.installed else [""]
            rooms = {room: _speaks_in(reader, room) for room in self.triage}
        return _Books(workspaces=workspaces, ended=list(_ended(known, now)), rooms=rooms, refused=waiting)


def _speaks_in(reader: Reader, room: str) -> str:
    known = reader.room(room)
    return known.workspace if known is not None else ""


def _refusals(found: Mapping[str, Standing]) -> Iterator[str]:
    for workspace, one in found.items():
        where = f"{one.name or workspace}: " if workspace else ""
        if one.refusal:
            yield f"{where}{one.refusal}"
        elif one.missing:
            yield f"{where}scopes are missing: {', '.join(sorted(one.missing))}"


def _ended(known: Sequence[Installation], now: datetime) -> Iterator[str]:
    """Of today, and not installed again since."""
    living = {(one.enterprise, one.workspace) for one in known if one.ended_at is None}
    for one in known:
        if one.ended_at is not None and now - one.ended_at < LATELY and (one.enterprise, one.workspace) not in living:
            yield f"{one.name} ({one.workspace or one.enterprise}), {one.ended_because}"

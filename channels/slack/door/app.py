"""The app that hears Slack, over HTTP or the socket: what comes is on record before Slack hears "200".

Bolt answers before its listeners run, so that everything stands in global middleware, and none of its listeners is used. Bolt
answers `url_verification` and `ssl_check`, finds out which installation an event is for, and drops what the desk itself did.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from channels.slack.door.answering import Answering
from channels.slack.door.entrance import Entered
from channels.slack.door.kept import Fate, Keeping
from channels.slack.door.known import Known
from channels.slack.envelope import KIND, RETRY, Kind
from intake.desk.ports import Clock
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt

PATIENCE = 2.0  # seconds that the store has; Slack waits three
SECONDS_TO_WAIT = 30
SECONDS_BETWEEN_WORDS = 60  # in the log, of what comes from where the desk is not installed
NOT_INSTALLED = "The help desk is not installed in this workspace any more. Please tell whoever looks after its apps."
ENTERED = "entered"

Receive = Callable[[Arrival], Awaitable[Receipt]]

log = structlog.get_logger()


class Authorize(Protocol):
    """Whose installation it is; it asks no API, and may raise StoreUnavailable."""

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None: ...


class NotInstalled(Exception):
    """No installation of ours is known where this comes from."""


class App:
    """`receive` is the desk's one way in. `counts` are what came, by what became of it (`kept`, `ignored`, `not_kept`,
    `not_installed`, ...)."""

    def __init__(
        self,
        *,
        receive: Receive,
        answering: Answering,
        keeping: Keeping,
        known: Known,
        authorize: Authorize,
        clock: Clock,
        patience: float = PATIENCE,
    ) -> None:
        self._receive = receive
        self._answering = answering
        self._keeping = keeping
        self._known = known
        self._clock = clock
        self._patience = patience
        self._told_at: float | None = None
        self._late: set[asyncio.Future[Receipt]] = set()
        self.counts: Counter[str] = Counter()
        self._bolt = AsyncApp(
            name="desk",
            logger=logging.getLogger("slack.bolt"),
            signing_secret="",  # the entrance has verified it, with all the secrets that there are
            authorize=_installed(authorize, patience),
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._bolt.middleware(self._take)
        self._bolt.error(self._failed)

    async def answer(self, entered: Entered) -> BoltResponse:
        """Never raises."""
        try:
            request = AsyncBoltRequest(body=dict(entered.payload), context={ENTERED: entered}, mode="socket_mode")
            return await self._bolt.async_dispatch(request)
        except Exception:
            log.exception("slack.not_read", kind=entered.kind.value)
            return BoltResponse(status=400)

    async def _take(self, context: AsyncBoltContext) -> BoltResponse:
        """The last of the middleware: nothing comes behind it. Raises StoreUnavailable."""
        entered = context[ENTERED]
        assert isinstance(entered, Entered)
        fate = await self._fate(entered)
        self.counts[fate.value] += 1
        if fate is Fate.IGNORED:
            return self._answering.to_ignored(entered.payload)
        if fate is Fate.SHOWN:
            return self._answering.to_shown(entered.kind, entered.payload)
        if (refused := await self._answering.refused_at_once(entered.kind, entered.payload)) is not None:
            return refused
        return await self._answering.to_kept(entered.kind, entered.payload, await self._kept(entered))

    async def _fate(self, entered: Entered) -> Fate:
        """What our own code fails on is kept: somebody looks at it then. Raises StoreUnavailable."""
        try:
            fate = self._keeping.fate(entered.kind, entered.payload)
            if fate is Fate.IF_KNOWN:
                fate = Fate.KEPT if await self._known.knows(entered.payload) else Fate.IGNORED
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("slack.fate_unknown", kind=entered.kind.value)
            return Fate.KEPT
        return fate

    async def _kept(self, entered: Entered) -> Receipt | None:
        """None where it could not be kept, and nobody repeats it. Raises StoreUnavailable where Slack does."""
        arrival = Arrival(
            channel=Channel.SLACK,
            received_at=self._clock(),
            raw=entered.raw,
            envelope={KIND: entered.kind.value, RETRY: entered.retry},
        )
        keeping = asyncio.ensure_future(self._receive(arrival))
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.shield(keeping)
        except TimeoutError as late:
            self._late.add(keeping)  # it may still be written: a repetition is a duplicate then
            keeping.add_done_callback(self._came_late)
            if entered.kind is Kind.EVENT:
                raise StoreUnavailable(f"The store has not answered within {self._patience} s") from late
        except StoreUnavailable:
            if entered.kind is Kind.EVENT:
                raise
        self.counts["not_kept"] += 1
        log.error("slack.not_kept", kind=entered.kind.value, do="look at the store: Slack does not repeat what people press")
        return None

    def _came_late(self, keeping: "asyncio.Future[Receipt]") -> None:
        self._late.discard(keeping)
        if not keeping.cancelled():
            keeping.exception()  # so that nobody misses it

    async def _failed(self, error: Exception, context: AsyncBoltContext) -> BoltResponse:
        """What stands here is all that Slack hears."""
        entered = context[ENTERED]
        assert isinstance(entered, Entered)
        if isinstance(error, NotInstalled):
            self._tell_of_stranger(str(context.team_id or context.enterprise_id or ""))
            return self._to_not_installed(entered.kind)
        if isinstance(error, StoreUnavailable):
            self.counts["not_kept"] += 1
            log.warning("slack.come_again", kind=entered.kind.value, reason=str(error))
            if entered.kind is not Kind.EVENT:  # nobody repeats it
                return await self._answering.to_kept(entered.kind, entered.payload, None)
        else:
            self.counts["failed"] += 1
            log.error("slack.failed", kind=entered.kind.value, exc_info=error)
        return BoltResponse(status=503, headers={"retry-after": str(SECONDS_TO_WAIT)})

    def _to_not_installed(self, kind: Kind) -> BoltResponse:
        """An event comes again, and an installation that is just being written is there then."""
        if kind is Kind.COMMAND:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": NOT_INSTALLED})
        return BoltResponse(status=503 if kind is Kind.EVENT else 200)

    def _tell_of_stranger(self, workspace: str) -> None:
        self.counts["not_installed"] += 1
        if self._told_at is None or monotonic() - self._told_at > SECONDS_BETWEEN_WORDS:
            self._told_at = monotonic()
            log.error(
                "slack.not_installed",
                workspace=workspace[:40],
                so_far=self.counts["not_installed"],
                do="install the desk there by /slack/install, or take its app out of that workspace",
            )


def _installed(authorize: Authorize, patience: float) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's own answer for a workspace that it does not know is 200: what came would be lost without a word. Where the rows
    do not say it in time, the store does not answer."""

    async def installed(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        try:
            async with asyncio.timeout(patience):
                found = await authorize(context=context, enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)
        except TimeoutError as late:
            raise StoreUnavailable(f"The store has not said within {patience} s where the desk is installed") from late
        if found is None:
            raise NotInstalled(team_id or enterprise_id or "")
        return found

    return installed

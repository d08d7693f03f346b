"""Slack, if there is any. What speaks to it is loaded when it is configured: a desk without Slack does not carry it, and reads
an old message again all the same."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Protocol

from starlette.types import ASGIApp

from channels.serve.compose import Parts
from channels.serve.fetching import Fetcher
from channels.serve.meters import Meters
from channels.serve.reception import Reception
from channels.serve.writer import Writer
from intake.desk.outbound import Sender
from intake.desk.slack_health import SlackHealth
from intake.domain.channel import Channel


class Slack(Protocol):
    """As `SlackAtWork`."""

    @property
    def senders(self) -> Mapping[Channel, Sender]: ...

    @property
    def doors(self) -> Mapping[str, ASGIApp]: ...

    @property
    def fetchers(self) -> Mapping[Channel, Fetcher]: ...

    @property
    def health(self) -> Callable[[], SlackHealth] | None: ...

    def loops(self) -> Sequence[Coroutine[None, None, None]]: ...

    def stop(self) -> None: ...

    async def settle(self, grace: float) -> None: ...

    async def close(self) -> None: ...


class _NoSlack:
    senders: Mapping[Channel, Sender] = {}
    doors: Mapping[str, ASGIApp] = {}
    fetchers: Mapping[Channel, Fetcher] = {}
    health: Callable[[], SlackHealth] | None = None

    def loops(self) -> Sequence[Coroutine[None, None, None]]:
        return ()

    def stop(self) -> None:
        """Nothing runs."""

    async def settle(self, grace: float) -> None:
        """Nothing is under way."""

    async def close(self) -> None:
        """Nothing is open."""


def slack_of(parts: Parts, reception: Reception, writer: Writer, meters: Meters) -> Slack:
    if not parts.settings.slack.is_on:
        return _NoSlack()
    from channels.serve.slack_at_work import SlackAtWork  # noqa: PLC0415 - see above

    return SlackAtWork(parts, reception, writer, meters)

"""Slack of a running desk: its door or its socket, its sender, what it fetches and looks up, how it gets on with us."""

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from starlette.types import ASGIApp

from channels.serve.compose import Parts
from channels.serve.fetching import Fetcher
from channels.serve.looking_up import LookupLoop
from channels.serve.meters import Meters
from channels.serve.reception import Reception
from channels.serve.slack_gauges import slack_gauges
from channels.serve.slack_watch import SlackWatch
from channels.serve.timed_door import TimedDoor
from channels.serve.writer import Writer
from channels.slack.desktop import Desktop
from channels.slack.door import listen
from channels.slack.door.app import Authorize
from channels.slack.door.socket import SlackSocket
from channels.slack.homes import Workspaces, one_token
from channels.slack.lookups import SlackFinder
from channels.slack.manifest import scopes
from channels.slack.oauth.authorize import InstalledAuthorize, StaticAuthorize
from channels.slack.oauth.install import OAuthApp, make_install
from channels.slack.oauth.installed import Installed
from channels.slack.oauth.rotation import TheirRotation
from channels.slack.oauth.sealing import Sealing
from channels.slack.oauth.tokens import InstalledTokens, StaticTokens
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.outgoing.send import SlackSender
from channels.slack.vendor.api import Tokens
from channels.slack.vendor.client import SlackApi
from channels.slack.vendor.fetch import SlackFileFetcher
from intake.desk.outbound import Sender
from intake.desk.slack_health import SlackHealth
from intake.domain.channel import Channel

KNOWN = frozenset({"events", "install", "oauth_redirect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """By whose token the desk speaks, whose events it hears, and how more workspaces install it."""

    tokens: Tokens
    workspaces: Workspaces
    authorize: Authorize
    install: ASGIApp | None = None
    installed: InstalledTokens | None = None


class SlackAtWork:
    def __init__(self, parts: Parts, reception: Reception, writer: Writer, meters: Meters) -> None:
        settings = parts.settings.slack
        stands = _by_installations(parts, writer) if settings.uses_oauth else _by_token(parts)
        self._installed = stands.installed
        self._api = SlackApi(stands.tokens, settings.slack_api_url)
        self._fetcher = SlackFileFetcher(self._api, stands.tokens, settings.slack_api_url)
        self.fetchers: Mapping[Channel, Fetcher] = {Channel.SLACK: self._fetcher}
        self.senders: Mapping[Channel, Sender] = {
            Channel.SLACK: SlackSender(self._api, _letterhead(parts), workspaces=stands.workspaces)
        }
        self._lookups = LookupLoop(
            SlackFinder(self._api, parts.clock),
            parts.desk.lookups,
            reception.receive,
            writer,
            parts.clock,
            parts.replica,
        )
        self._slack = _door(parts, reception, self._api, stands)
        hears = bool(settings.slack_signing_secret) or stands.install is not None
        self.doors: Mapping[str, ASGIApp] = (
            {listen.ROOT: TimedDoor(self._slack, KNOWN, meters.answered_slack)} if hears else {}
        )  # fmt: skip
        self._socket = _socket(parts, self._slack)
        self._watching = SlackWatch(
            api=self._api,
            store=parts.store,
            triage=[rule.address for rule in parts.policy.mirrors if rule.channel is Channel.SLACK],
            clock=parts.clock,
            installed=settings.uses_oauth,
            token_faults=lambda: tuple(stands.installed.faults.values()) if stands.installed is not None else (),
        )
        meters.watch(lambda: slack_gauges(parts.store, lambda: self.health().socket_up, self._slack.app.counts))

    def health(self) -> SlackHealth:
        if self._socket is None:
            return self._watching.health
        heard = self._socket.health
        return replace(self._watching.health, socket_up=heard.up, socket_why=heard.why)

    def loops(self) -> Sequence[Coroutine[None, None, None]]:
        hears = (self._socket.run(),) if self._socket is not None else ()
        return *hears, self._lookups.run(), self._watching.run()

    def stop(self) -> None:
        """The loops end; what came is answered."""
        if self._socket is not None:
            self._socket.stop()
        self._lookups.stop()
        self._watching.stop()

    async def settle(self, grace: float) -> None:
        """While the writer still writes: tokens that are being renewed are kept, within `grace` seconds."""
        if self._installed is not None:
            await self._installed.settled(grace)

    async def close(self) -> None:
        """Nobody asks any more."""
        await self._slack.close()
        await self._fetcher.close()
        await self._api.close()


def _by_token(parts: Parts) -> _Standing:
    token = parts.settings.slack.slack_bot_token
    assert token is not None
    return _Standing(tokens=StaticTokens(token.get_secret_value()), workspaces=one_token, authorize=StaticAuthorize())


def _by_installations(parts: Parts, writer: Writer) -> _Standing:
    settings = parts.settings.slack
    secret = settings.slack_client_secret
    assert secret is not None
    sealing, installed = Sealing(parts.keys), Installed(writer.run, parts.clock)
    tokens = InstalledTokens(
        run=writer.run,
        installed=installed,
        sealing=sealing,
        rotation=TheirRotation(settings.slack_client_id, secret.get_secret_value(), settings.api_url),
        clock=parts.clock,
    )
    app = OAuthApp(
        client_id=settings.slack_client_id,
        client_secret=secret.get_secret_value(),
        scopes=sorted(scopes()),
        public_url=parts.settings.desk.public_url,
        api_url=settings.api_url,
    )
    return _Standing(
        tokens=tokens,
        workspaces=installed.workspaces,
        authorize=InstalledAuthorize(installed),
        install=make_install(app, run=writer.run, sealing=sealing, keys=parts.keys, clock=parts.clock),
        installed=tokens,
    )


def _door(parts: Parts, reception: Reception, api: SlackApi, stands: _Standing) -> listen.Slack:
    desk = parts.desk
    phone = parts.settings.desk_phone
    return listen.make_slack(
        receive=reception.receive,
        desktop=Desktop(api, parts.store, parts.policy, desk.speaking, parts.clock, phone=phone),
        library=parts.store,
        policy=parts.policy,
        settings=parts.settings.slack,
        authorize=stands.authorize,
        clock=parts.clock,
        install=stands.install,
    )


def _socket(parts: Parts, slack: listen.Slack) -> SlackSocket | None:
    settings = parts.settings.slack
    if settings.slack_app_token is None:
        return None
    token = settings.slack_app_token.get_secret_value()
    return SlackSocket(slack.app, token, settings.api_url, clock=parts.clock, random=Random())  # noqa: S311 - jitter


def _letterhead(parts: Parts) -> SlackLetterhead:
    settings = parts.settings
    return SlackLetterhead(
        policy=parts.policy, keys=parts.keys, public_url=settings.desk.public_url, phone=settings.desk_phone
    )  # fmt: skip

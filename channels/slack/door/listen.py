"""Slack's door: events, buttons, forms and commands over HTTP, and where the desk is installed by OAuth."""

from http import HTTPStatus
from time import monotonic

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope, Send
from starlette.types import Receive as AsgiReceive

from channels.slack.door.answering import Answering, Desktop
from channels.slack.door.app import PATIENCE, App, Authorize, Receive
from channels.slack.door.entrance import NotLetIn, enter
from channels.slack.door.errands import Errands
from channels.slack.door.kept import Keeping
from channels.slack.door.known import Known
from channels.slack.door.signature import Signatures
from channels.slack.settings import SlackSettings
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library

ROOT, EVENTS = "/slack", "/events"
INSTALL = frozenset({"/install", "/oauth_redirect"})
SECONDS_BETWEEN_WORDS = 60  # in the log, of requests that are refused
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

log = structlog.get_logger()


def make_slack(
    *,
    receive: Receive,
    desktop: Desktop,
    library: Library,
    policy: Policy,
    settings: SlackSettings,
    authorize: Authorize,
    clock: Clock,
    install: ASGIApp | None = None,
    patience: float = PATIENCE,
) -> "Slack":
    """To be mounted at /slack of the public address. `receive` is the desk's one way in; `install` answers the two pages of
    OAuth, below the same root. `patience`: seconds that an answer waits for the store."""
    return Slack(
        receive=receive,
        desktop=desktop,
        library=library,
        policy=policy,
        settings=settings,
        authorize=authorize,
        clock=clock,
        install=install,
        patience=patience,
    )


class Slack:
    """An ASGI app. `app` hears the same over the socket (`channels.slack.door.socket`). Without a signing secret nobody is
    let in here."""

    def __init__(
        self,
        *,
        receive: Receive,
        desktop: Desktop,
        library: Library,
        policy: Policy,
        settings: SlackSettings,
        authorize: Authorize,
        clock: Clock,
        install: ASGIApp | None,
        patience: float,
    ) -> None:
        self._signatures = Signatures((one.get_secret_value() for one in settings.slack_signing_secret), clock)
        self._known = Known(library)
        self._install = install
        self._told_at: float | None = None
        self.errands = Errands()
        self.app = App(
            receive=receive,
            answering=Answering(desktop, self.errands),
            keeping=Keeping(policy),
            known=self._known,
            authorize=authorize,
            clock=clock,
            patience=patience,
        )

    async def __call__(self, scope: Scope, receive: AsgiReceive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = _below(scope)
        if path in INSTALL and self._install is not None:
            await self._install(scope, receive, send)
            return
        request = Request(scope, receive)
        await (await self._answer(path, request))(scope, receive, send)

    async def close(self) -> None:
        """What is still to be shown is shown; nobody asks any more."""
        await self.errands.close()
        self._known.close()

    async def _answer(self, path: str, request: Request) -> Response:
        if path != EVENTS:
            return _empty(HTTPStatus.NOT_FOUND)
        if request.method != "POST":
            return _empty(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
        try:
            entered = await enter(request, self._signatures)
        except NotLetIn as fault:
            self._tell_of_refusal(fault.status)
            return _empty(fault.status)
        said = await self.app.answer(entered)
        return Response(said.body, status_code=said.status, headers={**said.first_headers(), **_HEADERS})

    def _tell_of_refusal(self, status: HTTPStatus) -> None:
        """Once a minute: strangers must not fill the log."""
        self.app.counts["refused"] += 1
        if self._told_at is None or monotonic() - self._told_at > SECONDS_BETWEEN_WORDS:
            self._told_at = monotonic()
            log.warning(
                "slack.refused",
                status=status.value,
                so_far=self.app.counts["refused"],
                do="see `intake check`: is it the app's signing secret, is the clock right?",
            )


def _empty(status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    return Response(status_code=status.value, headers={**_HEADERS, **(headers or {})})


def _below(scope: Scope) -> str:
    """`/events`, wherever Slack is mounted."""
    path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
    return path.removeprefix(ROOT).rstrip("/")

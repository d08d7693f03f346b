"""`/slack/install` and `/slack/oauth_redirect`: the vendor's own OAuth flow, with pages and rows of ours.

OAuth: https://api.slack.com/authentication/oauth-v2
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

import aiohttp
import structlog
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.slack.oauth import pages
from channels.slack.oauth.installation_store import InstallationStore
from channels.slack.oauth.invitation import INSTALL_PATH, is_invited
from channels.slack.oauth.rotation import OAuthClient
from channels.slack.oauth.run import Run
from channels.slack.oauth.sealing import Sealing
from channels.slack.oauth.state_store import LASTS, StateStore
from intake.desk.keys import KeyRing
from intake.desk.ports import Clock
from intake.domain.errors import StoreUnavailable

REDIRECT_PATH = "/slack/oauth_redirect"
# A cookie of this prefix can not be set by a neighbour under the same domain.
COOKIE = "__Host-desk-slack-state"
LONGEST_QUERY = 4_000
_HTML = "text/html; charset=utf-8"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthApp:
    """The app as Slack knows it; `scopes` are what the bot may do; `public_url` is where the desk is seen from outside."""

    client_id: str
    client_secret: str
    scopes: Sequence[str]
    public_url: str
    api_url: str


def make_install(app: OAuthApp, *, run: Run, sealing: Sealing, keys: KeyRing, clock: Clock) -> ASGIApp:
    """Wherever it is mounted: what the path ends in counts."""
    flow = _Flow(app, InstallationStore(run, sealing, clock), StateStore(run, clock))

    async def install(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = await _answer(Request(scope, receive), flow, keys, clock)
            await response(scope, receive, send)

    return install


class _Flow(AsyncOAuthFlow):
    def __init__(self, app: OAuthApp, installations: InstallationStore, states: StateStore) -> None:
        client = OAuthClient(app.api_url)
        super().__init__(
            client=client,
            logger=client.logger,  # the silent one: the flow's own words carry the code
            settings=AsyncOAuthSettings(
                client_id=app.client_id,
                client_secret=app.client_secret,
                scopes=list(app.scopes),
                user_scopes=[],
                redirect_uri=f"{app.public_url.rstrip('/')}{REDIRECT_PATH}",
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
                authorization_url=urljoin(app.api_url, "/oauth/v2/authorize"),
                installation_store=installations,
                installation_store_bot_only=True,
                state_store=states,
                state_cookie_name=COOKIE,
                state_expiration_seconds=int(LASTS.total_seconds()),
            ),
        )

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002 - the flow calls it so
        return pages.begin_page(url)


async def _answer(request: Request, flow: AsyncOAuthFlow, keys: KeyRing, clock: Clock) -> Response:
    begins = request.url.path.endswith("/install")
    if request.method != "GET":
        return Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET", **pages.HEADERS})
    if len(request.url.query) > LONGEST_QUERY:
        return pages.refusal(pages.UNREADABLE, HTTPStatus.BAD_REQUEST)
    if begins and not is_invited(keys, request.query_params, clock()):
        return pages.refusal(pages.UNINVITED, HTTPStatus.FORBIDDEN)
    asked = AsyncBoltRequest(body="", query=request.url.query, headers={"cookie": request.headers.get("cookie", "")})
    try:
        return _as_ours(await (flow.handle_installation(asked) if begins else flow.handle_callback(asked)))
    except Exception as fault:
        return _in_words(fault, begins=begins)


def _in_words(fault: Exception, *, begins: bool) -> Response:
    """Their text is not written down: it may carry a code or a token."""
    log.warning("slack.install_failed", fault=type(fault).__name__)
    if isinstance(fault, StoreUnavailable):
        return pages.refusal(pages.CAN_NOT_BEGIN if begins else pages.NOT_SAVED, HTTPStatus.SERVICE_UNAVAILABLE)
    if isinstance(fault, aiohttp.ClientError | OSError):  # a time-out is one
        return pages.refusal(pages.UNREACHABLE, HTTPStatus.BAD_GATEWAY)
    return pages.refusal(pages.UNREADABLE, HTTPStatus.BAD_GATEWAY)


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    installation = args.installation
    where = (installation.enterprise_name if installation.is_enterprise_install else installation.team_name) or ""
    log.info("slack.installed", workspace=installation.team_id or installation.enterprise_id)
    over = args.settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=200, body=pages.done_page(where), headers={"content-type": _HTML, "set-cookie": [over]})


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    known = args.reason if args.reason in pages.FAILURES else "other"
    log.warning("slack.install_refused", reason=known)
    words = pages.FAILURES.get(args.reason, pages.OTHERWISE)
    return BoltResponse(status=args.suggested_status_code, body=pages.refusal_page(words), headers={"content-type": _HTML})


def _as_ours(said: BoltResponse) -> Response:
    response = HTMLResponse(said.body, status_code=said.status, headers=pages.HEADERS)
    for cookie in said.headers.get("set-cookie", ()):
        response.headers.append("set-cookie", f"{cookie}; SameSite=Lax")
    return response

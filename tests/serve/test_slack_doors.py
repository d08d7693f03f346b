"""By which doors a running desk hears Slack, as it is configured: HTTP, a socket, and the pages that install it."""

import asyncio
import http.client
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from channels.slack.oauth.invitation import invitation
from intake.desk.slack_health import SOCKET
from intake.domain.receipt import Outcome
from tests.harness.slack_workspace import SECRET, SlackWorkspace
from tests.serve.open_desk import OpenDesk, open_desk, open_slack_desk
from tests.serve.slacking import slack_at, until
from tests.slack.socket_server import socket_server
from tests.slack.workspace import direct_message

SOMEBODY = direct_message("The printer is out of paper", at=f"{int(datetime.now(UTC).timestamp())}.000100")


async def status(desk: OpenDesk, method: str, path: str, body: bytes = b"") -> tuple[int, str]:
    def ask() -> tuple[int, str]:
        with closing(http.client.HTTPConnection(desk.doors.web, timeout=30)) as connection:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read().decode()

    return await asyncio.to_thread(ask)


async def test_without_slack_there_is_no_door(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        assert (await status(desk, "POST", "/slack/events"))[0] == 404
        assert "intake_slack_installations" not in (await status(desk, "GET", "/metrics"))[1]


async def test_over_http_only_what_slack_signed_comes_in_and_is_measured(tmp_path: Path) -> None:
    async with slack_at(tmp_path) as slack:
        assert (await status(slack.desk, "POST", "/slack/events", b"{}"))[0] == 401
        await slack.writes("The printer is out of paper")
        assert [entry.outcome for entry in slack.desk.ledger()] == [Outcome.OPENED]
        page = (await status(slack.desk, "GET", "/metrics"))[1]
    assert 'intake_slack_answer_seconds_count{status="200",what="events"} 1.0' in page
    assert 'intake_slack_answer_seconds_count{status="401",what="events"} 1.0' in page
    assert 'intake_slack_heard{fate="kept"} 1.0' in page
    assert "\nintake_slack_socket_up" not in page


async def test_by_a_socket_nothing_is_listened_to_and_what_comes_is_acknowledged_when_it_is_kept(tmp_path: Path) -> None:
    async with socket_server() as server:
        slack = SlackWorkspace(secret="", app_token="xapp-1-made-up", api_url=f"{server.url}api/")
        async with open_slack_desk(tmp_path, slack) as desk:
            assert (await status(desk, "POST", "/slack/events"))[0] == 404
            await server.until(opened=1)
            await server.sends(SOMEBODY)
            await server.until(acknowledged=1)
            assert [entry.outcome for entry in desk.ledger()] == [Outcome.OPENED]
            assert "intake_slack_socket_up 1.0" in (await status(desk, "GET", "/metrics"))[1]

            def signs() -> set[str]:
                with desk.parts.store.looking() as reader:
                    return {sign.name for sign in reader.signs_of_life()}

            await until(lambda: "awaited slack socket" in signs(), f"a socket is awaited ({SOCKET})")


async def test_several_workspaces_install_the_desk_by_a_link_of_its_own(tmp_path: Path) -> None:
    slack = SlackWorkspace(token="", client=("123.456", SECRET))
    async with open_slack_desk(tmp_path, slack) as desk:
        parts = desk.parts
        assert (await status(desk, "GET", "/slack/install"))[0] == 403
        link = invitation(parts.keys, parts.settings.desk.public_url, parts.clock())
        code, page = await status(desk, "GET", link.removeprefix(parts.settings.desk.public_url))
        assert (code, "client_id=123.456" in page) == (200, True)
        body, headers = slack.signed(SOMEBODY)

        def post() -> int:
            with closing(http.client.HTTPConnection(desk.doors.web, timeout=30)) as connection:
                connection.request("POST", "/slack/events", body, dict(headers))
                return connection.getresponse().status

        assert await asyncio.to_thread(post) == 503, "where it is not installed nothing is kept, and Slack comes again"
        assert desk.ledger() == []

"""Files of messages are fetched from Slack, and from nowhere else; the token goes to Slack's hosts alone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from channels.slack.file_link import UNKNOWN, FileLink, to_link
from channels.slack.json_value import Json
from channels.slack.vendor.api import SlackFault
from channels.slack.vendor.fetch import SlackFileFetcher
from intake.domain.errors import DeliveryError
from intake.domain.remote_file import RemoteFile
from tests.slack.ids import OTHER_TEAM, TEAM

PATH = f"/files-pri/{TEAM}-F0FILE00001/download/leak.png"
TOKENS = {TEAM: "xoxb-ours", OTHER_TEAM: "xoxb-the-other"}


@dataclass
class FileHost:
    """`files` maps a path to (status, headers, body); `info` a file's id to what files.info tells of it."""

    url: str = ""
    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    info: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    piecemeal: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        status, headers, body = self.files.get(request.path, (404, {}, b""))
        answer = web.Response(status=status, headers=headers, body=body)
        if self.piecemeal:
            answer.enable_chunked_encoding()
        return answer

    async def bot(self, workspace: str) -> str:
        if workspace not in TOKENS:
            raise SlackFault("no_token")
        return TOKENS[workspace]

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        if arguments["file"] not in self.info:
            raise SlackFault("file_not_found", method=method)
        return {"file": self.info[str(arguments["file"])]}

    async def post_bytes(self, url: str, content: bytes) -> None: ...

    async def post_json(self, url: str, body: Json) -> None: ...


@asynccontextmanager
async def file_host() -> AsyncIterator[FileHost]:
    host = FileHost()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", host.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield host
    finally:
        await runner.cleanup()


@pytest.fixture
async def host() -> AsyncIterator[FileHost]:
    async with file_host() as found:
        yield found


@pytest.fixture
async def fetch(host: FileHost) -> AsyncIterator[SlackFileFetcher]:
    fetcher = SlackFileFetcher(host, host, f"{host.url}/api/", most_bytes=1000)
    yield fetcher
    await fetcher.close()


def remote(address: str, name: str = "leak.png", content_type: str = "image/png", workspace: str = TEAM) -> RemoteFile:
    url = to_link(FileLink(address=address, workspace=workspace, file="F0FILE00001"))
    return RemoteFile(url=url, content_type=content_type, name=name)


async def refused(fetch: SlackFileFetcher, file: RemoteFile) -> DeliveryError:
    with pytest.raises(DeliveryError) as refusal:
        await fetch(file)
    return refusal.value


@pytest.mark.parametrize("workspace", [TEAM, OTHER_TEAM])
async def test_a_file_is_fetched_with_the_token_of_its_workspace(
    host: FileHost, fetch: SlackFileFetcher, workspace: str
) -> None:
    host.files[PATH] = (200, {"Content-Type": "image/png"}, b"png")
    file = await fetch(remote(f"{host.url}{PATH}", workspace=workspace))
    assert (file.name, file.content_type, file.size, file.content) == ("leak.png", "image/png", 3, b"png")
    assert host.asked == [(PATH, f"Bearer {TOKENS[workspace]}")]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\u202egnp.exe\n", "a gnp.exe"),
        ("", "file"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("C:\\temp\\leak.png", "C__temp_leak.png"),
    ],
)
async def test_a_file_has_the_name_that_its_owner_gave_it_and_no_path(
    host: FileHost, fetch: SlackFileFetcher, name: str, kept: str
) -> None:
    host.files[PATH] = (200, {"Content-Type": "text/x<script>"}, b"")
    file = await fetch(remote(f"{host.url}{PATH}", name=name))
    assert (file.name, file.content_type) == (kept, "image/png")


async def test_a_redirect_is_followed_on_slacks_own_hosts_with_the_token(host: FileHost, fetch: SlackFileFetcher) -> None:
    host.files[PATH] = (302, {"Location": "/elsewhere"}, b"")
    host.files["/elsewhere"] = (200, {"Content-Type": "image/png"}, b"png")
    assert (await fetch(remote(f"{host.url}{PATH}"))).content == b"png"
    assert [authorization for _, authorization in host.asked] == ["Bearer xoxb-ours"] * 2


async def test_three_redirects_are_too_many(host: FileHost, fetch: SlackFileFetcher) -> None:
    host.files[PATH] = (302, {"Location": PATH}, b"")
    assert (await refused(fetch, remote(f"{host.url}{PATH}"))).permanent
    assert len(host.asked) == 3


FOREIGN = [
    "http://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://evil.example/files-pri/x",
    "https://files.slack.com.evil.example/x",
    "https://evilfiles.slack.com.example/x",
    "http://files.slack.com/files-pri/x",
    "https://files.slack.com@evil.example/x",
    "https://user@files.slack.com/x",
    "https://files.slack.com:8443/x",
    "https://files.slack.com/a/../b",
    "https://files.slack.com/a/%2e%2e/b",
    "http://127.0.0.1:1/x",
    "file:///etc/passwd",
    "https://files.slack.com:x/",
    "https://[::1",
    "//evil.example/x",
]


@pytest.mark.parametrize("address", [*FOREIGN, "", "not an address", "https://desk.slack.com/x"])
async def test_an_address_that_is_not_slacks_is_never_asked(host: FileHost, fetch: SlackFileFetcher, address: str) -> None:
    assert (await refused(fetch, remote(address))).permanent
    assert not host.asked


@pytest.mark.parametrize("target", FOREIGN)
async def test_no_redirect_leads_away_from_slack(host: FileHost, fetch: SlackFileFetcher, target: str) -> None:
    host.files[PATH] = (302, {"Location": target}, b"")
    assert (await refused(fetch, remote(f"{host.url}{PATH}"))).permanent
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "https://desk.slack.com/?redir=x"}, b""),
        (200, {"Content-Type": "text/html; charset=utf-8"}, b"<form>password"),
        (403, {}, b""),
    ],
    ids=["led to the login", "the login page", "forbidden"],
)
async def test_a_page_that_asks_for_a_login_is_no_file_and_is_ours_to_mend(
    host: FileHost, fetch: SlackFileFetcher, answer: tuple[int, dict[str, str], bytes]
) -> None:
    host.files[PATH] = answer
    assert not (await refused(fetch, remote(f"{host.url}{PATH}"))).permanent


async def test_a_page_that_was_promised_is_a_file(host: FileHost, fetch: SlackFileFetcher) -> None:
    host.files[PATH] = (200, {"Content-Type": "text/html"}, b"<p>")
    file = await fetch(remote(f"{host.url}{PATH}", "report.html", "text/html"))
    assert (file.name, file.content) == ("report.html", b"<p>")


async def test_where_only_slack_knows_the_address_it_is_asked_for(host: FileHost, fetch: SlackFileFetcher) -> None:
    host.info["F0FILE00001"] = {"url_private_download": f"{host.url}{PATH}", "mimetype": "image/png", "name": "theirs.png"}
    host.files[PATH] = (200, {}, b"png")
    file = await fetch(remote(UNKNOWN, "file", "application/octet-stream"))
    assert (file.name, file.content_type, file.content) == ("theirs.png", "image/png", b"png")


@pytest.mark.parametrize("told", [{"url_private": "https://evil.example/x"}, {"url_private": UNKNOWN}, {}])
async def test_an_address_that_slack_tells_is_held_to_the_same(
    host: FileHost, fetch: SlackFileFetcher, told: dict[str, object]
) -> None:
    host.info["F0FILE00001"] = told
    assert (await refused(fetch, remote(UNKNOWN))).permanent
    assert not host.asked


async def test_a_file_that_was_deleted_is_given_up_and_one_without_a_token_waits(
    host: FileHost, fetch: SlackFileFetcher
) -> None:
    assert (await refused(fetch, remote(UNKNOWN))).permanent
    assert not (await refused(fetch, remote(f"{host.url}{PATH}", workspace="T0UNKNOWN01"))).permanent
    assert not host.asked


@pytest.mark.parametrize("piecemeal", [True, False])
async def test_a_file_that_is_too_large_is_given_up(host: FileHost, fetch: SlackFileFetcher, piecemeal: bool) -> None:
    host.files[PATH], host.piecemeal = (200, {}, b"x" * 1001), piecemeal
    assert (await refused(fetch, remote(f"{host.url}{PATH}"))).permanent


@pytest.mark.parametrize(("status", "permanent"), [(404, False), (401, False), (503, False), (429, False), (410, True)])
async def test_a_file_that_is_not_there_yet_is_asked_for_again(
    host: FileHost, fetch: SlackFileFetcher, status: int, permanent: bool
) -> None:
    host.files[PATH] = (status, {"Retry-After": "90"}, b"")
    refusal = await refused(fetch, remote(f"{host.url}{PATH}"))
    assert (refusal.permanent, refusal.retry_after) == (permanent, None if permanent else 90)
    assert "xoxb" not in str(refusal)

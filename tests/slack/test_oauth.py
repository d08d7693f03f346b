"""Installing the desk: who may begin, what the browser shows, what is kept, and whose installation an event is for."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from channels.slack.door.entrance import Entered
from channels.slack.envelope import Kind
from channels.slack.oauth.authorize import InstalledAuthorize, StaticAuthorize
from channels.slack.oauth.install import OAuthApp, make_install
from channels.slack.oauth.installation_store import InstallationStore
from channels.slack.oauth.installed import Installed
from channels.slack.oauth.invitation import invitation
from channels.slack.oauth.sealing import BotTokens, Sealing
from intake.desk.keys import KeyRing
from storage.store import SqlStore
from tests.slack.oauth_double import OAuthDouble, granted, oauth_double
from tests.slack.oauth_parts import KEYS, NOW, SEALED, SEALING, Runs, SetClock
from tests.storage.chat_examples import ENTERPRISE, OTHER_TEAM, TEAM
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]
PUBLIC = "https://desk.example.org"
SECRETS = ("xoxe", "client-secret", "Traceback", "Error(")


@dataclass(slots=True, kw_only=True)
class Browser:
    http: httpx2.AsyncClient
    slack: OAuthDouble
    run: Runs
    clock: SetClock
    cookie: str = ""

    async def opens(self, path: str) -> httpx2.Response:
        answer = await self.http.get(path, headers={"cookie": self.cookie})
        assert answer.headers["cache-control"] == "no-store"
        assert not any(secret in answer.text for secret in SECRETS)
        if said := answer.headers.get("set-cookie"):
            assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in said.split(";")}
            self.cookie = said.partition(";")[0]
        return answer

    async def begins(self) -> dict[str, list[str]]:
        """What it is sent to Slack with."""
        link = invitation(KEYS, PUBLIC, self.clock())
        page = await self.opens(link.removeprefix(PUBLIC))
        assert page.status_code == 200
        found = re.search(r'href="([^"]+)"', page.text)
        assert found is not None
        return parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)

    async def comes_back(self, **query: str) -> httpx2.Response:
        return await self.opens(f"/slack/oauth_redirect?{httpx2.QueryParams(query)}")

    async def installs(self) -> httpx2.Response:
        sent = await self.begins()
        return await self.comes_back(code="c0de", state=sent["state"][0])


@asynccontextmanager
async def browser(store: SqlStore) -> AsyncIterator[Browser]:
    run, clock = Runs(store=store), SetClock()
    async with oauth_double() as slack:
        app = OAuthApp(
            client_id="1.2",
            client_secret="client-secret",
            scopes=("chat:write", "users:read"),
            public_url=PUBLIC,
            api_url=slack.api_url,
        )
        install = make_install(app, run=run, sealing=SEALING, keys=KEYS, clock=clock)
        transport = httpx2.ASGITransport(app=install)
        async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC) as http:
            yield Browser(http=http, slack=slack, run=run, clock=clock)


async def test_whoever_is_invited_installs_the_desk_and_its_token_is_kept_under_seal(store: SqlStore) -> None:
    async with browser(store) as she:
        sent = await she.begins()
        assert sent["scope"] == ["chat:write,users:read"]
        assert sent["redirect_uri"] == [f"{PUBLIC}/slack/oauth_redirect"]
        done = await she.comes_back(code="c0de", state=sent["state"][0])
    assert done.status_code == 200
    assert "installed in Home &amp; Co." in done.text
    assert [(asked["code"], asked["redirect_uri"]) for asked in she.slack.asked] == [("c0de", sent["redirect_uri"][0])]
    (kept,) = she.run.installations()
    assert (kept.workspace, kept.enterprise, kept.name, kept.installed_by) == (TEAM, "", "Home & Co", "U0BEN00001")
    assert (kept.bot, kept.bot_user, kept.scopes) == ("B0DESK0001", "U0DESK0001", ("chat:write", "users:read"))
    assert SEALING.open(kept.sealed) == BotTokens(token="xoxe.xoxb-1-first", refresh="xoxe-1-first")
    assert kept.expires_at is not None


async def test_an_enterprise_installs_the_desk_for_all_its_workspaces(store: SqlStore) -> None:
    async with browser(store) as she:
        corp = {"id": ENTERPRISE, "name": "Corp"}
        she.slack.answers = [
            granted(team=None, enterprise=corp, is_enterprise_install=True, expires_in=None, refresh_token=None)
        ]
        done = await she.installs()
    assert "installed in Corp." in done.text
    (kept,) = she.run.installations()
    assert (kept.workspace, kept.enterprise, kept.name, kept.expires_at) == ("", ENTERPRISE, "Corp", None)


async def test_nobody_begins_without_an_invitation_or_with_an_old_or_a_foreign_one(store: SqlStore) -> None:
    """Else a workspace of a stranger's could say whose mail address is whose."""
    others = KeyRing((b"quite another key of the desk",))
    async with browser(store) as she:
        links = [invitation(KEYS, PUBLIC, NOW), invitation(others, PUBLIC, NOW), f"{PUBLIC}/slack/install"]
        she.clock.passes(days=7)
        links += [f"{invitation(KEYS, PUBLIC, she.clock())}0", f"{PUBLIC}/slack/install?until=9999999999999999&sign=a"]
        for link in links:
            answer = await she.opens(link.removeprefix(PUBLIC))
            assert answer.status_code == 403
            assert "intake setup slack" in answer.text
            assert "set-cookie" not in answer.headers
    assert she.run.asked == 0


async def test_a_state_counts_once_in_its_own_browser_and_for_ten_minutes(store: SqlStore) -> None:
    async with browser(store) as she:
        state = (await she.begins())["state"][0]
        cookie, she.cookie = she.cookie, ""
        assert (await she.comes_back(code="c", state=state)).status_code == 400, "another browser"
        she.cookie = cookie
        assert (await she.comes_back(code="c", state=f"{state}x")).status_code == 400
        assert (await she.comes_back(code="c", state=state)).status_code == 200
        she.cookie = cookie
        assert (await she.comes_back(code="c", state=state)).status_code == 401, "once"
        late = (await she.begins())["state"][0]
        she.clock.passes(minutes=10)
        assert (await she.comes_back(code="c", state=late)).status_code == 401
    assert len(she.run.installations()) == 1


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"ok": False, "error": "invalid_code"}, 401, "did not accept"),
        (granted(team=None), 502, "could not be understood"),
        (granted(access_token=None), 502, "could not be understood"),
        ({"ok": True}, 502, "could not be understood"),
    ],
)
async def test_what_slack_does_not_grant_is_said_in_plain_words(
    store: SqlStore, answer: dict[str, object], status: int, said: str
) -> None:
    async with browser(store) as she:
        she.slack.answers = [answer]
        refused = await she.installs()
    assert (refused.status_code, said in refused.text) == (status, True)
    assert she.run.installations() == []


async def test_declining_a_sick_slack_and_a_store_that_is_gone_are_said_in_plain_words(store: SqlStore) -> None:
    async with browser(store) as she:
        declined = await she.comes_back(error="access_denied")
        odd = await she.comes_back(error="<script>alert(1)</script>")
        she.slack.status = 503
        sick = await she.installs()
        she.slack.status = 200
        she.run.away = True
        gone = await she.opens(invitation(KEYS, PUBLIC, NOW).removeprefix(PUBLIC))
        posted = await she.http.post("/slack/install")
        long = await she.comes_back(code="c" * 5_000)
    assert (declined.status_code, "declined" in declined.text) == (200, True)
    assert "script" not in odd.text
    assert sick.status_code in {401, 502}
    assert (gone.status_code, posted.status_code, long.status_code) == (503, 405, 400)


async def test_the_vendors_flow_finds_what_it_stored_and_ends_it(store: SqlStore) -> None:
    run, clock = Runs(store=store), SetClock()
    kept = InstallationStore(run, SEALING, clock)
    run.keeps()
    found = await kept.async_find_bot(enterprise_id=None, team_id=TEAM)
    assert found is not None
    assert found.bot_token == "xoxe.xoxb-1-old"
    await kept.async_save_bot(found)
    blind = InstallationStore(run, Sealing(KeyRing((b"quite another key of the desk",))), clock)
    assert await blind.async_find_bot(enterprise_id=None, team_id=TEAM) is None
    await kept.async_delete_all(enterprise_id=None, team_id=TEAM)
    assert await kept.async_find_installation(enterprise_id=None, team_id=TEAM) is None
    assert [one.ended_because for one in run.installations()] == ["removed"]


def context(**payload: object) -> AsyncBoltContext:
    return AsyncBoltContext({"entered": Entered(kind=Kind.EVENT, payload=payload, raw=json.dumps(payload).encode())})


BY_US = [{"is_bot": False, "user_id": "U0BEN00001"}, {"is_bot": True, "user_id": "U0DESK0001", "team_id": TEAM}]


async def test_one_workspace_is_known_without_asking_anybody() -> None:
    authorize = StaticAuthorize()
    found = await authorize(context=context(authorizations=BY_US), enterprise_id=None, team_id=TEAM, user_id="U1")
    assert found is not None
    assert (found.team_id, found.bot_user_id, found.bot_token) == (TEAM, "U0DESK0001", None)
    pressed = await authorize(context=context(), enterprise_id=None, team_id=TEAM, user_id="U1")
    assert pressed is not None
    assert pressed.bot_user_id is None


async def test_an_event_is_for_the_installation_of_its_workspace_or_of_its_enterprise(store: SqlStore) -> None:
    run, clock = Runs(store=store), SetClock()
    authorize = InstalledAuthorize(Installed(run, clock))
    nowhere = await authorize(context=context(), enterprise_id=None, team_id=TEAM, user_id="U1")
    assert nowhere is None
    run.keeps()
    run.keeps(replace(SEALED, workspace="", enterprise=ENTERPRISE, bot_user="U0ORG00001"))
    clock.passes(seconds=3)
    for enterprise, workspace, bot in ((None, TEAM, "U0DESK0001"), (ENTERPRISE, OTHER_TEAM, "U0ORG00001")):
        found = await authorize(context=context(), enterprise_id=enterprise, team_id=workspace, user_id="U1")
        assert found is not None
        assert (found.team_id, found.bot_user_id, found.bot_token) == (workspace, bot, None)
    assert await authorize(context=context(), enterprise_id=None, team_id="T0NOWHERE1", user_id=None) is None

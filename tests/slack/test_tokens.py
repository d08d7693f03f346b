"""The bot's tokens: where they come from, renewed in time, and what happens where that fails."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from channels.slack.oauth.installed import Installed
from channels.slack.oauth.rotation import Rotated, TheirRotation
from channels.slack.oauth.sealing import BotTokens, SealBroken, Sealing
from channels.slack.oauth.tokens import InstalledTokens, StaticTokens
from channels.slack.vendor.api import SlackFault
from intake.desk.keys import KeyRing
from storage.store import SqlStore
from tests.slack.oauth_double import granted, oauth_double
from tests.slack.oauth_parts import NOW, SEALED, SEALING, TOKENS, Runs, SetClock
from tests.storage.chat_examples import ENTERPRISE, OTHER_TEAM, TEAM
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]
ENDING = replace(SEALED, expires_at=NOW + timedelta(minutes=119))


class Renewals:
    """In the place of Slack's: each refresh token is good once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.spent: set[str] = set()
        self.refuses = ""
        self.meanwhile = asyncio.Event()
        self.meanwhile.set()

    async def renew(self, tokens: BotTokens, expires_at: datetime) -> Rotated:
        self.asked.append(tokens.refresh)
        await self.meanwhile.wait()
        if self.refuses or tokens.refresh in self.spent:
            raise SlackFault(self.refuses or "invalid_refresh_token")
        self.spent.add(tokens.refresh)
        number = len(self.asked)
        fresh = BotTokens(token=f"xoxe.xoxb-1-new{number}", refresh=f"xoxe-1-new{number}")
        return Rotated(tokens=fresh, expires_at=expires_at + timedelta(hours=12))


class Parts:
    def __init__(self, store: SqlStore) -> None:
        self.run, self.clock, self.renewals = Runs(store=store), SetClock(), Renewals()
        self.tokens = self.of(SEALING)

    def of(self, sealing: Sealing) -> InstalledTokens:
        """Those of one replica."""
        installed = Installed(self.run, self.clock)
        return InstalledTokens(run=self.run, installed=installed, sealing=sealing, rotation=self.renewals, clock=self.clock)


@pytest.fixture
def parts(store: SqlStore) -> Parts:
    return Parts(store)


async def refused(tokens: InstalledTokens, workspace: str = TEAM) -> str:
    with pytest.raises(SlackFault) as fault:
        await tokens.bot(workspace)
    return fault.value.code


async def test_the_token_of_the_settings_is_good_everywhere() -> None:
    assert {await StaticTokens("xoxb-1").bot(workspace) for workspace in ("", TEAM)} == {"xoxb-1"}


async def test_each_workspace_has_the_token_that_its_installation_gave(parts: Parts) -> None:
    parts.run.keeps()
    other = SEALING.seal(BotTokens(token="xoxb-other"))
    parts.run.keeps(replace(SEALED, workspace=OTHER_TEAM, sealed=other))
    assert (await parts.tokens.bot(TEAM), await parts.tokens.bot(OTHER_TEAM)) == (TOKENS.token, "xoxb-other")
    assert await refused(parts.tokens, "T0NOWHERE1") == "no_token"
    assert await refused(parts.tokens, "") == "no_token"


async def test_a_workspace_without_its_own_installation_has_that_of_its_enterprise(parts: Parts) -> None:
    parts.run.keeps(replace(SEALED, workspace="", enterprise=ENTERPRISE))
    assert {await parts.tokens.bot(place) for place in (OTHER_TEAM, ENTERPRISE, "")} == {TOKENS.token}
    parts.run.keeps(replace(SEALED, workspace="", enterprise="E0OTHER001", sealed=SEALING.seal(BotTokens(token="xoxb-2"))))
    parts.clock.passes(minutes=1)
    assert await refused(parts.tokens, OTHER_TEAM) == "no_token"


async def test_of_several_enterprises_that_counts_from_which_something_came(parts: Parts) -> None:
    installed = Installed(parts.run, parts.clock)
    for enterprise in (ENTERPRISE, "E0OTHER001"):
        parts.run.keeps(replace(SEALED, workspace="", enterprise=enterprise))
    assert await installed.speaking_in(OTHER_TEAM) is None
    assert await installed.at("E0OTHER001", OTHER_TEAM) is not None
    found = await installed.speaking_in(OTHER_TEAM)
    assert found is not None
    assert found.enterprise == "E0OTHER001"


async def test_the_store_is_asked_once_in_a_while_and_no_strangers_make_it_be_asked_more(parts: Parts) -> None:
    parts.run.keeps()
    for _ in range(9):
        await parts.tokens.bot(TEAM)
        await refused(parts.tokens, "T0NOWHERE1")
    assert parts.run.asked == 1
    parts.run.away = True
    parts.clock.passes(minutes=5)
    assert await parts.tokens.bot(TEAM) == TOKENS.token, "the store may come back before the message is to be noted as sent"


async def test_a_token_is_renewed_two_hours_before_it_ends_and_once_for_all_who_ask(parts: Parts) -> None:
    parts.run.keeps(replace(SEALED, expires_at=NOW + timedelta(minutes=121)))
    assert await parts.tokens.bot(TEAM) == TOKENS.token
    parts.clock.passes(minutes=2)
    assert set(await asyncio.gather(*(parts.tokens.bot(TEAM) for _ in range(9)))) == {"xoxe.xoxb-1-new1"}
    assert parts.renewals.asked == [TOKENS.refresh]
    (kept,) = parts.run.installations()
    assert SEALING.open(kept.sealed) == BotTokens(token="xoxe.xoxb-1-new1", refresh="xoxe-1-new1")
    assert kept.expires_at == NOW + timedelta(minutes=121, hours=12)
    assert "xox" not in kept.sealed


async def test_whoever_gives_up_waiting_leaves_a_renewal_to_its_end(parts: Parts) -> None:
    parts.run.keeps(ENDING)
    parts.renewals.meanwhile.clear()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await parts.tokens.bot(TEAM)
    parts.renewals.meanwhile.set()
    await parts.tokens.settled(10.0)
    (kept,) = parts.run.installations()
    assert SEALING.open(kept.sealed).token == "xoxe.xoxb-1-new1", "a refresh token that was spent is no good a second time"
    assert await parts.tokens.bot(TEAM) == "xoxe.xoxb-1-new1"
    assert parts.renewals.asked == [TOKENS.refresh]


async def test_two_replicas_that_renew_at_once_end_with_the_same_token(parts: Parts) -> None:
    parts.run.keeps(ENDING)
    parts.renewals.meanwhile.clear()
    replicas = (parts.of(SEALING), parts.of(SEALING))
    asking = [asyncio.create_task(one.bot(TEAM)) for one in replicas]
    while len(parts.renewals.asked) < 2:
        await asyncio.sleep(0)
    parts.renewals.meanwhile.set()
    assert "xoxe.xoxb-1-new2" in await asyncio.gather(*asking), "the other one speaks with the old token, which lives"
    parts.clock.passes(minutes=2)
    assert {await one.bot(TEAM) for one in replicas} == {"xoxe.xoxb-1-new2"}
    assert [one.faults for one in replicas] == [{}, {}]


async def test_a_token_that_cannot_be_renewed_is_used_to_its_end_and_somebody_hears_of_it(parts: Parts) -> None:
    parts.run.keeps(ENDING)
    parts.renewals.refuses = "invalid_refresh_token"
    for _ in range(3):
        assert await parts.tokens.bot(TEAM) == TOKENS.token
    assert len(parts.renewals.asked) == 1, "again after a minute"
    assert parts.tokens.faults == {}, "somebody else may have been quicker"
    parts.clock.passes(minutes=2)
    assert await parts.tokens.bot(TEAM) == TOKENS.token
    assert ["invalid_refresh_token" in why for why in parts.tokens.faults.values()] == [True]
    parts.clock.passes(hours=2)
    assert await refused(parts.tokens) == "no_token"
    parts.renewals.refuses = ""
    parts.clock.passes(minutes=2)
    assert (await parts.tokens.bot(TEAM)).startswith("xoxe.xoxb-1-new")
    assert parts.tokens.faults == {}


async def test_a_renewed_token_that_could_not_be_written_is_used_and_written_later(parts: Parts) -> None:
    parts.run.keeps(ENDING)
    parts.renewals.meanwhile.clear()
    asking = asyncio.create_task(parts.tokens.bot(TEAM))
    while not parts.renewals.asked:
        await asyncio.sleep(0)
    parts.run.away = True
    parts.renewals.meanwhile.set()
    assert await asking == await parts.tokens.bot(TEAM) == "xoxe.xoxb-1-new1"
    parts.run.away = False
    parts.clock.passes(minutes=1)
    assert await parts.tokens.bot(TEAM) == "xoxe.xoxb-1-new1"
    assert [SEALING.open(one.sealed).refresh for one in parts.run.installations()] == ["xoxe-1-new1"]
    assert parts.renewals.asked == [TOKENS.refresh]


async def test_a_seal_that_no_key_opens_is_no_token_and_somebody_hears_of_it(parts: Parts) -> None:
    parts.run.keeps()
    tokens = parts.of(Sealing(KeyRing((b"quite another key of the desk",))))
    assert await refused(tokens) == "no_token"
    assert ["install" in why or "read" in why for why in tokens.faults.values()] == [True]


def test_a_key_that_was_added_in_front_leaves_the_older_seals_readable() -> None:
    old, new = b"the old key of this desk", b"the new key of this desk"
    sealed = Sealing(KeyRing((old,))).seal(TOKENS)
    rotated = Sealing(KeyRing((new, old)))
    assert rotated.open(sealed) == TOKENS
    assert Sealing(KeyRing((new,))).open(rotated.seal(TOKENS)) == TOKENS
    assert TOKENS.token not in repr(TOKENS)


@pytest.mark.parametrize("sealed", ["", "sealed", "gAAAAA==", "\udcff", SEALING.seal(BotTokens(token="")), SEALED.sealed[:-4]])
def test_what_is_no_seal_of_ours_says_so_and_nothing_else(sealed: str) -> None:
    with pytest.raises(SealBroken):
        SEALING.open(sealed)


async def test_slack_renews_a_token_for_its_refresh_token() -> None:
    async with oauth_double() as slack:
        slack.answers = [granted(access_token="xoxe.xoxb-1-b", refresh_token="xoxe-1-b")]
        fresh = await TheirRotation("1.2", "client-secret", slack.api_url).renew(TOKENS, NOW)
    assert fresh.tokens == BotTokens(token="xoxe.xoxb-1-b", refresh="xoxe-1-b")
    (asked,) = slack.asked
    assert (asked["grant_type"], asked["refresh_token"]) == ("refresh_token", TOKENS.refresh)


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"ok": False, "error": "invalid_refresh_token"}, 200, "invalid_refresh_token"),
        ({"ok": True, "token_type": "user"}, 200, "unreadable_answer"),
        ({"ok": True, "token_type": "bot"}, 200, "unreadable_answer"),
        ({}, 503, ""),
    ],
)
async def test_a_renewal_that_fails_says_why_and_tells_no_secret(answer: dict[str, object], status: int, code: str) -> None:
    async with oauth_double() as slack:
        slack.answers, slack.status = [answer], status
        with pytest.raises(SlackFault) as fault:
            await TheirRotation("1.2", "client-secret", slack.api_url).renew(TOKENS, NOW)
    assert fault.value.code == (code or fault.value.code)
    assert not any(secret in str(fault.value) for secret in (TOKENS.token, TOKENS.refresh, "client-secret"))


async def test_a_slack_that_is_gone_is_said_to_be_unreachable() -> None:
    async with oauth_double() as slack:
        address = slack.api_url
    with pytest.raises(SlackFault, match="unreachable"):
        await TheirRotation("1.2", "client-secret", address).renew(TOKENS, NOW)

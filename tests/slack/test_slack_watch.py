"""What Slack says of us becomes an alarm, and ends one; so does a socket that nobody hears of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.serve.slack_watch import SlackWatch
from channels.slack.json_value import Json
from channels.slack.manifest import scopes
from channels.slack.vendor.api import SlackFault
from channels.slack.vendor.errors import delivery_error
from intake.desk.policy_file.whole import read_policy
from intake.desk.slack_health import ACCESS, CHANNELS, ENDED, SOCKET, THROTTLED, WAITING, SlackHealth
from intake.desk.watch import AWAITED, DESK, Watch
from intake.domain.channel import Channel
from intake.domain.chat import Installation
from intake.domain.sign_of_life import SignOfLife
from intake.domain.watched import Watched
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk
from tests.slack.forms_desk import forms_desk

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEEN = Watched()
TRIAGE = "C0TRIAGE001"


@dataclass
class Slack:
    """As a test wants it: `refuses` maps a method to Slack's word for it."""

    refuses: dict[str, str] = field(default_factory=dict)
    room: Mapping[str, object] = field(default_factory=lambda: {"is_private": True})
    given: frozenset[str] = field(default_factory=scopes)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        self.asked.append((method, workspace))
        if method in self.refuses:
            raise SlackFault(self.refuses[method], method=method)
        return {"ok": True, "team": "Acme", "user": "helpdesk", "channel": self.room}

    async def scopes(self, workspace: str) -> frozenset[str]:
        return self.given

    async def post_bytes(self, url: str, content: bytes) -> None:
        raise AssertionError("nothing is sent")

    async def post_json(self, url: str, body: Json) -> None:
        raise AssertionError("nothing is sent")


@dataclass
class Clock:
    now: datetime = NINE

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def watched(store: SqlStore, slack: Slack, *, installed: bool = False) -> tuple[SlackWatch, Watch]:
    asks = SlackWatch(api=slack, store=store, triage=[TRIAGE], clock=Clock(), installed=installed)
    return asks, Watch(policy=read_policy(None), since=NINE, slack=lambda: asks.health)


def wrong(watch: Watch, asks: SlackWatch, seen: Watched = SEEN) -> dict[str, str]:
    return {alarm.name: f"{alarm.what} {alarm.means} {alarm.remedy}" for alarm in watch.wrong(seen, asks.clock())}


async def test_a_token_that_is_refused_twice_is_an_alarm_and_one_that_is_taken_again_ends_it(sqlite_store: SqlStore) -> None:
    slack = Slack(refuses={"auth.test": "token_revoked"})
    asks, watch = watched(sqlite_store, slack)
    await asks.look()
    assert wrong(watch, asks) == {}, "once may be chance"
    await asks.look()
    told = wrong(watch, asks)
    assert list(told) == [ACCESS]
    assert "token_revoked, the desk's token is void: install it again" in told[ACCESS]
    assert watch.watches(ACCESS)
    assert not watch.is_over(ACCESS, asks.clock(), SEEN, NINE)
    slack.refuses.clear()
    since = asks.clock()
    await asks.look()
    assert wrong(watch, asks) == {}
    assert watch.is_over(ACCESS, since, SEEN, NINE)


async def test_a_scope_that_is_missing_is_named(sqlite_store: SqlStore) -> None:
    asks, watch = watched(sqlite_store, Slack(given=scopes() - {"files:write", "users:read.email"}))
    await asks.look()
    await asks.look()
    assert "scopes are missing: files:write, users:read.email" in wrong(watch, asks)[ACCESS]


@pytest.mark.parametrize(
    ("room", "says"),
    [
        ({"is_private": False}, "C0TRIAGE001 is public"),
        ({"is_private": True, "is_ext_shared": True}, "C0TRIAGE001 is shared with another company"),
    ],
)
async def test_a_triage_channel_where_others_read_is_an_alarm_at_once(
    sqlite_store: SqlStore, room: Mapping[str, object], says: str
) -> None:
    asks, watch = watched(sqlite_store, Slack(room=room))
    await asks.look()
    assert says in wrong(watch, asks)[CHANNELS]


async def test_a_channel_that_the_desk_is_not_in_is_an_alarm_and_a_bad_moment_is_none(sqlite_store: SqlStore) -> None:
    slack = Slack(refuses={"conversations.info": "channel_not_found"})
    asks, watch = watched(sqlite_store, slack)
    await asks.look()
    assert "there is no such channel, or the desk is not in it" in wrong(watch, asks)[CHANNELS]
    slack.refuses["conversations.info"] = "ratelimited"
    await asks.look()
    assert wrong(watch, asks) == {}


async def test_what_waits_because_of_us_is_counted(sqlite_store: SqlStore) -> None:
    desk = AtTheDesk(store=sqlite_store, policy=read_policy(None))
    forms_desk(sqlite_store).asked()
    fault = SlackFault("missing_scope", method="files.getUploadURLExternal", needs="files:write")
    for outbound in desk.claims(Channel.SLACK):
        with sqlite_store.begin() as books:
            desk.dispatcher.failed(outbound, delivery_error(fault), books, desk.clock())
    asks, watch = watched(sqlite_store, Slack())
    await asks.look()
    told = wrong(watch, asks)[WAITING]
    assert "1 delivery waits in Slack because of us" in told
    assert "(files:write)" in told


async def test_a_workspace_that_took_the_desk_out_is_told_for_a_day_or_until_it_is_back(sqlite_store: SqlStore) -> None:
    acme = Installation(
        id=0,
        enterprise="",
        workspace="T0ACME00001",
        name="Acme",
        bot_user="U0DESKBOT01",
        bot="B0DESKBOT01",
        scopes=("chat:write",),
        sealed="x",
        installed_by="U0ANN000001",
        installed_at=NINE,
    )
    with sqlite_store.begin() as books:
        books.installations.add(acme)
        books.installations.end("", acme.workspace, "app_uninstalled", NINE)
    asks, watch = watched(sqlite_store, Slack(), installed=True)
    await asks.look()
    assert "Acme (T0ACME00001), app_uninstalled" in wrong(watch, asks)[ENDED]
    with sqlite_store.begin() as books:
        books.installations.add(acme)
    await asks.look()
    assert wrong(watch, asks) == {}


def test_a_socket_of_which_no_replica_says_that_it_is_up_is_an_alarm() -> None:
    health = SlackHealth(socket_up=False, socket_why="link_disabled")
    watch = Watch(policy=read_policy(None), since=NINE, slack=lambda: health)
    signs = {name: SignOfLife(name=name, seen_at=NINE, silent_since=None) for name in (DESK, f"{AWAITED}{SOCKET}", SOCKET)}
    seen = Watched(signs=signs)
    assert watch.wrong(seen, NINE + timedelta(minutes=3)) == []
    (alarm,) = watch.wrong(seen, NINE + timedelta(minutes=4))
    assert (alarm.name, alarm.since) == (SOCKET, NINE)
    assert "Slack's last word was: link_disabled" in alarm.what
    assert not watch.is_over(SOCKET, NINE + timedelta(minutes=4), seen, NINE)
    heard = replace(signs[SOCKET], seen_at=NINE + timedelta(minutes=5))
    assert watch.is_over(SOCKET, NINE + timedelta(minutes=4), replace(seen, signs={**signs, SOCKET: heard}), NINE)


def test_a_desk_that_hears_over_http_awaits_no_socket() -> None:
    watch = Watch(policy=read_policy(None), since=NINE, slack=SlackHealth)
    assert watch.wrong(SEEN, NINE + timedelta(days=1)) == []


def test_events_that_slack_holds_back_are_an_alarm_for_an_hour() -> None:
    watch = Watch(policy=read_policy(None), since=NINE, slack=SlackHealth)
    seen = Watched(signs={THROTTLED: SignOfLife(name=THROTTLED, seen_at=NINE, silent_since=None)})
    (alarm,) = watch.wrong(seen, NINE + timedelta(minutes=10))
    assert "30,000 events in an hour" in alarm.what
    assert watch.wrong(seen, NINE + timedelta(hours=1)) == []
    assert watch.is_over(THROTTLED, NINE, seen, NINE + timedelta(hours=1))

"""What the phone's vendor says of us becomes an alarm, and ends one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from channels.serve.vendor_watch import VendorWatch
from intake.desk.alarm import Alarm
from intake.desk.phone_health import ACCOUNT, WEBHOOKS, FailedWebhooks
from intake.desk.policy_file.whole import read_policy
from intake.desk.watch import Watch
from intake.domain.errors import DeliveryError
from intake.domain.watched import Watched
from tests.serve.watched_desk import until

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
FAILED = FailedWebhooks(code="11200", path="/twilio/voice", count=3, first=NINE, last=NINE)
SEEN = Watched()


@dataclass
class Vendor:
    """As a test wants it: `wrong` is what it answers to everything."""

    state: str = "active"
    failed: Sequence[FailedWebhooks] = ()
    wrong: DeliveryError | None = None
    without_a_log: bool = False
    hangs: bool = False
    asked: int = 0
    closed: bool = False

    async def status(self) -> str:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.wrong is not None:
            raise self.wrong
        return self.state

    async def failed_webhooks(self, since: datetime, public_url: str) -> Sequence[FailedWebhooks]:
        if self.without_a_log:
            raise DeliveryError("not found", permanent=True)
        return self.failed

    async def close(self) -> None:
        self.closed = True


@dataclass
class Clock:
    now: datetime = NINE

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def watched(vendor: Vendor) -> tuple[VendorWatch, Watch]:
    asking = VendorWatch(vendor, "https://desk.example.com", Clock())
    return asking, Watch(policy=read_policy(None), since=NINE, phone=lambda: asking.health)


def alarms(watch: Watch) -> Sequence[Alarm]:
    return watch.wrong(SEEN, NINE + timedelta(hours=1))


async def test_webhooks_that_fail_are_an_alarm_until_none_has_failed_lately() -> None:
    vendor = Vendor(failed=[FAILED])
    asking, watch = watched(vendor)
    assert alarms(watch) == []
    await asking.look()
    (alarm,) = alarms(watch)
    assert alarm.name == WEBHOOKS
    assert "3 requests" in alarm.what
    assert "11200 at /twilio/voice (3)" in alarm.what
    assert not watch.is_over(WEBHOOKS, asking.health.asked_at or NINE, SEEN, NINE)
    vendor.failed, since = (), asking.health.asked_at or NINE
    await asking.look()
    assert alarms(watch) == []
    assert watch.is_over(WEBHOOKS, since, SEEN, NINE)


async def test_a_vendor_that_refuses_us_twice_in_a_row_is_an_alarm() -> None:
    vendor = Vendor(wrong=DeliveryError("the vendor refused it: 20003", permanent=False))
    asking, watch = watched(vendor)
    await asking.look()
    assert alarms(watch) == [], "once may be a hiccup"
    await asking.look()
    (alarm,) = alarms(watch)
    assert (alarm.name, "20003" in alarm.what) == (ACCOUNT, True)
    vendor.wrong, since = None, asking.health.asked_at or NINE
    await asking.look()
    assert (alarms(watch), watch.is_over(ACCOUNT, since, SEEN, NINE)) == ([], True)


async def test_an_account_that_is_closed_is_an_alarm() -> None:
    asking, watch = watched(Vendor(state="closed"))
    await asking.look()
    await asking.look()
    assert "the account is closed" in alarms(watch)[0].what


async def test_an_account_without_an_error_log_is_none() -> None:
    asking, watch = watched(Vendor(without_a_log=True))
    await asking.look()
    await asking.look()
    assert alarms(watch) == []
    assert asking.health.asked_at is not None


async def test_a_process_that_has_not_asked_yet_ends_no_alarm() -> None:
    _, watch = watched(Vendor())
    assert not watch.is_over(WEBHOOKS, NINE, SEEN, NINE)


def test_a_desk_that_has_no_phone_any_more_lets_its_alarm_end() -> None:
    watch = replace(watched(Vendor())[1], phone=None)
    assert not watch.is_over(ACCOUNT, NINE, SEEN, NINE + timedelta(minutes=5)), "another replica may still have one"
    assert watch.is_over(ACCOUNT, NINE, SEEN, NINE + timedelta(hours=1))


async def test_a_desk_that_ends_while_the_vendor_hangs_leaves_no_connection_open() -> None:
    vendor = Vendor(hangs=True)
    running = asyncio.create_task(watched(vendor)[0].run())
    await until(lambda: vendor.asked > 0, "it asks")
    running.cancel()
    await asyncio.wait([running])
    assert vendor.closed

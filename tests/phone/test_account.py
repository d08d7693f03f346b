"""What the vendor says of our account, and what `intake check` makes of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from channels.cli.check_vendor import check_vendor
from channels.cli.finding import Finding, Verdict
from channels.phone.vendor.account import Account
from channels.phone.ways_in import is_patient, same_way, ways_in
from channels.serve.settings import DeskSettings
from intake.desk.phone_health import FailedWebhooks
from intake.domain.errors import DeliveryError
from tests.harness.phone_line import ACCOUNT, NUMBER
from tests.phone.vendor_account import PUBLIC, account_is, errors_are, no_numbers, number_is, says, settings_at
from tests.phone.vendor_double import VendorDouble, vendor_double

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def double() -> AsyncIterator[VendorDouble]:
    async with vendor_double() as running:
        account_is(running, "active")
        number_is(running)
        yield running


async def findings(double: VendorDouble) -> Sequence[Finding]:
    desk, phone = DeskSettings(public_url=PUBLIC), settings_at(double)
    return await asyncio.to_thread(lambda: list(check_vendor(desk, phone)))


async def test_a_number_that_is_set_up_as_it_should_be_is_in_order(double: VendorDouble) -> None:
    (found,) = await findings(double)
    assert found.verdict is Verdict.OK
    assert NUMBER in found.says


async def test_what_follows_the_hash_does_not_make_it_another_address(double: VendorDouble) -> None:
    number_is(double, voice_url=f"{PUBLIC}/twilio/voice")
    (found,) = await findings(double)
    assert found.verdict is Verdict.WARNING
    assert "not asked for again" in found.says


@pytest.mark.parametrize(
    ("changed", "verdict", "named"),
    [
        ({"voice_url": "https://demo.twilio.com/welcome/voice/"}, Verdict.FAULT, "demo.twilio.com"),
        ({"voice_url": ""}, Verdict.FAULT, "asked of nobody"),
        ({"voice_method": "GET"}, Verdict.FAULT, "by GET"),
        ({"voice_application_sid": "AP1"}, Verdict.FAULT, "go to AP1"),
        ({"trunk_sid": "TK1"}, Verdict.FAULT, "go to TK1"),
        ({"voice_fallback_url": ""}, Verdict.WARNING, "dead line"),
        ({"voice_fallback_url": f"{PUBLIC}/twilio/voice#rc=3"}, Verdict.WARNING, "is the desk itself"),
        ({"status_callback": None}, Verdict.WARNING, "the end of calls"),
        ({"sms_url": "https://elsewhere.example/sms"}, Verdict.WARNING, "elsewhere.example"),
        ({"sms_method": "GET"}, Verdict.FAULT, "by GET"),
        ({"sms_url": f"{PUBLIC}/twilio/sms"}, Verdict.WARNING, "one that fails once is lost"),
        ({"capabilities": {"voice": False, "sms": True}}, Verdict.FAULT, "takes no calls"),
        ({"capabilities": {"voice": True, "sms": False}}, Verdict.WARNING, "sends no texts"),
    ],
)
async def test_each_thing_that_is_set_up_wrong_is_named_with_its_mend(
    double: VendorDouble, changed: dict[str, object], verdict: Verdict, named: str
) -> None:
    number_is(double, **changed)
    (found,) = await findings(double)
    assert found.verdict is verdict
    assert named in found.says
    assert found.mend


async def test_a_number_of_somebody_else_is_a_fault(double: VendorDouble) -> None:
    no_numbers(double)
    (found,) = await findings(double)
    assert (found.verdict, found.says) == (Verdict.FAULT, f"the account has no number {NUMBER}")


async def test_an_account_that_is_suspended_is_a_fault(double: VendorDouble) -> None:
    account_is(double, "suspended")
    assert (await findings(double))[0].says == "the account at the vendor is suspended"


async def test_a_token_that_is_refused_is_a_fault_and_stands_in_no_finding(double: VendorDouble) -> None:
    double.media.clear()
    says(double, f"/2010-04-01/Accounts/{ACCOUNT}.json", {"code": 20003, "message": "Authenticate"}, status=401)
    (found,) = await findings(double)
    assert "20003" in found.says
    assert "a-token-of-the-test" not in found.says + found.mend


async def test_a_vendor_that_is_away_is_told_at_once() -> None:
    async with vendor_double() as gone:
        phone = settings_at(gone)
    found = await asyncio.to_thread(lambda: list(check_vendor(DeskSettings(public_url=PUBLIC), phone)))
    assert [one.verdict for one in found] == [Verdict.FAULT]


def alert(code: str, url: str, at: str, level: str = "error") -> dict[str, str]:
    return {"error_code": code, "request_url": url, "date_generated": at, "log_level": level, "sid": "NO1"}


async def test_only_what_failed_at_our_own_addresses_counts_and_is_summed_up(double: VendorDouble) -> None:
    voice = f"{PUBLIC}/twilio/voice/what?t=1&n=1042"
    errors_are(
        double,
        [
            alert("11200", voice, "2026-11-23T09:04:00Z"),
            alert("11200", f"{PUBLIC}/twilio/voice/what", "2026-11-23T09:02:00Z"),
            alert("12100", f"{PUBLIC}/twilio/sms", "2026-11-23T09:03:00Z"),
            alert("11200", "https://other.example/twilio/sms", "2026-11-23T09:03:00Z"),
            alert("11200", f"{PUBLIC}/t/abc", "2026-11-23T09:03:00Z"),
            alert("11200", f"{PUBLIC}/twilio/sms", "2026-11-23T08:00:00Z"),
            alert("21610", "https://[", "2026-11-23T09:03:00Z"),
        ],
    )
    account = Account(settings_at(double), 5)
    failed = await account.failed_webhooks(NINE, PUBLIC)
    await account.close()
    assert failed == [
        FailedWebhooks(
            code="11200", path="/twilio/voice/what", count=2, first=NINE.replace(minute=2), last=NINE.replace(minute=4)
        ),
        FailedWebhooks(code="12100", path="/twilio/sms", count=1, first=NINE.replace(minute=3), last=NINE.replace(minute=3)),
    ]
    assert "StartDate=2026-11-23T09:00:00Z" in double.asked[-1].query.replace("%3A", ":")
    assert "LogLevel=error" in double.asked[-1].query


async def test_an_account_without_an_error_log_says_so_for_good(double: VendorDouble) -> None:
    says(double, "/v1/Alerts", {"code": 20404, "message": "not found"}, status=404)
    account = Account(settings_at(double), 5)
    with pytest.raises(DeliveryError) as fault:
        await account.failed_webhooks(NINE, PUBLIC)
    await account.close()
    assert fault.value.permanent


def test_every_address_that_is_pasted_asks_again_and_leads_to_the_desk() -> None:
    ways = ways_in(PUBLIC)
    assert [one.partition("#")[0].removeprefix(PUBLIC) for one in (ways.voice, ways.status, ways.text)] == [
        "/twilio/voice",
        "/twilio/status",
        "/twilio/sms",
    ]
    assert all(is_patient(one) and same_way(one.partition("#")[0], one) for one in (ways.voice, ways.status, ways.text))
    assert not is_patient(f"{PUBLIC}/twilio/voice#rc=0&rp=all")
    assert not is_patient(f"{PUBLIC}/twilio/voice")

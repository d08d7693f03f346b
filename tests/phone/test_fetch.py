"""Recordings and pictures are fetched from the vendor, and from nowhere else; our credentials go to its API alone."""

from collections.abc import AsyncIterator

import pytest

from channels.phone.vendor.fetch import FileFetcher
from intake.domain.errors import DeliveryError
from intake.domain.remote_file import RemoteFile
from tests.phone.vendor_double import ACCOUNT, TOKEN, VendorDouble, vendor_double

RECORDING = f"RE{'ab' * 16}"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}"


@pytest.fixture
async def vendor() -> AsyncIterator[VendorDouble]:
    async with vendor_double() as double:
        yield double


@pytest.fixture
async def fetch(vendor: VendorDouble) -> AsyncIterator[FileFetcher]:
    fetcher = FileFetcher(ACCOUNT, TOKEN, vendor.url, most_bytes=1000)
    yield fetcher
    await fetcher.close()


def remote(url: str, content_type: str = "audio/x-wav") -> RemoteFile:
    return RemoteFile(url=url, content_type=content_type, name="recording")


async def refused(fetch: FileFetcher, url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as refusal:
        await fetch(remote(url))
    return refusal.value


async def test_a_recording_is_fetched_with_our_credentials(vendor: VendorDouble, fetch: FileFetcher) -> None:
    vendor.media[PATH] = (200, {"Content-Type": "audio/x-wav"}, b"RIFF")
    file = await fetch(remote(f"https://api.twilio.com{PATH}"))
    assert (file.name, file.content_type, file.size, file.content) == (f"{RECORDING}.wav", "audio/x-wav", 4, b"RIFF")
    assert vendor.asked[0].authorization.startswith("Basic ")


async def test_what_comes_is_named_for_what_it_is(vendor: VendorDouble, fetch: FileFetcher) -> None:
    vendor.media[PATH] = (200, {"Content-Type": "text/html; charset=utf-8"}, b"<script>")
    assert (await fetch(remote(f"https://api.twilio.com{PATH}"))).name == f"{RECORDING}.bin"


async def test_a_redirect_is_followed_without_our_credentials(vendor: VendorDouble, fetch: FileFetcher) -> None:
    vendor.media[PATH] = (302, {"Location": f"{vendor.url}/files/1"}, b"")
    vendor.media["/files/1"] = (307, {"Location": "/files/2"}, b"")
    vendor.media["/files/2"] = (200, {"Content-Type": "image/png"}, b"png")
    assert (await fetch(remote(f"https://api.twilio.com{PATH}"))).content == b"png"
    assert [bool(one.authorization) for one in vendor.asked] == [True, False, False]


async def test_three_redirects_are_too_many(vendor: VendorDouble, fetch: FileFetcher) -> None:
    vendor.media[PATH] = (302, {"Location": PATH}, b"")
    assert (await refused(fetch, f"https://api.twilio.com{PATH}")).permanent
    assert len(vendor.asked) == 3


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://evil.example/x",
        "https://twilio.com.evil.example/x",
        "https://eviltwiliocdn.com/x",
        "http://mms.twiliocdn.com/x",
        "https://user@mms.twiliocdn.com/x",
        "https://mms.twiliocdn.com:8443/x",
        "https://s3-external-1.amazonaws.com/another-bucket/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../another/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/%2E%2e/another/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/.%2e/another/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "",
    ],
)
async def test_no_redirect_leads_away_from_the_vendor(vendor: VendorDouble, fetch: FileFetcher, target: str) -> None:
    vendor.media[PATH] = (302, {"Location": target}, b"")
    assert (await refused(fetch, f"https://api.twilio.com{PATH}")).permanent
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/2010-04-01/Accounts/x/Recordings/y",
        f"http://api.twilio.com{PATH}",
        f"https://api.twilio.com.evil.example{PATH}",
        f"https://api.twilio.com@evil.example{PATH}",
        f"https://127.0.0.1{PATH}",
        f"https://api.twilio.com/2010-04-01/Accounts/AC{'f' * 32}/Recordings/{RECORDING}",
        f"https://api.twilio.com/x/../../Accounts/{ACCOUNT}/y",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/%2e%2e/AC{'f' * 32}/Recordings/{RECORDING}",
        f"https://api.twilio.com:444{PATH}",
        f"https://api.twilio.com:x{PATH}",
        "https://[::1",
        "not an address",
        "",
    ],
)
async def test_an_address_that_is_not_our_accounts_is_never_asked(vendor: VendorDouble, fetch: FileFetcher, url: str) -> None:
    assert (await refused(fetch, url)).permanent
    assert not vendor.asked


@pytest.mark.parametrize("piecemeal", [True, False])
async def test_a_file_that_is_too_large_is_given_up(vendor: VendorDouble, fetch: FileFetcher, piecemeal: bool) -> None:
    vendor.media[PATH], vendor.piecemeal = (200, {}, b"x" * 1001), piecemeal
    assert (await refused(fetch, f"https://api.twilio.com{PATH}")).permanent


@pytest.mark.parametrize(("status", "permanent"), [(404, False), (401, False), (503, False), (410, True)])
async def test_a_recording_that_is_not_there_yet_is_asked_for_again(
    vendor: VendorDouble, fetch: FileFetcher, status: int, permanent: bool
) -> None:
    vendor.media[PATH] = (status, {}, b"")
    assert (await refused(fetch, f"https://api.twilio.com{PATH}")).permanent is permanent


async def test_the_vendor_is_asked_for_the_file_as_it_is_and_says_when_to_come_back(
    vendor: VendorDouble, fetch: FileFetcher
) -> None:
    vendor.media[PATH] = (429, {"Retry-After": "90"}, b"")
    refusal = await refused(fetch, f"https://api.twilio.com{PATH}")
    assert (refusal.permanent, refusal.retry_after) == (False, 90)
    assert vendor.asked[0].accepts == "identity"

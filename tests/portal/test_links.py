"""Which links open a page, and what opening one does: nothing."""

from dataclasses import replace

import httpx2
import pytest

from channels.portal.listen import FRONTS
from intake.desk.keys import KeyRing, Purpose
from intake.desk.signed_names import portal_key, reply_tag
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import LinkAddress, Reply, Resolve, Take, UnlinkAddress, Unwatch, Watch
from intake.domain.notice import NoticeKind
from tests.desk.at_the_desk import BURNING, KEYS, mail
from tests.desk.staff import BEN
from tests.portal.at_the_page import AtThePage, read

BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")


async def opens_nothing(page: AtThePage, key: str) -> None:
    """The same page, byte for byte, for everything that opens none."""
    nobodys = await page.get("/t/1.aaaaaaaaaaaaaaaa")
    assert (nobodys.status_code, "This link opens nothing" in read(nobodys)) == (404, True)
    for answer in (await page.get(f"/t/{key}"), await page.post(f"/t/{key}/reply", text="x")):
        assert answer.status_code == 404
        assert read(answer) == read(nobodys)
    assert page.arrivals == []


async def test_the_link_in_a_mail_opens_the_ticket_without_login(page: AtThePage) -> None:
    number = page.opens("The printer makes odd noises.")
    seen = await page.get(page.link(number))
    assert seen.status_code == 200
    assert seen.headers["content-type"] == "text/html; charset=utf-8"
    assert f"Ticket HD-{number} Printer Waiting to be looked at" in read(seen)


@pytest.mark.parametrize("change", ["mac", "delivery", "cut", "longer", "upper"])
async def test_a_changed_link_opens_nothing(page: AtThePage, change: str) -> None:
    number = page.opens()
    delivery = page.deliveries(number)[0].id
    ours, mac = portal_key(KEYS, delivery).split(".")
    changed = {
        "mac": f"{ours}.{'b' if mac[0] == 'a' else 'a'}{mac[1:]}",
        "delivery": f"{delivery + 1}.{mac}",
        "cut": f"{ours}.{mac[:-1]}",
        "longer": f"{ours}.{mac}a",
        "upper": f"{ours}.{mac.upper()}",
    }
    await opens_nothing(page, changed[change])


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.PORTAL])
async def test_a_signature_for_another_purpose_opens_nothing(page: AtThePage, purpose: Purpose) -> None:
    delivery = page.deliveries(page.opens())[0].id
    await opens_nothing(page, f"{delivery}.{KEYS.sign(purpose, str(delivery))}")


async def test_a_reply_address_is_no_link(page: AtThePage) -> None:
    await opens_nothing(page, reply_tag(KEYS, page.opens()))


async def test_somebody_elses_key_opens_nothing(page: AtThePage) -> None:
    stranger = KeyRing([b"a key that this desk never had"])
    await opens_nothing(page, portal_key(stranger, page.deliveries(page.opens())[0].id))


async def test_a_delivery_that_never_was_opens_nothing(page: AtThePage) -> None:
    await opens_nothing(page, portal_key(KEYS, 999_999_999_999_999_999))


@pytest.mark.parametrize("kind", [NoticeKind.ARRIVAL, NoticeKind.PAGE])
async def test_mail_to_a_team_opens_nothing(page: AtThePage, kind: NoticeKind) -> None:
    number = page.opens(label=BURNING)
    sent = [d for d in page.desk.story(number).deliveries if d.notice is not None and d.notice.kind is kind]
    assert sent
    await opens_nothing(page, portal_key(KEYS, sent[0].id))


async def test_a_mail_to_an_agent_who_watches_opens_nothing(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Watch(kind=AddressKind.EMAIL, address="cleo@desk.example"), BEN, ticket=number)
    page.desk.does(Take(), BEN, ticket=number)
    cleo = Address(kind=AddressKind.EMAIL, value="cleo@desk.example")
    await opens_nothing(page, page.link(number, cleo).removeprefix("/t/"))


async def test_whoever_watches_reads_along_until_they_watch_no_longer(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    page.desk.does(Reply(text="Which floor?"), BEN, ticket=number)
    link = page.link(number, BOB)
    assert "Which floor?" in read(await page.get(link))
    page.desk.does(Unwatch(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    await opens_nothing(page, link.removeprefix("/t/"))


async def test_a_link_to_an_address_that_turned_out_to_be_somebody_elses_opens_nothing(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(LinkAddress(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    page.desk.hears(replace(mail("From my other address.", author=BOB), ticket=number))
    page.desk.does(Reply(text="Which floor?"), BEN, ticket=number)
    link = page.link(number, BOB)
    assert (await page.get(link)).status_code == 200
    page.desk.does(UnlinkAddress(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    await opens_nothing(page, link.removeprefix("/t/"))


async def test_a_link_that_is_too_old_says_what_to_do(page: AtThePage) -> None:
    link = page.link(page.opens())
    page.desk.clock.advance(days=90)
    assert (await page.get(link)).status_code == 200
    page.desk.clock.advance(seconds=1)
    expired = await page.get(link)
    assert (expired.status_code, expired.text.count("<h1")) == (410, 1)
    assert "answer any mail of ours" in read(expired)
    assert "Printer" not in expired.text


async def test_what_was_typed_on_a_page_that_expired_meanwhile_is_not_lost(page: AtThePage) -> None:
    link = page.link(page.opens())
    page.desk.clock.advance(days=91)
    answer = await page.post(f"{link}/reply", text="It smells as well.")
    assert (answer.status_code, "It smells as well." in read(answer)) == (410, True)
    assert page.arrivals == []


async def test_looking_changes_nothing_however_often_a_scanner_looks(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Take(), BEN, ticket=number)
    page.desk.does(Resolve(text="It works again."), BEN, ticket=number)
    link, before = page.link(number), entries(page)
    story = page.desk.story(number)
    for front in ("", *(f"/{front}" for front in FRONTS)):
        assert (await page.get(f"{link}{front}")).status_code == 200
        seen = await page.head(f"{link}{front}")
        assert (seen.status_code, seen.headers["cache-control"]) == (200, "no-store")
    assert (page.desk.story(number), entries(page)) == (story, before)


def entries(page: AtThePage) -> int:
    with page.desk.store.looking() as reader:
        return len(reader.ledger(limit=1000))


@pytest.mark.parametrize("path", ["/t/", "/t/x", "/t/x/y/z", "/t/KEY/delete", "/t/KEY/", "/t/KEY/reply/more"])
async def test_what_is_no_page_is_missing(page: AtThePage, path: str) -> None:
    key = page.link(page.opens()).removeprefix("/t/")
    answer = await page.get(path.replace("KEY", key))
    assert (answer.status_code, "This link opens nothing" in read(answer)) == (404, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_else_can_be_done_to_a_page(page: AtThePage, method: str) -> None:
    link = page.link(page.opens())
    assert (await page.request(method, link)).status_code == 405


async def test_every_answer_keeps_the_page_to_itself(page: AtThePage) -> None:
    link = page.link(page.opens())
    answers: list[httpx2.Response] = [
        await page.get(link),
        await page.get("/t/1.aaaaaaaaaaaaaaaa"),
        await page.get("/t/a/b/c/d"),
        await page.request("DELETE", link),
        await page.post(f"{link}/reply", text="More."),
        await page.post(f"{link}/reply", text=""),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 405, 303, 422]
    for answer in answers:
        assert {name: answer.headers[name] for name in KEPT} == KEPT


KEPT = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


async def test_the_page_brings_its_own_style_and_no_script(page: AtThePage) -> None:
    link = page.link(page.opens())
    for path in (link, f"{link}/yes", "/t/1.aaaaaaaaaaaaaaaa", "/t/a/b/c"):
        seen = await page.get(path)
        (href,) = [part.split('"')[0] for part in seen.text.split('<link rel="stylesheet" href="')[1:]]
        style = await page.get(str(seen.url.join(href)))
        assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert "<script" not in seen.text
        assert "style=" not in seen.text

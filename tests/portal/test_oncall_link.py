"""The link in a page: GET shows it in short, one button answers, once; and nobody else's link opens it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from intake.desk.keys import KeyRing, Purpose
from intake.desk.signed_names import page_key, portal_key
from intake.domain.deed import AcknowledgePage, Cancel, Reopen
from intake.domain.errors import StoreUnavailable
from intake.domain.event import EventKind
from intake.domain.page import RunState
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, KEYS
from tests.desk.on_call import desk_on_call, goes_unanswered, states, told, woken
from tests.desk.staff import ADMIN
from tests.portal.at_the_page import AtThePage, read
from tests.portal.test_links import KEPT

BEN, KIM = "ben@desk.example", "kim@desk.example"


@pytest.fixture
async def page(store: SqlStore) -> AsyncIterator[AtThePage]:
    async with AtThePage(desk_on_call(store)) as at_the_page:
        yield at_the_page


def burns(page: AtThePage) -> int:
    return page.opens("Nobody can log in.\nAll floors.", label=BURNING)


async def test_it_shows_what_somebody_must_know_to_get_up(page: AtThePage) -> None:
    number = burns(page)
    seen = read(await page.get(page.page_link(number, BEN)))
    for says in (
        "P1 · Ticket HD-",
        "Printer",
        "Ann <ann@customer.example>",
        "IT Support",
        "step 1",
        "09:00 UTC",
        "All floors.",
    ):
        assert says in seen
    assert "This answers for Ben." in seen


async def test_looking_never_answers_however_often_a_scanner_looks(page: AtThePage) -> None:
    number = burns(page)
    link = page.page_link(number, BEN)
    for _ in range(3):
        assert (await page.get(link)).status_code == 200
        assert (await page.head(link)).status_code == 200
    assert (page.arrivals, states(page.desk, number)) == ([], [RunState.RUNNING])


async def test_the_button_answers_in_the_name_of_whoever_was_paged(page: AtThePage) -> None:
    number = burns(page)
    link = page.page_link(number, BEN)
    answer = await page.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, link.removeprefix("/p/"))
    assert "Ben has it Since 23 November 2026, 09:00 UTC" in read(await page.get(link))
    (event,) = told(page.desk, number, EventKind.ACKNOWLEDGED)
    assert (event.actor, event.reason) == ("Ben", "acknowledged the page, by the link in its mail")
    assert goes_unanswered(page.desk, 14) == 0
    (entry,) = page.form_entries()
    assert (entry.outcome, entry.ticket) == (Outcome.APPLIED, number)


async def test_a_second_press_changes_nothing_and_says_who_has_it(page: AtThePage) -> None:
    number = burns(page)
    link = page.page_link(number, BEN)
    await page.post(link)
    page.desk.clock.advance(minutes=7)
    assert (await page.post(link)).status_code == 303
    assert "Ben has it Since 23 November 2026, 09:00 UTC" in read(await page.get(link))
    assert len(page.form_entries()) == 1
    assert len(told(page.desk, number, EventKind.ACKNOWLEDGED)) == 1


async def test_after_somebody_else_it_says_who_has_it_and_no_more_of_the_ticket(page: AtThePage) -> None:
    number = burns(page)
    goes_unanswered(page.desk)
    late, other = page.page_link(number, BEN), page.page_link(number, KIM)
    await page.post(other)
    await page.post(late)
    seen = read(await page.get(late))
    assert "Kim has it Since 23 November 2026, 09:10 UTC" in seen
    assert "All floors" not in seen
    assert "<button" not in (await page.get(late)).text
    assert [event.actor for event in told(page.desk, number, EventKind.ACKNOWLEDGED)] == ["Kim"]


async def test_a_page_to_a_teams_address_is_answered_as_that_team(page: AtThePage) -> None:
    number = burns(page)
    for _ in range(2):
        goes_unanswered(page.desk)
    assert "This answers for CIO leads." in read(await page.get(page.page_link(number, "cio-leads@localhost")))
    await page.post(page.page_link(number, "cio-leads@localhost"))
    (event,) = told(page.desk, number, EventKind.ACKNOWLEDGED)
    assert event.actor == "CIO leads"


async def test_when_everybody_was_paged_the_link_still_answers_and_says_so(page: AtThePage) -> None:
    number = burns(page)
    for _ in range(4):
        goes_unanswered(page.desk)
    assert states(page.desk, number) == [RunState.EXHAUSTED]
    assert "Everybody was paged, and nobody has answered" in read(await page.get(page.page_link(number, BEN)))
    await page.post(page.page_link(number, BEN))
    assert states(page.desk, number) == [RunState.ACKNOWLEDGED]


async def test_an_old_link_does_not_answer_a_later_run(page: AtThePage) -> None:
    number = burns(page)
    old = page.page_link(number, BEN)
    page.desk.does(Cancel(reason="a drill"), ADMIN, ticket=number)
    assert "Nobody need be woken any more canceled." in read(await page.get(old))
    page.desk.does(Reopen(reason="no drill"), ADMIN, ticket=number)
    await page.post(old)
    assert states(page.desk, number) == [RunState.STOPPED, RunState.RUNNING]
    await page.post(page.page_link(number, BEN))
    assert states(page.desk, number) == [RunState.STOPPED, RunState.ACKNOWLEDGED]


async def test_no_requesters_link_opens_a_page_and_no_pages_link_a_ticket(page: AtThePage) -> None:
    number = burns(page)
    to_ann = page.deliveries(number)[0].id
    (to_ben, *_) = [d.id for d in page.desk.story(number).deliveries if d.address == BEN]
    keys = [page_key(KEYS, to_ann), portal_key(KEYS, to_ann), portal_key(KEYS, to_ben)]
    keys += [f"{to_ben}.{KEYS.sign(purpose, str(to_ben))}" for purpose in Purpose if purpose is not Purpose.PAGE]
    keys += [page_key(KeyRing([b"a key that this desk never had"]), to_ben), page_key(KEYS, 999_999), "1.aaaaaaaaaaaaaaaa"]
    for key in keys:
        for answer in (await page.get(f"/p/{key}"), await page.post(f"/p/{key}")):
            assert (answer.status_code, "This link opens nothing" in read(answer)) == (404, True)
    for key in (page_key(KEYS, to_ben), page_key(KEYS, to_ann), portal_key(KEYS, to_ben)):
        assert (await page.get(f"/t/{key}")).status_code == 404
    assert (page.arrivals, states(page.desk, number)) == ([], [RunState.RUNNING])


async def test_every_answer_keeps_the_page_to_itself_and_brings_no_script(page: AtThePage) -> None:
    link = page.page_link(burns(page), BEN)
    answers = [
        await page.get(link),
        await page.get("/p/1.aaaaaaaaaaaaaaaa"),
        await page.get("/p/a/b/c"),
        await page.request("DELETE", link),
        await page.post_raw(link, b"{}", "application/json"),
        await page.post_raw(link, b"x" * 700_000),
        await page.post(link),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 404, 415, 415, 303]
    for answer in answers:
        assert {name: answer.headers[name] for name in KEPT} == KEPT
        assert "<script" not in answer.text
    (href,) = [part.split('"')[0] for part in answers[0].text.split('<link rel="stylesheet" href="')[1:]]
    assert (await page.get(str(answers[0].url.join(href)))).status_code == 200


async def test_a_store_that_is_away_says_that_the_answer_does_not_count_yet(page: AtThePage) -> None:
    number = burns(page)
    link = page.page_link(number, BEN)
    page.away = True
    answer = await page.post(link)
    assert (answer.status_code, "does not count yet" in read(answer)) == (503, True)
    assert answer.headers["retry-after"]
    page.away, page.blind = False, StoreUnavailable("locked by /var/lib")
    assert "/var/lib" not in (await page.get(link)).text
    page.blind = RuntimeError("boom")
    assert ((await page.get(link)).status_code, "boom" in (await page.get(link)).text) == (500, False)
    page.blind = None
    assert (await page.post(link)).status_code == 303
    assert states(page.desk, number) == [RunState.ACKNOWLEDGED]


async def test_presses_without_end_are_refused(page: AtThePage) -> None:
    number = burns(page)
    link = page.page_link(number, BEN)
    answers = [(await page.post(link)).status_code for _ in range(31)]
    assert (answers[:30], answers[30]) == ([303] * 30, 429)


async def test_what_a_stranger_wrote_is_shown_and_never_run(page: AtThePage) -> None:
    number = page.opens("</div><script>alert(1)</script><a href=x>", label=BURNING)
    seen = await page.get(page.page_link(number, BEN))
    assert "<script" not in seen.text
    assert "<a href=x" not in seen.text
    assert "<script>alert(1)</script>" in read(seen) or "alert(1)" in seen.text


async def test_somebody_who_has_left_since_was_paged_all_the_same(page: AtThePage) -> None:
    number = burns(page)
    link = page.page_link(number, BEN)
    agents = {name: agent for name, agent in page.desk.policy.agents.items() if name != "Ben"}
    async with AtThePage(replace(page.desk, policy=replace(page.desk.policy, agents=agents))) as later:
        await later.post(link)
        assert "Ben has it" in read(await later.get(link))
    assert woken(page.desk, number) == [BEN]


async def test_an_acknowledgement_elsewhere_shows_on_the_page(page: AtThePage) -> None:
    number = burns(page)
    page.desk.does(AcknowledgePage(), ADMIN, ticket=number)
    assert "root has it" in read(await page.get(page.page_link(number, BEN)))

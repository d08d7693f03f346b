"""What can go wrong with a form, and that nothing typed is lost when it does."""

from collections.abc import AsyncIterator

import pytest

from channels.portal.body import MOST_BYTES
from channels.portal.form import LONGEST, Verb
from channels.portal.rate import PER_LINK, PER_PEER, network_of
from intake.domain.deed import Cancel, Confirm, Relabel, Resolve, Take
from intake.domain.errors import StoreUnavailable
from intake.domain.label import Category
from intake.domain.receipt import Outcome
from tests.desk.at_the_desk import ANN
from tests.desk.staff import ADMIN, BEN
from tests.portal.at_the_page import AtThePage, form_on, read

TYPED = "It smells of burnt paper, too.\n\n  Ann <3 & friends"


@pytest.mark.parametrize(
    ("verb", "fields", "says"),
    [
        ("reply", {"text": ""}, "Please write something before you send it."),
        ("reply", {"text": " \n\t "}, "Please write something before you send it."),
        ("reply", {"text": "x" * 50_001}, "Your text has 50,001 characters, and 50,000 fit in here."),
        ("dispute", {"text": "x" * 50_001}, "Your text has 50,001 characters, and 50,000 fit in here."),
        ("reopen", {"text": ""}, "Please tell us what is still wrong"),
        ("reopen", {"text": "x" * 2_001}, "Your text has 2,001 characters, and 2,000 fit in here."),
        ("answer", {}, "Please choose what fits best."),
        ("answer", {"kind": "none"}, "Please choose what fits best."),
        ("reply", {"text": TYPED, "once": ""}, "The form was not complete. Please send it again."),
        ("reply", {"text": TYPED, "once": "a b"}, "The form was not complete. Please send it again."),
        ("confirm", {"once": "x" * 65}, "The form was not complete. Please send it again."),
    ],
)
async def test_a_form_that_does_not_fit_comes_back_as_it_was_with_what_to_mend(
    page: AtThePage, verb: str, fields: dict[str, str], says: str
) -> None:
    answer = await page.post(f"{page.link(page.opens())}/{verb}", **fields)
    assert (answer.status_code, says in read(answer)) == (422, True)
    assert form_on(answer, verb).text == fields.get("text", "").replace("\r", "")
    assert page.arrivals == []


async def test_a_mended_form_is_taken(page: AtThePage) -> None:
    number = page.opens()
    back = form_on(await page.post(f"{page.link(number)}/reply", text=TYPED, once="not fit"), "reply")
    assert (await page.post(str(back.url), once=back.once, text=back.text)).status_code == 303
    assert page.desk.story(number).messages[-1].body == TYPED


@pytest.mark.parametrize("length", [49_999, 50_000])
async def test_the_longest_text_that_fits_is_taken(page: AtThePage, length: int) -> None:
    number = page.opens()
    raw = b"once=a&text=" + b"%C3%A4" * (length // 2) + b"x" * (length - length // 2)
    assert (await page.post_raw(f"{page.link(number)}/reply", raw)).status_code == 303
    assert len(page.desk.story(number).messages[-1].body) == length


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 1024


@pytest.mark.parametrize("stream", [True, False])
async def test_a_body_that_is_too_large_is_refused_claimed_or_not(page: AtThePage, stream: bool) -> None:
    link = page.link(page.opens())
    body = chunks(MOST_BYTES // 1024 + 1) if stream else b"x" * (MOST_BYTES + 1)
    answer = await page.post_raw(f"{link}/reply", body)
    assert (answer.status_code, "Anything longer is welcome by mail." in read(answer)) == (413, True)
    assert page.arrivals == []


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
async def test_only_forms_are_taken(page: AtThePage, kind: str) -> None:
    answer = await page.post_raw(f"{page.link(page.opens())}/reply", b"once=a&text=b", kind)
    assert (answer.status_code, page.arrivals) == (415, [])


async def test_a_form_with_a_hundred_fields_is_none_of_ours(page: AtThePage) -> None:
    answer = await page.post_raw(f"{page.link(page.opens())}/reply", b"once=a&text=b" + b"&x=y" * 100)
    assert (answer.status_code, page.arrivals) == (415, [])


async def test_when_nothing_can_be_written_what_was_typed_stays_to_be_sent_again(page: AtThePage) -> None:
    number = page.opens()
    page.away = True
    answer = await page.post(f"{page.link(number)}/reply", text=TYPED, once="the-same")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "Nothing is lost" in read(answer)
    assert "disk is full" not in answer.text
    page.away = False
    back = form_on(answer, "reply")
    assert (back.text, back.once) == (TYPED, "the-same")
    assert (await page.post(str(back.url), once=back.once, text=back.text)).status_code == 303
    assert page.desk.story(number).messages[-1].body == TYPED


async def test_when_nothing_can_be_looked_up_neither_is_lost(page: AtThePage) -> None:
    link = page.link(page.opens())
    page.blind = StoreUnavailable("could not connect to 10.0.0.7")
    seen = await page.get(link)
    assert (seen.status_code, seen.headers["retry-after"]) == (503, "30")
    assert "We cannot look that up just now" in read(seen)
    answer = await page.post(f"{link}/reply", text=TYPED)
    assert (answer.status_code, form_on(answer, "reply").text) == (503, TYPED)
    assert "10.0.0.7" not in seen.text + answer.text


async def test_what_our_own_code_fails_on_says_so_and_shows_nothing_of_it(page: AtThePage) -> None:
    link = page.link(page.opens())
    page.blind = RuntimeError("secret detail")
    seen = await page.get(link)
    assert (seen.status_code, "Something went wrong on our side" in read(seen)) == (500, True)
    assert "secret detail" not in seen.text
    assert seen.headers["cache-control"] == "no-store"


async def test_a_link_takes_thirty_forms_an_hour_and_keeps_what_the_next_one_says(page: AtThePage) -> None:
    number = page.opens()
    link = page.link(number)
    for _ in range(PER_LINK.amount):
        assert (await page.post(f"{link}/reply", text="")).status_code == 422
    answer = await page.post(f"{link}/reply", text=TYPED)
    assert (answer.status_code, form_on(answer, "reply").text) == (429, TYPED)
    assert 3500 < int(answer.headers["retry-after"]) <= 3600
    assert (await page.get(link)).status_code == 200
    assert (await page.post(f"{page.link(page.opens())}/reply", text="Another ticket.")).status_code == 303


async def test_a_peer_sends_three_hundred_forms_an_hour_over_all_links(page: AtThePage) -> None:
    links = [page.link(page.opens()) for _ in range(PER_PEER.amount // PER_LINK.amount + 1)]
    statuses = []
    for count in range(PER_PEER.amount + 1):
        answer = await page.post(f"{links[count // PER_LINK.amount]}/reply", text="")
        statuses.append(answer.status_code)
    assert statuses == [422] * PER_PEER.amount + [429]


async def test_forged_links_are_not_counted(page: AtThePage) -> None:
    for _ in range(PER_LINK.amount + 1):
        assert (await page.post("/t/1.aaaaaaaaaaaaaaaa/reply", text="x")).status_code == 404


def test_a_household_is_one_peer() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2::9") != network_of("2001:db8:1:3::9")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("testclient") == "testclient"


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        ("confirm", "There is no answer to be confirmed at the moment"),
        ("dispute", "Perhaps the ticket is being worked on again already"),
        ("reopen", "Perhaps the ticket is open again already"),
        ("answer", "One of us has sorted it meanwhile."),
    ],
)
async def test_what_the_desk_refuses_is_told_in_plain_words(page: AtThePage, verb: str, says: str) -> None:
    number = page.opens()
    page.desk.does(Take(), BEN, ticket=number)
    refused = await page.post(f"{page.link(number)}/{verb}", text=TYPED, kind="incident")
    assert (refused.status_code, says in read(refused), "Ben" in refused.text) == (409, True, False)
    (entry,) = page.form_entries()
    assert entry.outcome is Outcome.SUPPRESSED
    instead = form_on(refused, "reply")
    assert instead.text == TYPED
    assert (await page.post(str(instead.url), once=instead.once, text=instead.text)).status_code == 303


async def test_the_page_was_open_while_somebody_else_was_faster(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Resolve(text="The plug was loose."), ADMIN, ticket=number)
    form = form_on(await page.get(page.link(number)), "confirm")
    page.desk.does(Cancel(reason="a mistake"), ADMIN, ticket=number)
    assert (await page.post(str(form.url), once=form.once)).status_code == 409


async def test_yes_twice_from_two_pages_is_still_a_thank_you(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Resolve(text="The plug was loose."), ADMIN, ticket=number)
    link = page.link(number)
    form = form_on(await page.get(link), "confirm")
    page.desk.does(Confirm(), ANN.value, ticket=number)
    page.desk.does(Relabel(category=Category.HOW_TO), ADMIN, ticket=number)
    assert (await page.post(str(form.url), once=form.once)).status_code == 303


def test_every_form_with_a_text_has_a_limit() -> None:
    assert set(LONGEST) == {Verb.REPLY, Verb.DISPUTE, Verb.REOPEN}

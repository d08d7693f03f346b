"""What a requester does on the page: once, whatever they click, and kept exactly as it came."""

import pytest

from channels.portal.parse import parse
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Merge, Reply, Resolve, Take, Watch
from intake.domain.label import Kind, Label, Level
from intake.domain.message import InboundMessage
from intake.domain.ticket import State
from intake.domain.ticket_message import Direction
from tests.desk.at_the_desk import ANN
from tests.desk.staff import BEN
from tests.portal.at_the_page import AtThePage, form_on, forms_on, read

BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")
UNSURE = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.1, version="test")


def answered(page: AtThePage) -> int:
    number = page.opens()
    page.desk.does(Take(), BEN, ticket=number)
    page.desk.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    return number


def heard(page: AtThePage, number: int) -> list[str]:
    return [message.body for message in page.desk.story(number).messages if message.direction is Direction.IN]


async def test_a_message_joins_the_conversation(page: AtThePage) -> None:
    number = page.opens("The printer makes odd noises.")
    after = await page.fills_in(page.link(number), "reply", text="It is on the third floor.\r\nBy the window.")
    assert "Thank you. Your message has been added." in read(after)
    assert "It is on the third floor.\nBy the window." in after.text
    (kept,) = [message for message in page.desk.story(number).messages if message.channel is Channel.FORM]
    assert (kept.body, kept.author, kept.public) == ("It is on the third floor.\nBy the window.", ANN, True)


async def test_what_came_is_in_the_ledger_exactly_as_it_came(page: AtThePage) -> None:
    number = page.opens()
    link = page.link(number)
    raw = b"once=abc&text=%46ine%2C+thanks%0D%0A&extra=%ff"
    assert (await page.post_raw(f"{link}/reply", raw)).status_code == 303
    with page.desk.store.looking() as reader:
        (entry,) = page.form_entries()
        assert reader.raw(entry) == raw
    delivery = page.deliveries(number)[0].id
    assert entry.external_id == f"{delivery}:reply:abc"
    assert dict(entry.envelope) == {
        "verb": "reply", "ticket": str(number), "delivery": str(delivery),
        "address_kind": "email", "address": ANN.value, "address_name": "Ann",
    }  # fmt: skip
    assert isinstance(parse(page.arrivals[0]), InboundMessage)


async def test_yes_closes_the_ticket(page: AtThePage) -> None:
    number = answered(page)
    after = await page.fills_in(f"{page.link(number)}/yes", "confirm")
    assert "We are glad that it is solved. Closed" in read(after)
    assert page.desk.ticket(number).state is State.CLOSED


async def test_no_goes_on_with_the_ticket_and_keeps_what_was_said(page: AtThePage) -> None:
    number = answered(page)
    after = await page.fills_in(f"{page.link(number)}/no", "dispute", text="It still makes noises.")
    assert "We go on working on it. Being worked on" in read(after)
    assert heard(page, number)[-1] == "It still makes noises."


async def test_no_needs_no_words(page: AtThePage) -> None:
    number = answered(page)
    assert "Being worked on" in read(await page.fills_in(page.link(number), "dispute", text=""))


async def test_a_closed_ticket_is_opened_again(page: AtThePage) -> None:
    number = answered(page)
    await page.fills_in(page.link(number), "confirm")
    after = await page.fills_in(page.link(number), "reopen", text="It makes noises again.")
    assert "The ticket is open again. Being worked on" in read(after)
    assert page.desk.ticket(number).state is State.IN_PROGRESS


async def test_the_desks_question_is_answered_by_a_choice(page: AtThePage) -> None:
    number = page.opens("hi, it is about the thing", label=UNSURE)
    after = await page.fills_in(page.link(number), "answer", kind="service_request")
    assert "That helps us to get it to the right people." in read(after)
    assert page.desk.ticket(number).kind is Kind.SERVICE_REQUEST
    assert set(forms_on(after)) == {"reply"}


async def test_whoever_watches_adds_a_message_in_their_own_name(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    page.desk.does(Reply(text="Which floor?"), BEN, ticket=number)
    await page.fills_in(page.link(number, BOB), "reply", text="The third.")
    assert page.desk.story(number).messages[-1].author == Address(kind=AddressKind.EMAIL, value=BOB.value)


async def test_whoever_only_watches_cannot_close_it(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    page.desk.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    link = page.link(number, BOB)
    refused = await page.post(f"{link}/dispute", text="No!")
    assert (refused.status_code, "Only whoever asked can do that" in read(refused)) == (403, True)
    assert form_on(refused, "reply").text == "No!"
    assert page.desk.ticket(number).final_response is not None


async def test_a_message_to_a_merged_ticket_reaches_those_who_have_both(page: AtThePage) -> None:
    other, number = page.opens(author=BOB), page.opens()
    page.desk.does(Merge(into=other), BEN, ticket=number)
    after = await page.fills_in(page.link(number), "reply", text="It got worse.")
    assert heard(page, number)[-1] == "It got worse."
    assert "It got worse." not in heard(page, other)
    assert f"HD-{other}" not in after.text


async def test_a_message_to_a_ticket_that_has_long_been_over_opens_a_new_one(page: AtThePage) -> None:
    number = answered(page)
    await page.fills_in(page.link(number), "confirm")
    page.desk.clock.advance(days=31)
    after = await page.fills_in(page.link(number), "reply", text="Now the scanner.")
    assert "Your message has opened a new ticket. We will write to you with its number." in read(after)
    new = page.form_entries()[0].ticket
    assert new not in {None, number}
    assert page.desk.story(new).line.ticket.short_description == "Now the scanner."
    assert new is not None
    assert page.deliveries(new)


@pytest.mark.parametrize("verb", ["reply", "confirm", "dispute", "reopen"])
async def test_the_same_form_twice_is_taken_once(page: AtThePage, verb: str) -> None:
    number = answered(page)
    if verb == "reopen":
        await page.fills_in(page.link(number), "confirm")
    form = form_on(await page.get(page.link(number)), verb)
    before = len(page.desk.story(number).messages)
    answers = [await page.post(str(form.url), once=form.once, text="Once.") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(page.desk.story(number).messages) == before + (verb != "confirm")
    assert len([entry for entry in page.form_entries() if entry.external_id.endswith(form.once)]) == 1


async def test_another_text_in_the_same_form_is_not_dropped_in_silence(page: AtThePage) -> None:
    number = answered(page)
    form = form_on(await page.get(page.link(number)), "reply")
    assert (await page.post(str(form.url), once=form.once, text="One.")).status_code == 303
    again = await page.post(str(form.url), once=form.once, text="Two.")
    assert again.status_code == 409
    back = form_on(again, "reply")
    assert (back.text, back.once == form.once) == ("Two.", False)
    assert (await page.post(str(back.url), once=back.once, text=back.text)).status_code == 303
    assert heard(page, number)[-2:] == ["One.", "Two."]


async def test_the_form_of_one_page_is_another_one_on_the_next(page: AtThePage) -> None:
    link = page.link(page.opens())
    first, second = form_on(await page.get(link), "reply"), form_on(await page.get(link), "reply")
    assert first.once != second.once


async def test_nothing_that_people_type_is_ever_in_an_address(page: AtThePage) -> None:
    number = page.opens()
    answer = await page.post(f"{page.link(number)}/reply", text="my secret")
    assert answer.headers["location"] == f"../{page.link(number).removeprefix('/t/')}?done=added"

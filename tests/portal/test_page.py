"""What the page shows: how it stands, what was said, what has happened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from channels.portal.dates import moment
from channels.portal.page import LONGEST_SHOWN
from channels.portal.words import TOLD
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import (
    Cancel,
    Close,
    Confirm,
    Deed,
    Escalate,
    Hold,
    LinkAddress,
    Merge,
    Reply,
    Resolve,
    Take,
    Watch,
)
from intake.domain.event import EventKind
from intake.domain.message import Attachment
from tests.desk.at_the_desk import ANN, BURNING, MONDAY, mail
from tests.desk.staff import BEN
from tests.portal.at_the_page import AtThePage, forms_on, read

BOB = Address(kind=AddressKind.EMAIL, value="bob@customer.example", name="Bob")


async def seen(page: AtThePage, number: int, author: Address = ANN) -> str:
    return read(await page.get(page.link(number, author)))


async def test_a_new_ticket_says_who_has_it_and_since_when(page: AtThePage) -> None:
    text = await seen(page, page.opens("The printer makes odd noises.", label=BURNING))
    assert "Waiting to be looked at It is with IT Support." in text
    assert "Priority P1, the highest" in text
    assert "Opened 23 November 2026, 09:00 UTC" in text
    assert "You 23 November 2026, 09:00 UTC The printer makes odd noises." in text
    assert "What has happened so far 23 November 2026, 09:00 UTC We have your request." in text
    assert "works until 21 February 2027" in text


@pytest.mark.parametrize(
    ("deeds", "says", "offered"),
    [
        ([Take()], "Being worked on It is with IT Support.", {"reply"}),
        ([Hold(reason="x")], "On hold It is with IT Support.", {"reply"}),
        ([Escalate(reason="x")], "Waiting to be looked at It is with Process team.", {"reply"}),
        ([Resolve(text="x")], "Answered We have written an answer that should solve this.", {"confirm", "dispute", "reply"}),
        ([Cancel(reason="x")], "Closed without an answer", {"reply"}),
    ],
)
async def test_each_state_has_plain_words_and_its_forms(
    page: AtThePage, deeds: list[Deed], says: str, offered: set[str]
) -> None:
    number = page.opens()
    for deed in deeds:
        page.desk.does(deed, BEN, ticket=number)
    answer = await page.get(page.link(number))
    assert says in read(answer)
    assert set(forms_on(answer)) == offered


def resolve(page: AtThePage) -> int:
    number = page.opens()
    page.desk.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    page.desk.sends()
    page.desk.clock.advance(minutes=11)
    page.desk.fires_what_is_due()
    return number


async def test_a_resolved_ticket_asks_whether_it_is_solved_and_says_when_it_closes(page: AtThePage) -> None:
    answer = await page.get(page.link(resolve(page)))
    assert "Solved, as far as we know We have sent our final answer." in read(answer)
    assert "closes by itself after 5 working days. Please tell us whether it is solved." in read(answer)
    assert "Our final answer The plug was loose. Did this solve it?" in read(answer)
    assert set(forms_on(answer)) == {"confirm", "dispute", "reply"}


async def test_a_closed_ticket_can_be_opened_again_for_a_while_and_then_gets_a_new_one(page: AtThePage) -> None:
    number = resolve(page)
    page.desk.does(Confirm(), ANN.value, ticket=number)
    link = page.link(number)
    assert set(forms_on(await page.get(link))) == {"reopen"}
    assert "If it is not solved after all, you can open it again." in read(await page.get(link))
    page.desk.clock.advance(days=31)
    late = await page.get(link)
    assert set(forms_on(late)) == {"reply"}
    assert "you can open it again" not in read(late)
    assert "what you write here opens a new one" in read(late)


@pytest.mark.parametrize(("front", "order"), [("yes", ["confirm", "dispute"]), ("no", ["dispute", "confirm"])])
async def test_a_link_that_says_yes_or_no_puts_that_form_first(page: AtThePage, front: str, order: list[str]) -> None:
    link = page.link(resolve(page))
    answer = await page.get(f"{link}/{front}")
    assert list(forms_on(answer)) == [*order, "reply"]
    assert answer.text.index("Did this solve it?") < answer.text.index('<h2 id="talk"')
    plain = (await page.get(link)).text
    assert plain.index("Did this solve it?") > plain.index('<h2 id="talk"')


async def test_yes_where_there_is_nothing_to_confirm_just_shows_how_it_stands(page: AtThePage) -> None:
    answer = await page.get(f"{page.link(page.opens())}/yes")
    assert (answer.status_code, set(forms_on(answer))) == (200, {"reply"})


async def test_both_sides_of_the_conversation_are_there_in_order(page: AtThePage) -> None:
    number = page.opens("The printer makes odd noises.")
    page.desk.clock.advance(minutes=5)
    page.desk.does(Reply(text="Which floor?"), BEN, ticket=number)
    page.desk.clock.advance(minutes=5)
    page.desk.hears(replace(mail("The third."), ticket=number, received_at=page.desk.clock()))
    text = await seen(page, number)
    assert "You 23 November 2026, 09:00 UTC The printer makes odd noises. Help desk 23" in text
    assert "09:05 UTC Which floor? You 23 November 2026, 09:10 UTC The third." in text


async def test_somebody_else_who_takes_part_has_a_name_and_one_of_my_other_addresses_is_me(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    page.desk.does(LinkAddress(kind=AddressKind.EMAIL, address="ann@home.example"), BEN, ticket=number)
    home = Address(kind=AddressKind.EMAIL, value="ann@home.example", name="Annie")
    page.desk.hears(replace(mail("I have it too.", author=BOB), ticket=number))
    page.desk.hears(replace(mail("From home now.", author=home), ticket=number))
    text = await seen(page, number)
    assert "Bob, who takes part 23 November 2026, 09:00 UTC I have it too." in text
    assert "You 23 November 2026, 09:00 UTC From home now." in text


async def test_who_only_watches_is_not_asked_what_only_the_requester_can_say(page: AtThePage) -> None:
    number = page.opens()
    page.desk.does(Watch(kind=AddressKind.EMAIL, address=BOB.value), BEN, ticket=number)
    page.desk.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    assert set(forms_on(await page.get(page.link(number)))) == {"confirm", "dispute", "reply"}
    answer = await page.get(page.link(number, BOB))
    assert set(forms_on(answer)) == {"reply"}
    assert "Please tell us" not in read(answer)


async def test_files_are_named_and_pictures_in_signatures_are_not(page: AtThePage) -> None:
    def file(name: str, inline: bool) -> Attachment:
        return Attachment(name=name, content_type="image/png", size=1, sha256="ab", inline=inline, content=name.encode())

    said = replace(mail("See the photo."), attachments=(file("photo.png", False), file("logo.png", True)))
    number = page.desk.hears(said).ticket
    assert number is not None
    text = await seen(page, number)
    assert "See the photo. File: photo.png" in text
    assert "logo.png" not in text


async def test_a_very_long_message_is_cut_and_the_page_says_so(page: AtThePage) -> None:
    text = await seen(page, page.opens("x" * (LONGEST_SHOWN + 1)))
    assert "The rest of this message is not shown here." in text
    assert "x" * (LONGEST_SHOWN + 1) not in text


async def test_a_merged_ticket_says_that_both_are_handled_together_and_nothing_of_the_other(page: AtThePage) -> None:
    other, number = page.opens("Bob's own words.", author=BOB), page.opens()
    page.desk.does(Merge(into=other), BEN, ticket=number)
    page.desk.does(Reply(text="Only for Bob."), BEN, ticket=other)
    page.desk.does(Resolve(text="The line is up again."), BEN, ticket=other)
    answer = await page.get(page.link(number))
    text = read(answer)
    assert "Handled together with another ticket" in text
    assert "It was put together with another ticket about the same." in text
    assert "Help desk 23 November 2026, 09:00 UTC The line is up again." in text
    assert set(forms_on(answer)) == {"reply"}
    for hidden in (f"HD-{other}", str(other), "Bob", "bob@", "Only for Bob"):
        assert hidden not in text


async def test_a_merged_tickets_final_answer_is_reached_by_its_own_link(page: AtThePage) -> None:
    other, number = page.opens(author=BOB), page.opens()
    page.desk.does(Merge(into=other), BEN, ticket=number)
    page.desk.does(Resolve(text="The line is up again."), BEN, ticket=other)
    assert [delivery.reply is not None for delivery in page.deliveries(number)] == [False, True]
    assert f"Ticket HD-{number}" in await seen(page, number)


async def test_the_timeline_tells_a_life_in_our_own_words(page: AtThePage) -> None:
    number = page.opens()
    for deed in (Take(), Hold(reason="a"), Take(), Reply(text="b"), Escalate(reason="c"), Resolve(text="d")):
        page.desk.does(deed, BEN if not isinstance(deed, Resolve) else "root", ticket=number)
    page.desk.does(Confirm(), ANN.value, ticket=number)
    text = (await seen(page, number)).partition("What has happened so far ")[2].partition(" Whoever has the link")[0]
    told = [part.rpartition(".")[0] for part in text.split("23 November 2026, 09:00 UTC ")[1:]]
    assert told == [
        "We have your request",
        "Somebody has started to work on it",
        "It was put on hold",
        "Somebody has started to work on it",
        "We wrote an answer",
        "It was passed on to another team",
        "We wrote an answer that should solve it",
        "It was marked as solved",
        "It was closed",
    ]


def test_what_is_told_is_a_list_of_its_own() -> None:
    """A new kind of event stays inside until somebody finds words for it."""
    inside = set(EventKind) - set(TOLD)
    assert inside >= {
        EventKind.LABELLED, EventKind.ROUTED, EventKind.ASSIGNED, EventKind.HELD, EventKind.ATTACHED, EventKind.WORK_NOTE,
        EventKind.MERGED_HERE, EventKind.LINKED, EventKind.RELABELLED, EventKind.REPLY_REJECTED, EventKind.ADDRESS_LINKED,
        EventKind.WATCHED, EventKind.PAGED, EventKind.DELIVERY_FAILED, EventKind.HELD_BACK, EventKind.NOTED,
    }  # fmt: skip


async def test_close_by_an_agent_is_a_close(page: AtThePage) -> None:
    number = resolve(page)
    page.desk.does(Close(reason="inside"), BEN, ticket=number)
    assert "Closed This ticket is closed." in await seen(page, number)


def test_a_moment_is_told_in_utc_whatever_its_zone() -> None:
    berlin = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 3, 1, 0, 5, tzinfo=berlin)) == "28 February 2026, 23:05 UTC"
    assert moment(MONDAY.astimezone(UTC)) == "23 November 2026, 09:00 UTC"

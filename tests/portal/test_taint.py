"""Nothing that is for the desk's own people ever reaches a requester's page."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from channels.portal.listen import FRONTS
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import (
    AcceptReply,
    Assign,
    Cancel,
    Close,
    Confirm,
    ConfirmUndeliverable,
    Dispute,
    Escalate,
    Hold,
    Link,
    LinkAddress,
    Merge,
    Note,
    RejectReply,
    Relabel,
    Reopen,
    Reply,
    Resolve,
    Resume,
    Return,
    Split,
    Take,
    Unlink,
    Watch,
)
from intake.domain.label import Category, Evidence, Kind
from intake.domain.message import Nature
from intake.domain.principal import Principal, Role
from tests.desk.at_the_desk import ANN, BURNING, CALM, MALLORY, mail
from tests.portal.at_the_page import AtThePage, read

MARK = "INTERNAL"  # stands in every text that is not for the requester
BOB = Address(kind=AddressKind.EMAIL, value=f"bob-{MARK}@elsewhere.example", name=f"Bob {MARK}")
BOSS = Principal(name=f"Robin {MARK}", role=Role.ADMIN)
SURE = Evidence(source=f"lexicon {MARK}", says=f"kind={MARK}", text=MARK, weight=1.0)


def filled(page: AtThePage) -> int:
    """A ticket on which everything has happened that could leak."""
    label = replace(BURNING, evidence=(SURE,), version=MARK)
    number = page.opens("The printer makes odd noises.", label=label)
    other = page.opens(f"Another matter, {MARK}.", author=BOB)
    desk = page.desk

    def does(*deeds: object) -> None:
        for deed in deeds:
            desk.does(deed, BOSS, ticket=number)  # type: ignore[arg-type] # all of them are deeds

    does(Take(), Note(text=f"A note, {MARK}"), Hold(reason=f"waiting for {MARK}"), Resume())
    does(Escalate(reason=f"because {MARK}", tried=f"tried {MARK}"), Return(reason=f"back, {MARK}"))
    does(Relabel(kind=Kind.INCIDENT, category=Category.DATA_PROBLEM, reason=f"clearly {MARK}"))
    does(Assign(assigned_to="Ben"), Link(other=other), Unlink(other=other))
    does(Watch(kind=AddressKind.EMAIL, address=f"watcher-{MARK.lower()}@elsewhere.example"))
    does(LinkAddress(kind=AddressKind.EMAIL, address=f"other-{MARK.lower()}@customer.example"))
    for text in (f"Held, {MARK}", f"Rejected, {MARK}"):
        desk.hears(replace(mail(text, author=MALLORY), ticket=number))
    held = [message for message in desk.story(number).messages if message.held]
    assert len(held) == 2
    does(RejectReply(message=held[1].id, reason=f"spam, {MARK}"))
    ben = Address(kind=AddressKind.EMAIL, value="ben@desk.example", name=f"Ben {MARK}")
    desk.hears(replace(mail(f"From staff, {MARK}", author=ben), ticket=number))
    desk.hears(replace(mail(f"Out of office, {MARK}"), ticket=number, nature=Nature.OUT_OF_OFFICE))
    does(Merge(into=10_000_000))  # refused
    desk.does(Merge(into=number), BOSS, ticket=other)
    does(Reply(text="Which floor?"))
    desk.fails_to_send()
    return number


def _resolved(page: AtThePage, number: int) -> None:
    page.desk.does(Resolve(text="The plug was loose."), BOSS, ticket=number)
    for sent in page.desk.story(number).deliveries:
        if sent.reply is not None:
            page.desk.fails_to_send()
    page.desk.does(ConfirmUndeliverable(reason=f"no way, {MARK}"), BOSS, ticket=number)


def _closed(page: AtThePage, number: int) -> None:
    _resolved(page, number)
    page.desk.does(Close(reason=f"enough, {MARK}"), BOSS, ticket=number)


def _reopened(page: AtThePage, number: int) -> None:
    _closed(page, number)
    page.desk.does(Reopen(reason=f"once more, {MARK}"), BOSS, ticket=number)


def _disputed(page: AtThePage, number: int) -> None:
    page.desk.does(Resolve(text="The plug was loose."), BOSS, ticket=number)
    page.desk.does(Dispute(text="No."), ANN.value, ticket=number)


def _merged(page: AtThePage, number: int) -> None:
    third = page.opens(f"A third matter, {MARK}.", author=replace(BOB, value="third@elsewhere.example"))
    page.desk.does(Merge(into=third), BOSS, ticket=number)
    page.desk.does(Note(text=f"A note there, {MARK}"), BOSS, ticket=third)
    page.desk.does(Reply(text=f"Only for the third, {MARK}"), BOSS, ticket=third)
    page.desk.does(Resolve(text="It works again."), BOSS, ticket=third)


def _split(page: AtThePage, number: int) -> None:
    page.desk.hears(replace(mail("And my phone is dead."), ticket=number))
    newest = page.desk.story(number).messages[-1]
    page.desk.does(Split(message=newest.id), BOSS, ticket=number)


Brings = Callable[[AtThePage, int], object]
STATES: dict[str, tuple[str, Brings]] = {
    "answered once": ("Being worked on", lambda page, number: None),
    "taken": ("Being worked on", lambda page, number: page.desk.does(Take(), BOSS, ticket=number)),
    "on hold": ("On hold", lambda page, number: page.desk.does(Hold(reason=f"for {MARK}"), BOSS, ticket=number)),
    "up": ("with CIO leads", lambda page, number: page.desk.does(Escalate(reason=MARK, to_leads=True), BOSS, ticket=number)),
    "answered": ("Answered", lambda page, number: page.desk.does(Resolve(text="The plug was loose."), BOSS, ticket=number)),
    "disputed": ("Being worked on", _disputed),
    "resolved": ("Solved, as far as we know", _resolved),
    "closed": ("This ticket is closed", _closed),
    "reopened": ("Being worked on", _reopened),
    "canceled": ("without an answer", lambda page, number: page.desk.does(Cancel(reason=f"spam, {MARK}"), BOSS, ticket=number)),
    "merged": ("Handled together with another ticket", _merged),
    "split": ("One message was given a ticket of its own", _split),
}


@pytest.mark.parametrize("state", STATES)
async def test_no_internal_word_is_on_any_page_of_a_ticket(page: AtThePage, state: str) -> None:
    number = filled(page)
    words, bring = STATES[state]
    bring(page, number)
    link = page.link(number)
    verbs = ("reply", "confirm", "dispute", "reopen", "answer")
    pages = [await page.get(f"{link}{front}") for front in ("", *(f"/{front}" for front in FRONTS))]
    pages += [await page.post(f"{link}/{verb}", text="Mine.", kind="incident") for verb in verbs]
    pages.append(await page.get(link))
    assert words in read(pages[0])
    for seen in pages:
        assert seen.status_code in {200, 303, 409}, seen.text
        assert MARK.lower() not in (seen.text + str(seen.headers)).lower()


async def test_an_accepted_reply_is_part_of_the_page_and_the_one_beside_it_is_not(page: AtThePage) -> None:
    number = page.opens(label=CALM)
    for text in ("I have that too.", f"Held, {MARK}"):
        page.desk.hears(replace(mail(text, author=MALLORY), ticket=number))
    held = [message for message in page.desk.story(number).messages if message.held]
    page.desk.does(AcceptReply(message=held[0].id), BOSS, ticket=number)
    text = (await page.get(page.link(number))).text
    assert "I have that too." in text
    assert MARK not in text


async def test_a_refusal_never_repeats_the_desks_own_words(page: AtThePage) -> None:
    number = page.opens()
    link = page.link(number)
    page.desk.does(Take(), BOSS, ticket=number)
    refused = await page.post(f"{link}/confirm")
    assert refused.status_code == 409
    with page.desk.store.looking() as reader:
        reason = reader.ledger(limit=1)[0].reason
    assert reason.startswith("conflict: ")
    assert reason.removeprefix("conflict: ") not in refused.text
    page.desk.does(Confirm(), BOSS, ticket=number)

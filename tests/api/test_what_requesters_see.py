"""Nothing of the inside reaches a requester: everything that is inside carries a mark, and no answer has it."""

import pytest
from fastapi.routing import APIRoute

from channels.api.listen import NOUNS
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import (
    AcceptReply,
    Assign,
    Escalate,
    Hold,
    Link,
    Merge,
    Note,
    RejectReply,
    Relabel,
    Reply,
    Resolve,
    Resume,
    Take,
    Undo,
    Unwatch,
    Watch,
)
from intake.domain.label import Level
from tests.api.api_at_work import ANN, EVE, ApiAtWork
from tests.desk.at_the_desk import mail

MARK = "TAINTED"
STRANGER = Address(kind=AddressKind.EMAIL, value=f"{MARK.lower()}@elsewhere.example", name=MARK)


async def a_ticket_with_an_inside(api: ApiAtWork) -> int:
    """All that can be written where a requester must not see it is written, by somebody who carries the mark as well."""
    ticket, other = await api.hears("The printer smokes."), await api.hears(f"{MARK} matter of Eve", author=EVE, subject=MARK)
    for deed in (
        Take(),
        Note(text=f"{MARK} note"),
        Assign(assigned_to="Ben"),
        Relabel(impact=Level.MEDIUM, reason=f"{MARK} relabel"),
        Hold(reason=f"{MARK} hold"),
        Resume(),
        Escalate(reason=f"{MARK} escalation", tried=f"{MARK} tried"),
        Link(other=other),
        Watch(kind=AddressKind.EMAIL, address=STRANGER.value),
        Unwatch(kind=AddressKind.EMAIL, address=STRANGER.value),
        Reply(text="We are looking into it."),
    ):
        receipt = await api.does(deed, ticket, by=f"{MARK} agent")
        assert receipt.refusal is None, receipt
    for text in ("rejected", "held"):
        await api.takes(mail(f"{MARK} {text}", author=STRANGER, subject=f"{MARK} subject", ticket=ticket))
        if text == "rejected":
            story = await api.get(f"/tickets/{ticket}", api.admin)
            held = story.at("messages", -1, "id")
            assert isinstance(held, int)
            rejected = await api.does(RejectReply(message=held, reason=f"{MARK} rejection"), ticket, by=f"{MARK} agent")
            assert rejected.refusal is None
    await api.does(Hold(reason=f"{MARK} waiting"), ticket, by=f"{MARK} agent")
    return ticket


async def test_the_inside_is_inside(api: ApiAtWork) -> None:
    """The test of the test: whoever works here sees the mark everywhere."""
    ticket = await a_ticket_with_an_inside(api)
    assert (await api.get(f"/tickets/{ticket}", api.admin)).response.text.count(MARK) > 12


async def test_no_answer_to_a_requester_carries_the_mark(api: ApiAtWork) -> None:
    ticket = await a_ticket_with_an_inside(api)
    inside = await api.get(f"/tickets/{ticket}", api.admin)
    messages = inside.body["messages"]
    assert isinstance(messages, list)
    ids = [*(message["id"] for message in messages), 1, 2, 3]
    seen = 0
    for noun in NOUNS:
        for route in noun.router.routes:
            assert isinstance(route, APIRoute)
            if "GET" not in (route.methods or ()):
                continue
            for id in ids:  # noqa: A001
                answer = await api.get(route.path.format(number=ticket, id=id, position=0, name=MARK), api.of(ANN))
                assert MARK not in (answer.response.text + str(answer.headers)).upper(), route.path
                seen += answer.status == 200
    assert seen > 2


async def test_a_requester_reads_what_was_said_to_them_and_the_state_of_things(api: ApiAtWork) -> None:
    ticket = await a_ticket_with_an_inside(api)
    story = await api.get(f"/tickets/{ticket}", api.of(ANN))
    messages = story.at("messages")
    assert isinstance(messages, list)
    assert [(message["direction"], message["body"]) for message in messages] == [
        ("in", "The printer smokes."),
        ("out", "We are looking into it."),
    ]
    assert story.body["state"] == "on_hold"


@pytest.mark.parametrize("verb", ["confirm", "dispute", "reopen", "answer_question"])
async def test_no_refusal_carries_the_mark(api: ApiAtWork, verb: str) -> None:
    ticket = await a_ticket_with_an_inside(api)
    body = {"reopen": {"reason": "x"}, "answer_question": {"kind": "incident"}}.get(verb)
    for headers in ({}, {"If_Match": '"0"'}):
        answer = await api.post(f"/tickets/{ticket}/{verb}", api.of(ANN), body, **headers)
        assert MARK not in (answer.response.text + str(answer.headers)).upper()


async def test_adding_a_message_shows_no_inside(api: ApiAtWork) -> None:
    ticket = await a_ticket_with_an_inside(api)
    answer = await api.post(f"/tickets/{ticket}/messages", api.of(ANN), {"text": "Any news?"})
    assert answer.status == 201
    assert MARK not in answer.response.text.upper()


async def test_an_accepted_reply_becomes_visible_and_its_author_sees_the_ticket(api: ApiAtWork) -> None:
    ticket = await api.hears()
    bob = Address(kind=AddressKind.EMAIL, value="bob@partner.example", name="Bob")
    await api.takes(mail("It smokes here as well", author=bob, ticket=ticket))
    held = (await api.get(f"/tickets/{ticket}", api.admin)).at("messages", 1, "id")
    assert isinstance(held, int)
    await api.does(AcceptReply(message=held), ticket)
    for address in (ANN, bob.value):
        assert (await api.get(f"/tickets/{ticket}", api.of(address))).at("messages", 1, "author") == "Bob"


async def test_the_answer_on_the_ticket_it_was_merged_into_is_read_on_the_own_one(api: ApiAtWork) -> None:
    mine, other = await api.hears(), await api.hears(f"{MARK} matter", author=EVE, subject=MARK)
    await api.does(Merge(into=other), mine)
    await api.does(Resolve(text="We replaced the fuser."), other)
    story = await api.get(f"/tickets/{mine}", api.of(ANN))
    assert story.body["merged"] is True
    assert story.at("messages", -1, "body") == "We replaced the fuser."
    assert f"HD-{other}" not in story.response.text
    assert MARK not in story.response.text
    event = (await api.get(f"/events?ticket={mine}&kind=merged", api.admin)).at("items", 0, "id")
    assert isinstance(event, int)
    assert (await api.does(Undo(event=event), mine)).refusal is None

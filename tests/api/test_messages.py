"""Saying something over HTTP: a new matter, or more about one."""

import pytest

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Merge, Watch
from intake.domain.receipt import Outcome
from tests.api.api_at_work import ANN, EVE, ApiAtWork

CALLER = {"kind": "email", "address": " Zoe@Customer.example", "name": "Zoe"}


async def test_a_requester_opens_a_ticket_of_their_own(api: ApiAtWork) -> None:
    opened = await api.post("/tickets", api.of(ANN), {"subject": "VPN", "text": "It is down"})
    assert opened.status == 201
    number = opened.at("ticket", "number")
    assert opened.headers["Location"] == f"/api/v1/tickets/{number}"
    story = await api.get(f"/tickets/{number}", api.of(ANN))
    assert (story.body["short_description"], story.at("messages", 0, "body")) == ("VPN", "It is down")
    inside = await api.get(f"/tickets/{number}", api.admin)
    assert (inside.body["caller"], inside.body["contact_type"]) == (ANN, "integration")
    assert inside.at("messages", 0, "channel") == "api"


async def test_staff_open_a_ticket_for_somebody(api: ApiAtWork) -> None:
    opened = await api.post("/tickets", api.admin, {"text": "Zoe called: no mail since noon", "caller": CALLER})
    assert opened.status == 201
    assert opened.at("ticket", "caller") == "zoe@customer.example"
    story = await api.get(f"/tickets/{opened.at('ticket', 'number')}", api.of("zoe@customer.example"))
    assert story.status == 200
    acknowledged = await api.get(f"/outbox?ticket={opened.at('ticket', 'number')}", api.admin)
    assert "zoe@customer.example" in acknowledged.response.text
    timeline = await api.get(f"/tickets/{opened.at('ticket', 'number')}", api.admin)
    assert "taken down by admin" in timeline.response.text


@pytest.mark.parametrize(
    ("role", "body", "field"),
    [
        ("admin", {"text": "x"}, "caller"),
        ("admin", {"text": "x", "caller": {"kind": "email", "address": "nobody"}}, "caller"),
        ("admin", {"text": "x", "caller": {"kind": "fax", "address": "1"}}, "caller.kind"),
        ("requester", {"text": "x", "caller": CALLER}, "caller"),
        ("requester", {"text": " "}, ""),
        ("requester", {"subject": "x"}, "text"),
        ("requester", {"text": "x", "priority": "P1"}, "priority"),
    ],
)
async def test_what_does_not_say_who_asks_and_what_opens_nothing(
    api: ApiAtWork, role: str, body: dict[str, object], field: str
) -> None:
    refused = await api.post("/tickets", api.of(ANN) if role == "requester" else api.admin, body)
    assert refused.status == 422
    assert refused.at("errors", 0, "field") == field
    assert api.ledger() == []


async def test_opening_twice_with_one_key_opens_one_ticket(api: ApiAtWork) -> None:
    answers = [await api.post("/tickets", api.of(ANN), {"text": "It is down"}, Idempotency_Key="a") for _ in range(3)]
    assert {answer.at("ticket", "number") for answer in answers} == {"HD-1001"}
    assert [answer.status for answer in answers] == [201, 201, 201]
    other = await api.post("/tickets", api.of(ANN), {"text": "It is up"}, Idempotency_Key="a")
    assert other.status == 422


async def test_a_requester_adds_to_their_ticket(api: ApiAtWork) -> None:
    ticket = await api.hears()
    added = await api.post(f"/tickets/HD-{ticket}/messages", api.of(ANN), {"text": "Now it smokes"})
    assert added.status == 201
    story = await api.get(f"/tickets/{ticket}", api.of(ANN))
    assert story.at("messages", 1, "body") == "Now it smokes"
    entry = api.ledger()[0]
    assert (entry.channel, entry.outcome, entry.ticket) == (Channel.API, Outcome.APPENDED, ticket)


async def test_a_watcher_adds_as_well(api: ApiAtWork) -> None:
    ticket = await api.hears()
    assert (await api.post(f"/tickets/{ticket}/messages", api.of(EVE), {"text": "me too"})).status == 404
    await api.does(Watch(kind=AddressKind.EMAIL, address=EVE), ticket)
    assert (await api.post(f"/tickets/{ticket}/messages", api.of(EVE), {"text": "me too"})).status == 201
    assert (await api.get(f"/tickets/{ticket}", api.of(EVE))).at("messages", 1, "body") == "me too"


async def test_nobody_adds_to_a_ticket_that_is_not_theirs(api: ApiAtWork) -> None:
    ticket = await api.hears()
    before = len(api.ledger())
    theirs = await api.post(f"/tickets/{ticket}/messages", api.of(EVE), {"text": "let me in"})
    nobodys = await api.post(f"/tickets/{ticket + 7}/messages", api.of(EVE), {"text": "let me in"})
    assert (theirs.status, theirs.body) == (404, nobodys.body)
    assert len(api.ledger()) == before


async def test_adding_to_a_merged_ticket_tells_nothing_of_the_other_one(api: ApiAtWork) -> None:
    mine, other = await api.hears(author=ANN), await api.hears("Eve's own secret matter", author=EVE, subject="Eve's matter")
    await api.does(Merge(into=other), mine)
    added = await api.post(f"/tickets/{mine}/messages", api.of(ANN), {"text": "Any news?"})
    assert added.status == 201
    assert added.at("ticket", "number") == f"HD-{mine}"
    assert added.at("ticket", "merged") is True
    assert f"HD-{other}" not in added.response.text + str(added.headers)
    assert "Eve" not in added.response.text


async def test_a_contact_that_is_somebody_elses_address_now_is_still_one_person(api: ApiAtWork) -> None:
    ticket = await api.hears(author=ANN)
    linked = await api.post(f"/tickets/{ticket}/link_address", api.admin, {"kind": "email", "address": EVE})
    assert linked.status == 200
    assert (await api.get(f"/tickets/{ticket}", api.of(EVE))).status == 200
    assert Address(kind=AddressKind.EMAIL, value=EVE).value in str((await api.get("/contacts", api.admin)).body)


async def test_who_opens_a_ticket_may_say_who_is_hit_and_how_far_it_stops_work(api: ApiAtWork) -> None:
    body = {"text": "The gate does not open", "impact": 1, "urgency": 2}
    opened = await api.post("/tickets", api.of(ANN), body)
    story = await api.get(f"/tickets/{opened.at('ticket', 'number')}", api.admin)
    assert (story.body["impact"], story.body["urgency"], story.body["priority"]) == (1, 2, "P2")
    taken_down = await api.post("/tickets", api.admin, {"text": "The gate does not open", "caller": CALLER, "urgency": 1})
    assert "urgency=1" in (await api.get(f"/tickets/{taken_down.at('ticket', 'number')}", api.admin)).response.text


@pytest.mark.parametrize(
    ("field", "value"), [("impact", 0), ("impact", 4), ("impact", "1"), ("impact", 1.5), ("urgency", "high"), ("urgency", True)]
)
async def test_who_is_hit_is_one_of_three(api: ApiAtWork, field: str, value: object) -> None:
    refused = await api.post("/tickets", api.of(ANN), {"text": "x", field: value})
    assert (refused.status, refused.at("errors", 0, "field")) == (422, field)
    assert api.ledger() == []

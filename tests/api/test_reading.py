"""Looking: lists page by page, filters, files, the books, people."""

from dataclasses import replace
from hashlib import sha256

import pytest

from intake.domain.channel import Address, AddressKind
from intake.domain.deed import Hold, Relabel, Take
from intake.domain.label import Category, Kind, Level
from intake.domain.message import Attachment
from intake.domain.principal import Role
from tests.api.api_at_work import ANN, EVE, Answer, ApiAtWork
from tests.desk.at_the_desk import mail


def numbers(answer: Answer) -> list[str]:
    items = answer.body["items"]
    assert isinstance(items, list)
    return [item["number"] for item in items]


async def test_pages_follow_each_other_whatever_comes_in_meanwhile(api: ApiAtWork) -> None:
    for _ in range(5):
        await api.hears()
    first = await api.get("/tickets?limit=2", api.admin)
    await api.hears()
    assert first.body["next"] == {"before": 1004}
    second = await api.get("/tickets?limit=2&before=1004", api.admin)
    third = await api.get("/tickets?limit=2&before=1002", api.admin)
    assert [*numbers(first), *numbers(second), *numbers(third)] == [f"HD-{n}" for n in (1005, 1004, 1003, 1002, 1001)]
    assert third.body["next"] is None


async def test_a_last_page_that_is_full_has_no_next(api: ApiAtWork) -> None:
    for _ in range(2):
        await api.hears()
    assert (await api.get("/tickets?limit=2", api.admin)).body["next"] is None


FILTERS = [
    ("", ["HD-1003", "HD-1002", "HD-1001"]),
    ("state=new", ["HD-1003"]),
    ("state=in_progress&state=on_hold", ["HD-1002", "HD-1001"]),
    ("kind=incident", ["HD-1002"]),
    ("priority=P1", ["HD-1002"]),
    ("tier=1", ["HD-1003", "HD-1002", "HD-1001"]),
    ("tier=2", []),
    ("assignment_group=support", ["HD-1003", "HD-1002", "HD-1001"]),
    ("assigned_to=Robin", ["HD-1001"]),
    ("assigned_to=-", ["HD-1003", "HD-1002"]),
    (f"caller={EVE.upper()}", ["HD-1003"]),
    ("caller=nobody@here.example", []),
    ("caller=nonsense%00", []),
    (f"caller={ANN}&state=on_hold", ["HD-1002"]),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
async def test_tickets_are_found_by_what_they_are(api: ApiAtWork, query: str, found: list[str]) -> None:
    await api.does(Take(), await api.hears(), by="Robin")
    second = await api.hears()
    corrected = Relabel(kind=Kind.INCIDENT, category=Category.UNAVAILABLE, impact=Level.HIGH, urgency=Level.HIGH)
    await api.does(corrected, second)
    await api.does(Hold(reason="waiting for the supplier"), second)
    await api.hears(author=EVE)
    assert numbers(await api.get(f"/tickets?{query}", api.admin)) == found


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "before=0", "before=x", "before=99999999999999999999", "state=open", "stat=new", "tier=9"]
)
async def test_a_filter_that_nobody_knows_is_refused(api: ApiAtWork, query: str) -> None:
    assert (await api.get(f"/tickets?{query}", api.admin)).status == 422


async def test_a_requester_finds_the_own_tickets_by_what_they_see(api: ApiAtWork) -> None:
    await api.hears(author=ANN)
    await api.hears(author=EVE)
    assert numbers(await api.get("/tickets", api.of(ANN))) == ["HD-1001"]
    assert numbers(await api.get("/tickets?state=new&kind=service_request&priority=P4", api.of(ANN))) == ["HD-1001"]
    assert numbers(await api.get("/tickets", api.of("new@customer.example"))) == []


@pytest.mark.parametrize("query", ["assigned_to=Robin", "assigned_to=-", "tier=1", "assignment_group=support", f"caller={EVE}"])
async def test_a_requester_cannot_ask_by_what_is_inside(api: ApiAtWork, query: str) -> None:
    await api.hears(author=ANN)
    assert (await api.get(f"/tickets?{query}", api.of(ANN))).status == 403


async def test_a_file_is_downloaded_and_never_shown(api: ApiAtWork) -> None:
    content = b"<script>alert(1)</script>"
    message = mail("See the file", attachments=(a_file("böse seite.html", content),))
    ticket = (await api.takes(message)).ticket
    story = await api.get(f"/tickets/{ticket}", api.of(ANN))
    assert story.at("messages", 0, "attachments", 0, "name") == "böse seite.html"
    where = f"/tickets/{ticket}/messages/{story.at('messages', 0, 'id')}/attachments/0"
    for token in (api.of(ANN), api.token(Role.AUDITOR)):
        got = await api.get(where, token)
        assert (got.status, got.response.content) == (200, content)
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["Content-Disposition"] == "attachment; filename*=UTF-8''b%C3%B6se%20seite.html"
    assert (await api.get(where, api.of(EVE))).status == 404
    assert (await api.get(where.replace("attachments/0", "attachments/1"), api.admin)).status == 404
    other = await api.hears()
    assert (await api.get(where.replace(str(ticket), str(other)), api.admin)).status == 404


async def test_a_file_of_a_held_reply_is_not_the_requesters(api: ApiAtWork) -> None:
    ticket = await api.hears()
    stranger = Address(kind=AddressKind.EMAIL, value="mallory@elsewhere.example")
    held = mail("look here", author=stranger, ticket=ticket, attachments=(a_file("virus.exe", b"MZ"),))
    await api.takes(held)
    story = await api.get(f"/tickets/{ticket}", api.admin)
    assert story.at("messages", 1, "held") is True
    where = f"/tickets/{ticket}/messages/{story.at('messages', 1, 'id')}/attachments/0"
    assert (await api.get(where, api.admin)).status == 200
    assert (await api.get(where, api.of(ANN))).status == 404


async def test_events_are_read_on_and_on(api: ApiAtWork) -> None:
    ticket = await api.hears()
    seen: list[object] = []
    after: object = 0
    while True:
        some = await api.get(f"/events?ticket=HD-{ticket}&limit=2&after={after}", api.admin)
        items = some.body["items"]
        assert isinstance(items, list)
        seen += [item["kind"] for item in items]
        if some.body["next"] is None:
            break
        after = some.at("next", "after")
    assert seen[:3] == ["opened", "labelled", "routed"]
    taken = await api.does(Take(), ticket)
    later = await api.get(f"/events?after={after}", api.admin)
    assert later.at("items", 0, "kind") == "taken"
    assert later.at("items", 0, "ticket") == f"HD-{ticket}"
    assert taken.ticket == ticket
    assert (await api.get("/events?kind=taken&kind=opened", api.admin)).at("items", 1, "kind") == "taken"


async def test_the_ledger_shows_each_input_and_its_bytes(api: ApiAtWork) -> None:
    await api.hears()
    entries = await api.get("/ledger", api.admin)
    id, digest = entries.at("items", 0, "id"), entries.at("items", 0, "sha256")  # noqa: A001
    raw = await api.get(f"/ledger/{id}/raw", api.admin)
    assert sha256(raw.response.content).hexdigest() == digest
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert (await api.get(f"/ledger/{id}", api.admin)).body["outcome"] == "opened"
    assert (await api.get("/ledger?outcome=held", api.admin)).body["items"] == []
    for path in ("/ledger/999999", "/ledger/999999/raw"):
        assert (await api.get(path, api.admin)).status == 404


async def test_the_trace_of_a_fault_is_for_whoever_may_mend_it(api: ApiAtWork) -> None:
    receipt = await quarantined(api)
    assert "Traceback" in str((await api.get(f"/ledger/{receipt}", api.admin)).body["fault"])
    assert (await api.get(f"/ledger/{receipt}", api.token(Role.LEAD))).body["fault"] is None


async def quarantined(api: ApiAtWork) -> int:
    """The ledger's id of a note that an earlier version of the desk could not write."""
    ticket = await api.hears()
    noted = await api.post(f"/tickets/{ticket}/note", api.admin, {"text": "x"})
    entry, raw = api.entry(int(str(noted.at("receipt", "id"))))
    broken = replace(
        entry, id=entry.id + 1000, external_id="broken", outcome=type(entry.outcome).QUARANTINED, fault="Traceback: it broke"
    )
    with api.parts.store.begin() as books:
        books.ledger.add(broken, raw)
    return broken.id


async def test_a_quarantined_request_can_be_run_again(api: ApiAtWork) -> None:
    receipt = await quarantined(api)
    again = await api.post(f"/ledger/{receipt}/replay", api.admin)
    assert (again.status, again.body["duplicate"]) == (200, False)
    assert (await api.get(f"/ledger/{receipt}", api.admin)).body["replays"] == 1
    assert (await api.post(f"/ledger/{receipt}/replay", api.admin)).body["duplicate"] is True
    assert (await api.post("/ledger/999999/replay", api.admin)).status == 404


async def test_a_delivery_is_given_up_and_tried_again_by_name(api: ApiAtWork) -> None:
    ticket = await api.hears()
    queued = await api.get(f"/outbox?ticket=HD-{ticket}&state=queued", api.admin)
    id = queued.at("items", 0, "id")  # noqa: A001
    retried = await api.post(f"/outbox/{id}/retry", api.token(Role.ADMIN, name="Lea"))
    assert (retried.status, retried.body["state"]) == (200, "queued")
    given_up = await api.post(f"/outbox/{id}/give-up", api.token(Role.ADMIN, name="Lea"), {"reason": "wrong address"})
    assert (given_up.status, given_up.body["state"]) == (200, "canceled")
    too_late = await api.post(f"/outbox/{id}/retry", api.admin)
    assert (too_late.status, "canceled already" in str(too_late.body["detail"])) == (409, True)
    assert (await api.post("/outbox/999999/give-up", api.admin)).status == 404
    timeline = await api.get(f"/events?ticket={ticket}&kind=delivery_given_up", api.admin)
    assert timeline.at("items", 0, "actor") == "Lea"


async def test_queues_contacts_and_the_directory_can_be_looked_up(api: ApiAtWork) -> None:
    await api.hears()
    queue = (await api.get("/queues", api.admin)).at(0)
    assert isinstance(queue, dict)
    assert (queue["assignment_group"], queue["open"], queue["untaken"]) == ("support", 1, 1)
    contacts = await api.get("/contacts", api.admin)
    assert contacts.at("items", 0, "addresses", 0, "address") == ANN
    one = await api.get(f"/contacts/{contacts.at('items', 0, 'id')}", api.admin)
    assert one.body == contacts.at("items", 0)
    assert (await api.get("/contacts/999999", api.admin)).status == 404
    directory = await api.get("/directory", api.admin)
    assert directory.at("teams", 0, "title") == "IT Support"
    assert directory.at("agents", 0, "name") == "Ben"


def a_file(name: str, content: bytes) -> Attachment:
    return Attachment(
        name=name,
        content_type="text/html",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        inline=False,
        content=content,
    )

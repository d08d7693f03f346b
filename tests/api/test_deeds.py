"""Doing something to a ticket over HTTP: once, as seen, and kept as it came."""

import pytest

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import Note, Resolve, Take
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome
from tests.api.api_at_work import ANN, EVE, ApiAtWork


async def test_a_deed_answers_with_its_receipt_and_the_ticket(api: ApiAtWork) -> None:
    ticket = await api.hears()
    taken = await api.post(f"/tickets/HD-{ticket}/take", api.admin)
    assert taken.status == 200
    assert taken.at("receipt", "outcome") == "applied"
    assert taken.at("ticket", "state") == "in_progress"
    assert taken.at("ticket", "assigned_to") == "admin"


@pytest.mark.parametrize("name", ["HD-{}", "hd{}", "{}"])
async def test_a_ticket_goes_by_any_of_its_names(api: ApiAtWork, name: str) -> None:
    ticket = await api.hears()
    assert (await api.post(f"/tickets/{name.format(ticket)}/take", api.admin)).status == 200


@pytest.mark.parametrize("name", ["HD-999999", "999999999999", "HD-", "nonsense", "HD-1234567890123456789012", "%00"])
async def test_no_such_ticket_is_404(api: ApiAtWork, name: str) -> None:
    for answer in (await api.get(f"/tickets/{name}", api.admin), await api.post(f"/tickets/{name}/take", api.admin)):
        assert answer.status == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


async def test_the_body_lies_in_the_ledger_as_it_came_beside_who_sent_it(api: ApiAtWork) -> None:
    ticket = await api.hears()
    raw = b'{ "text" :\t"It is the fuser \xe2\x9c\x93" }\n'
    noted = await api.send("POST", f"/tickets/{ticket}/note", api.admin, raw=raw, headers={"Idempotency-Key": "n 1"})
    receipt = noted.at("receipt", "id")
    assert isinstance(receipt, int)
    entry, kept = api.entry(receipt)
    assert kept == raw
    assert (entry.channel, entry.outcome, entry.ticket) == (Channel.API, Outcome.APPLIED, ticket)
    assert {**entry.envelope} == {
        "by": "admin",
        "role": "admin",
        "verb": "note",
        "ticket": str(ticket),
        "external_id": entry.external_id,
    }
    assert entry.external_id.endswith(":n 1")


async def test_the_same_key_twice_does_it_once(api: ApiAtWork) -> None:
    ticket = await api.hears()
    body = {"text": "Called the supplier"}
    first = await api.post(f"/tickets/{ticket}/note", api.admin, body, Idempotency_Key="k1")
    again = await api.post(f"/tickets/HD-{ticket}/note", api.admin, body, Idempotency_Key="k1")
    assert (first.status, again.status) == (200, 200)
    assert again.at("receipt", "id") == first.at("receipt", "id")
    assert (first.at("receipt", "duplicate"), again.at("receipt", "duplicate")) == (False, True)
    assert len((await api.get(f"/tickets/{ticket}", api.admin)).body["notes"]) == 1  # type: ignore[arg-type]


async def test_without_a_key_it_is_done_each_time(api: ApiAtWork) -> None:
    ticket = await api.hears()
    for _ in range(2):
        await api.post(f"/tickets/{ticket}/note", api.admin, {"text": "Called the supplier"})
    assert len((await api.get(f"/tickets/{ticket}", api.admin)).body["notes"]) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verb", "body", "headers"),
    [
        ("note", {"text": "another text"}, {}),
        ("cancel", {"reason": "spam"}, {}),
        ("note", {"text": "one"}, {"If_Match": '"0"'}),
    ],
)
async def test_a_key_used_for_something_else_is_refused(
    api: ApiAtWork, verb: str, body: dict[str, str], headers: dict[str, str]
) -> None:
    ticket = await api.hears()
    await api.post(f"/tickets/{ticket}/note", api.admin, {"text": "one"}, Idempotency_Key="k")
    refused = await api.post(f"/tickets/{ticket}/{verb}", api.admin, body, Idempotency_Key="k", **headers)
    assert refused.status == 422
    assert refused.body["type"] == "/problems/idempotency-key-reused"
    assert (await api.get(f"/tickets/{ticket}", api.admin)).body["state"] == "new"


async def test_a_key_used_on_another_ticket_is_refused(api: ApiAtWork) -> None:
    one, other = await api.hears(), await api.hears()
    await api.post(f"/tickets/{one}/take", api.admin, Idempotency_Key="k")
    assert (await api.post(f"/tickets/{other}/take", api.admin, Idempotency_Key="k")).status == 422


async def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(api: ApiAtWork) -> None:
    ticket = await api.hears()
    other = api.token(Role.LEAD)
    for token in (api.admin, other):
        noted = await api.post(f"/tickets/{ticket}/note", token, {"text": "seen"}, Idempotency_Key="k")
        assert noted.at("receipt", "duplicate") is False


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there"])
async def test_a_key_must_be_printable_and_not_too_long(api: ApiAtWork, key: str) -> None:
    ticket = await api.hears()
    assert (await api.post(f"/tickets/{ticket}/take", api.admin, Idempotency_Key=key)).status == 422


async def test_whoever_saw_an_older_state_is_told_what_happened(api: ApiAtWork) -> None:
    ticket = await api.hears()
    seen = await api.get(f"/tickets/{ticket}", api.admin)
    etag = seen.headers["ETag"]
    assert etag == f'"{seen.body["revision"]}"'
    await api.does(Take(), ticket, by="Robin")
    late = await api.post(f"/tickets/{ticket}/cancel", api.admin, {"reason": "spam"}, If_Match=etag)
    assert late.status == 409
    assert late.body["type"] == "/problems/conflict"
    assert "Robin" in str(late.body["detail"])
    assert late.at("ticket", "assigned_to") == "Robin"
    assert late.at("ticket", "state") == "in_progress"
    fresh = f'"{late.at("ticket", "revision")}"'
    assert (await api.post(f"/tickets/{ticket}/cancel", api.admin, {"reason": "spam"}, If_Match=fresh)).status == 200


async def test_a_requester_who_saw_an_older_state_learns_nothing_of_the_inside(api: ApiAtWork) -> None:
    ticket = await api.hears()
    await api.does(Note(text="The customer is difficult"), ticket, by="Robin")
    late = await api.post(f"/tickets/{ticket}/confirm", api.of(ANN), If_Match='"0"')
    assert late.status == 409
    assert "Robin" not in late.response.text
    assert "assigned_to" not in late.body["ticket"]  # type: ignore[operator]


@pytest.mark.parametrize("etag", ["1", "*", 'W/"1"', '"x"', '"1", "2"'])
async def test_if_match_takes_one_revision(api: ApiAtWork, etag: str) -> None:
    ticket = await api.hears()
    assert (await api.post(f"/tickets/{ticket}/take", api.admin, If_Match=etag)).status == 422


async def test_what_the_process_forbids_is_a_conflict_in_words(api: ApiAtWork) -> None:
    ticket = await api.hears()
    refused = await api.post(f"/tickets/{ticket}/close", api.admin, {"reason": "quiet"})
    assert refused.status == 409
    assert f"HD-{ticket} is new" in str(refused.body["detail"])
    assert refused.at("ticket", "number") == f"HD-{ticket}"


FAULTS = [
    ("hold", b"{}", "reason", "required"),
    ("hold", b'{"reason": " "}', "", "must not be empty"),
    ("hold", b'{"reason": "x", "until": "tomorrow"}', "until", ""),
    ("hold", b'{"reason": "x", "until": "2026-12-01T09:00:00"}', "", "time zone"),
    ("hold", b'{"reason": "x", "untill": null}', "untill", "nexpected"),
    ("hold", b"not json", "", "JSON"),
    ("hold", b"[]", "", "object"),
    ("hold", b'{"reason": "\\ud800"}', "", "JSON"),
    ("hold", b'{"reason": "\xff"}', "", "JSON"),
    ("escalate", b'{"reason": "x", "to_leads": "yes"}', "to_leads", "boolean"),
    ("note", b'{"text": 5}', "text", "string"),
    ("relabel", b"{}", "", "needed"),
    ("relabel", b'{"impact": 4}', "impact", "1, 2 or 3"),
    ("relabel", b'{"kind": "incident", "category": "how_to"}', "", "category of"),
    ("merge", b'{"into": 99999999999999999999}', "into", ""),
    ("merge", b'{"into": -1}', "into", ""),
]


@pytest.mark.parametrize(("verb", "raw", "field", "says"), FAULTS)
async def test_a_body_that_cannot_be_read_is_told_field_by_field(
    api: ApiAtWork, verb: str, raw: bytes, field: str, says: str
) -> None:
    ticket = await api.hears()
    before = len(api.ledger())
    refused = await api.send("POST", f"/tickets/{ticket}/{verb}", api.admin, raw=raw)
    assert refused.status == 422
    assert refused.at("errors", 0, "field") == field
    assert says in str(refused.at("errors", 0, "says"))
    assert len(api.ledger()) == before


async def test_a_nul_in_a_text_is_written_as_both_databases_can(api: ApiAtWork) -> None:
    ticket = await api.hears()
    assert (await api.send("POST", f"/tickets/{ticket}/note", api.admin, raw=b'{"text": "a\\u0000b"}')).status == 200
    assert (await api.get(f"/tickets/{ticket}", api.admin)).at("notes", 0, "text") == "a\N{REPLACEMENT CHARACTER}b"


async def test_a_requester_acts_on_their_own_ticket_and_sees_it_as_a_requester(api: ApiAtWork) -> None:
    ticket = await api.hears()
    await api.does(Resolve(text="Changed the fuser"), ticket)
    confirmed = await api.post(f"/tickets/{ticket}/confirm", api.of(ANN))
    assert confirmed.status == 200
    assert confirmed.body["receipt"] == {"id": confirmed.at("receipt", "id"), "outcome": "applied", "duplicate": False}
    assert confirmed.at("ticket", "state") == "closed"
    assert "assignment_group" not in confirmed.body["ticket"]  # type: ignore[operator]


@pytest.mark.parametrize("verb", ["confirm", "dispute", "reopen", "answer_question"])
async def test_somebody_elses_ticket_does_not_exist_for_a_requester(api: ApiAtWork, verb: str) -> None:
    ticket = await api.hears(author=ANN)
    body = {"reopen": {"reason": "x"}, "answer_question": {"kind": "incident"}}.get(verb)
    before = len(api.ledger())
    theirs = await api.post(f"/tickets/{ticket}/{verb}", api.of(EVE), body)
    nobodys = await api.post(f"/tickets/{ticket + 1}/{verb}", api.of(EVE), body)
    assert (theirs.status, theirs.body) == (404, nobodys.body)
    assert len(api.ledger()) == before


async def test_a_requester_token_without_an_address_sees_nothing(api: ApiAtWork) -> None:
    ticket = await api.hears()
    token = api.make_token(Principal(name="lost", role=Role.REQUESTER))
    assert (await api.get(f"/tickets/{ticket}", token)).status == 404
    assert (await api.get("/tickets", token)).body == {"items": [], "next": None}
    assert (await api.post("/tickets", token, {"text": "hello"})).status == 422


async def test_a_linked_address_is_the_same_requester(api: ApiAtWork) -> None:
    ticket = await api.hears(author=ANN)
    await api.post(f"/tickets/{ticket}/link_address", api.admin, {"kind": "phone", "address": "+4930 123456"})
    phone = Address(kind=AddressKind.PHONE, value="+4930123456")
    token = api.make_token(Principal(name="by phone", role=Role.REQUESTER, address=phone))
    assert (await api.get(f"/tickets/{ticket}", token)).status == 200


async def test_what_our_own_code_fails_on_is_kept_and_said_without_its_trace(api: ApiAtWork) -> None:
    ticket = await api.hears()
    api.parts.policy.matrix.clear()  # type: ignore[attr-defined] # planted: no policy can be read without it
    token = api.token(Role.AGENT, teams=["support"])
    kept = await api.post(f"/tickets/{ticket}/relabel", token, {"impact": 1})
    assert kept.status == 202
    assert kept.at("receipt", "outcome") == "quarantined"
    assert "KeyError" not in kept.response.text

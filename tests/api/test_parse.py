"""A request as it lies in the ledger becomes the same thing again, whatever is in it."""

import json
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.api.bodies import Addition, Caller, Opening, raw_of, read_body
from channels.api.envelope import ADD, OPEN, asked_of, envelope_of
from channels.api.parse import parse
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.change import ChangeKind, Risk
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import (
    AGREEMENT_DEEDS,
    DEEDS,
    AmendAgreement,
    Assign,
    BookHours,
    Deed,
    Escalate,
    Hold,
    OpenAgreement,
    PlanChange,
    Reply,
    ScheduleChange,
)
from intake.domain.deed_shape import LONGEST_TEXT
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage, Nature
from intake.domain.principal import Principal, Role
from tests.desk.at_the_desk import MONDAY

ZOE = Address(kind=AddressKind.PHONE, value="+4930123456", name="Zoë")
CLEO = Principal(name="Cleo, the first", role=Role.AGENT, teams=frozenset({"cio", "a, b"}))
REQUESTER = Principal(name="zoe", role=Role.REQUESTER, address=ZOE)

DEEDS_DONE: list[Deed] = [
    Assign(assigned_to="Ben"),
    Hold(reason="until spring", until=MONDAY),
    Escalate(reason="r", tried="t", to_leads=True),
    Reply(text="ünï\n✓", channel=Channel.SLACK),
    PlanChange(kind=ChangeKind.MAJOR, services=("ERP", "Berichte ü"), backout_plan="b\nc", risk=Risk.HIGH, incident=7),
    ScheduleChange(starts=MONDAY.replace(tzinfo=None), ends=MONDAY, time_zone="Europe/Berlin"),
    BookHours(minutes=90, text="w", worked_on=date(2026, 2, 28)),
]
OPENED = OpenAgreement(
    agreement="ACME ü",
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    minutes=600,
    spenders=("cio", "Ben"),
    carry_over=None,
)


def arrival(raw: bytes, envelope: dict[str, str], channel: Channel = Channel.API) -> Arrival:
    return Arrival(channel=channel, received_at=MONDAY, raw=raw, envelope=envelope)


@pytest.mark.parametrize("channel", [Channel.API, Channel.CLI])
@pytest.mark.parametrize("deed", DEEDS_DONE, ids=lambda deed: deed.verb)
def test_a_deed_comes_back_as_it_went(deed: Deed, channel: Channel) -> None:
    envelope = envelope_of(CLEO, deed.verb, external_id="7:k", ticket=1042, seen=3)
    assert parse(arrival(raw_of(deed), {**envelope}, channel)) == Action(
        channel=channel, external_id="7:k", received_at=MONDAY, by=CLEO, deed=deed, ticket=1042, seen=3
    )


def test_what_is_done_with_an_agreement_comes_back_and_names_no_ticket() -> None:
    envelope = envelope_of(CLEO, OPENED.verb, external_id="7:k")
    said = parse(arrival(raw_of(OPENED), {**envelope}))
    assert isinstance(said, Action)
    assert (said.deed, said.ticket) == (OPENED, None)


def test_the_agreement_that_a_path_named_is_the_deeds() -> None:
    envelope = envelope_of(CLEO, "amend_agreement", external_id="7:k", agreement="ACME ü")
    said = parse(arrival(b'{"more": 60, "reason": "r"}', {**envelope}))
    assert isinstance(said, Action)
    assert said.deed == AmendAgreement(agreement="ACME ü", more=60, reason="r")


@pytest.mark.parametrize("by", [CLEO, REQUESTER, Principal(name="ü", role=Role.ADMIN)])
def test_an_envelope_says_who_acts_completely(by: Principal) -> None:
    asked = asked_of(envelope_of(by, "take", external_id="x"))
    assert (asked.by, asked.ticket, asked.seen) == (by, None, None)


def test_a_requester_speaks_for_themselves() -> None:
    said = parse(arrival(b'{"text": "help", "subject": "s"}', {**envelope_of(REQUESTER, OPEN, external_id="7:k")}))
    assert isinstance(said, InboundMessage)
    assert (said.author, said.subject, said.text, said.full_text) == (ZOE, "s", "help", "help")
    assert (said.nature, said.external_id, said.ticket, said.channel) == (Nature.HUMAN, "7:k", None, Channel.API)


def test_what_is_added_names_its_ticket() -> None:
    said = parse(arrival(raw_of(Addition(text="more")), {**envelope_of(REQUESTER, ADD, external_id="7:k", ticket=9)}))
    assert isinstance(said, InboundMessage)
    assert (said.author, said.text, said.ticket) == (ZOE, "more", 9)


def test_staff_speak_for_the_caller_they_name() -> None:
    opening = Opening(text="no mail", caller=Caller(kind=AddressKind.EMAIL, address="Zoe@Customer.example", name="Zoe"))
    said = parse(arrival(raw_of(opening), {**envelope_of(CLEO, OPEN, external_id="7:k")}, Channel.CLI))
    assert isinstance(said, InboundMessage)
    assert said.author == Address(kind=AddressKind.EMAIL, value="zoe@customer.example", name="Zoe")
    assert said.notes == ("taken down by Cleo, the first",)


WHOLE = {**envelope_of(CLEO, "take", external_id="x", ticket=1)}


@pytest.mark.parametrize(
    "changes",
    [
        {"by": None},
        {"role": "king"},
        {"verb": "explode"},
        {"verb": OPEN},
        {"verb": ADD},
        {"ticket": None},
        {"ticket": "HD-1"},
        {"seen": "x"},
        {"teams": "cio"},
        {"teams": '{"a": 1}'},
        {"address": "x", "address_kind": "fax"},
        {"address": "x"},
        {"external_id": None},
    ],
)
def test_an_envelope_that_says_nothing_sensible_is_invalid(changes: dict[str, str | None]) -> None:
    envelope = {key: value for key, value in {**WHOLE, **changes}.items() if value is not None}
    with pytest.raises(InvalidMessage):
        parse(arrival(b'{"text": "x"}' if changes.get("verb") else b"{}", envelope))


VERBS = [*DEEDS, *AGREEMENT_DEEDS, OPEN, ADD]


@given(raw=st.binary(), verb=st.sampled_from(VERBS), by=st.sampled_from([CLEO, REQUESTER]))
def test_any_bytes_are_a_value_or_invalid(raw: bytes, verb: str, by: Principal) -> None:
    understood(raw, verb, by)


ALL = [*DEEDS.values(), *AGREEMENT_DEEDS.values()]
NAMES = sorted({field.name for deed in ALL for field in fields(deed)} | {"text", "subject", "caller", "address"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(["email", "incident"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "other"]), inner, max_size=4),
    max_leaves=8,
)


@given(body=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), verb=st.sampled_from(VERBS), data=st.data())
def test_any_json_is_a_value_or_invalid(body: dict[str, object], verb: str, data: st.DataObject) -> None:
    understood(json.dumps(body).encode(), verb, data.draw(st.sampled_from([CLEO, REQUESTER])))


@given(envelope=st.dictionaries(st.sampled_from([*WHOLE, "seen", "teams", "address", "address_kind"]), st.text()))
def test_any_envelope_is_a_value_or_invalid(envelope: dict[str, str]) -> None:
    try:
        parse(arrival(b"{}", {**WHOLE, **envelope}))
    except InvalidMessage:
        return


def understood(raw: bytes, verb: str, by: Principal) -> None:
    named = "ACME" if verb in AGREEMENT_DEEDS else ""
    try:
        said = parse(arrival(raw, {**envelope_of(by, verb, external_id="x", ticket=1, agreement=named)}))
    except InvalidMessage:
        return
    assert isinstance(said, InboundMessage if verb in {OPEN, ADD} else Action)
    if isinstance(said, Action):
        assert read_body(type(said.deed), raw_of(said.deed)) == said.deed
    else:
        assert 0 < len(said.text) <= LONGEST_TEXT
        assert "\0" not in said.text

"""Forms of a change's page, on their way to the desk."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.portal.change_form import ChangeVerb
from channels.portal.change_parse import DOOR, arrival_of
from channels.portal.parse import parse
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.change import Side
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import ApproveChange, ConsentToChange, DeclineChange, RejectChange, ReworkChange
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage
from intake.domain.principal import Principal, Role
from tests.desk.at_the_desk import MONDAY

LEE = Principal(name="Lee", role=Role.LEAD, teams=frozenset({"cio_leads", "cio"}))
OLGA = Address(kind=AddressKind.EMAIL, value="olga@acme.example", name="Olga")
OWNER = Principal(name=OLGA.value, role=Role.REQUESTER, address=OLGA)


def sent(verb: ChangeVerb, raw: bytes, who: Principal = LEE, side: Side = Side.CIO) -> Arrival:
    return arrival_of(raw, verb=verb, ticket=7, delivery=77, who=who, side=side, asked=2, received_at=MONDAY)


@pytest.mark.parametrize(
    ("verb", "deed"),
    [
        (ChangeVerb.APPROVE, ApproveChange(side=Side.CIO, comment="fine", round=2)),
        (ChangeVerb.REJECT, RejectChange(reason="fine", round=2)),
        (ChangeVerb.REWORK, ReworkChange(reason="fine", round=2)),
    ],
)
def test_an_approver_decides_as_themselves_for_the_side_that_they_were_asked_for(verb: ChangeVerb, deed: object) -> None:
    action = parse(sent(verb, b"text=fine"))
    assert isinstance(action, Action)
    assert (action.deed, action.by, action.ticket) == (deed, LEE, 7)


def test_an_approval_needs_no_words() -> None:
    action = parse(sent(ChangeVerb.APPROVE, b""))
    assert isinstance(action, Action)
    assert action.deed == ApproveChange(side=Side.CIO, round=2)


def test_a_product_owner_decides_by_their_address() -> None:
    for verb, deed in (
        (ChangeVerb.CONSENT, ConsentToChange(comment="a", round=2)),
        (ChangeVerb.DECLINE, DeclineChange(reason="a", round=2)),
    ):
        action = parse(sent(verb, b"text=a", OWNER, Side.PRODUCT_OWNER))
        assert isinstance(action, Action)
        assert (action.deed, action.by) == (deed, OWNER)


def test_what_a_product_owner_adds_is_a_message_on_the_ticket() -> None:
    message = parse(sent(ChangeVerb.ADD, b"once=abc&text=One+more+thing", OWNER, Side.PRODUCT_OWNER))
    assert isinstance(message, InboundMessage)
    assert (message.author, message.text, message.ticket, message.authentic) == (OLGA, "One more thing", 7, True)


def test_a_link_decides_once_whatever_is_written_the_second_time() -> None:
    names = [parse(sent(ChangeVerb.APPROVE, raw)).external_id for raw in (b"text=a", b"text=b", b"")]
    assert set(names) == {"77:approve"}
    assert parse(sent(ChangeVerb.REJECT, b"text=a")).external_id == "77:reject"


@pytest.mark.parametrize(
    ("verb", "who", "side"),
    [
        (ChangeVerb.CONSENT, LEE, Side.CIO),
        (ChangeVerb.ADD, LEE, Side.PROCESS),
        (ChangeVerb.APPROVE, OWNER, Side.PRODUCT_OWNER),
        (ChangeVerb.DECLINE, LEE, Side.PRODUCT_OWNER),
    ],
)
def test_nobody_sends_the_other_peoples_forms(verb: ChangeVerb, who: Principal, side: Side) -> None:
    with pytest.raises(InvalidMessage, match="is not for"):
        parse(sent(verb, b"once=a&text=a", who, side))


@pytest.mark.parametrize("verb", [ChangeVerb.REJECT, ChangeVerb.REWORK])
@pytest.mark.parametrize("raw", [b"", b"text=", b"text=+++", b"text=" + b"x" * 2_001])
def test_a_refusal_says_why_in_two_thousand_characters(verb: ChangeVerb, raw: bytes) -> None:
    with pytest.raises(InvalidMessage):
        parse(sent(verb, raw))


@given(
    raw=st.binary(max_size=200),
    envelope=st.dictionaries(
        st.sampled_from(["verb", "ticket", "delivery", "by", "role", "teams", "side", "round", "address"]),
        st.sampled_from(["approve", "add", "consent", "1", "", "cio", "product_owner", "lead", "requester", "x@y.example"]),
    ),
)
def test_any_bytes_are_a_deed_a_message_or_invalid(raw: bytes, envelope: dict[str, str]) -> None:
    arrival = Arrival(channel=Channel.FORM, received_at=MONDAY, raw=raw, envelope={**envelope, "door": DOOR})
    with suppress(InvalidMessage):
        assert isinstance(parse(arrival), (Action, InboundMessage))

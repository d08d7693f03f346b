"""Any form at all becomes what its sender says or does, or InvalidMessage; nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.portal.form import LONGEST, UnfitForm, Verb, form_of, read_fields
from channels.portal.parse import arrival_of, parse
from intake.desk.incoming import clean
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AnswerQuestion, Confirm, Deed, Dispute, Reopen
from intake.domain.errors import InvalidMessage
from intake.domain.label import Kind
from intake.domain.message import InboundMessage, Nature
from intake.domain.principal import Role

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ADA = Address(kind=AddressKind.EMAIL, value="ada@users.example", name="Ada Byte")

SNIPPETS = st.sampled_from([
    b"once=", b"text=", b"kind=", b"&", b"=", b"+", b"%", b"%00", b"%0D%0A", b"%ED%A0%80", b"%F0%9F%96%A8", b"incident",
    b"none", b"a-Z_9", b"\x00", b"\xff", b";", b"\r\n", b"%e2%80%ae", b"x" * 65,
])  # fmt: skip
ANY_BYTES = st.one_of(st.binary(max_size=300), st.lists(st.one_of(SNIPPETS, st.binary(max_size=8)), max_size=30).map(b"".join))
KEYS = st.sampled_from(["verb", "ticket", "delivery", "address_kind", "address", "address_name"])
VALUES = st.one_of(st.sampled_from([*Verb, "1042", "77", "email", "ada@users.example", ""]), st.text(max_size=20))


def arrival(verb: Verb, raw: bytes) -> Arrival:
    return arrival_of(raw, verb=verb, ticket=1042, delivery=77, address=ADA, received_at=NOON)


def form(**fields: str) -> bytes:
    return urlencode({"once": "k3y", **fields}).encode()


def texts(said: InboundMessage | Action) -> list[str]:
    if isinstance(said, InboundMessage):
        return [said.external_id, said.text, said.full_text]
    deed = said.deed
    return [said.external_id, deed.text if isinstance(deed, Dispute) else deed.reason if isinstance(deed, Reopen) else ""]


@given(raw=ANY_BYTES, verb=st.sampled_from(Verb))
def test_any_bytes_are_a_word_a_deed_or_invalid_and_nothing_else(raw: bytes, verb: Verb) -> None:
    try:
        said = parse(arrival(verb, raw))
    except InvalidMessage:
        return
    assert isinstance(said, InboundMessage) == (verb is Verb.REPLY)
    for text in texts(said):
        assert text == clean(text)
    assert len(said.external_id) <= 100


@given(envelope=st.dictionaries(KEYS, VALUES), raw=ANY_BYTES)
def test_any_envelope_too(envelope: Mapping[str, str], raw: bytes) -> None:
    try:
        parse(Arrival(channel=Channel.FORM, received_at=NOON, raw=raw, envelope=envelope))
    except InvalidMessage:
        return


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=200).filter(str.strip))
def test_what_was_typed_is_what_arrives(text: str) -> None:
    said = parse(arrival(Verb.REPLY, form(text=text)))
    assert isinstance(said, InboundMessage)
    assert said.text == said.full_text == text


def test_a_reply_is_a_message_on_the_ticket_by_whoever_got_the_link() -> None:
    assert parse(arrival(Verb.REPLY, form(text="One\r\ntwo"))) == InboundMessage(
        channel=Channel.FORM,
        external_id="77:reply:k3y",
        received_at=NOON,
        author=ADA,
        text="One\ntwo",
        full_text="One\ntwo",
        nature=Nature.HUMAN,
        ticket=1042,
        authentic=True,
    )


@pytest.mark.parametrize(
    ("verb", "fields", "deed"),
    [
        (Verb.CONFIRM, {"text": "ignored"}, Confirm()),
        (Verb.DISPUTE, {"text": "No.\r\n"}, Dispute(text="No.\n")),
        (Verb.DISPUTE, {}, Dispute(text="")),
        (Verb.REOPEN, {"text": "Again."}, Reopen(reason="Again.")),
        (Verb.ANSWER, {"kind": "enhancement"}, AnswerQuestion(kind=Kind.ENHANCEMENT)),
    ],
)
def test_everything_else_is_a_deed_of_the_requester(verb: Verb, fields: dict[str, str], deed: Deed) -> None:
    said = parse(arrival(verb, form(**fields)))
    assert isinstance(said, Action)
    assert (said.deed, said.ticket, said.external_id) == (deed, 1042, f"77:{verb.value}:k3y")
    assert (said.by.role, said.by.name, said.by.address) == (Role.REQUESTER, ADA.value, ADA)


@pytest.mark.parametrize("missing", ["verb", "ticket", "delivery", "address_kind", "address"])
def test_a_form_that_came_from_no_page_is_invalid(missing: str) -> None:
    whole = arrival(Verb.CONFIRM, form())
    envelope = {name: value for name, value in whole.envelope.items() if name != missing}
    with pytest.raises(InvalidMessage, match="did not come from a ticket's page"):
        parse(Arrival(channel=Channel.FORM, received_at=NOON, raw=whole.raw, envelope=envelope))


@pytest.mark.parametrize(("once", "fits"), [("a", True), ("-_09azAZ", True), ("x" * 64, True), ("x" * 65, False), ("", False),
    ("a b", False), ("ä", False), ("٣", False), ("a\nb", False), ("--", False)])  # fmt: skip
def test_the_key_of_a_form_is_plain_and_short(once: str, fits: bool) -> None:
    fields = read_fields(urlencode({"once": once, "text": "x"}).encode())
    if fits:
        assert form_of(Verb.REPLY, fields).once == once
        return
    with pytest.raises(UnfitForm):
        form_of(Verb.REPLY, fields)


@pytest.mark.parametrize("verb", LONGEST)
def test_the_longest_text_that_fits_is_also_what_the_desk_takes(verb: Verb) -> None:
    parse(arrival(verb, form(text="x" * LONGEST[verb])))
    with pytest.raises(UnfitForm, match="Please shorten it"):
        parse(arrival(verb, form(text="x" * (LONGEST[verb] + 1))))

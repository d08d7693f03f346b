"""Names that only the desk can make."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.keys import KeyRing, Purpose
from intake.desk.signed_names import (
    OwnMessage,
    bounce_tag,
    bounced_message,
    delivery_of_portal_key,
    is_own_mark,
    loop_mark,
    message_id,
    own_message,
    portal_key,
    reply_tag,
    ticket_of_reply_tag,
)

OLD, NEW = KeyRing([b"the key of last year"]), KeyRing([b"the key of this year", b"the key of last year"])


def test_a_reply_tag_leads_back_to_its_ticket_also_in_capitals() -> None:
    assert ticket_of_reply_tag(NEW, reply_tag(NEW, 1042)) == 1042
    assert ticket_of_reply_tag(NEW, reply_tag(NEW, 1042).upper()) == 1042


def test_an_older_key_still_verifies_until_it_is_dropped() -> None:
    tag = reply_tag(OLD, 1042)
    assert ticket_of_reply_tag(NEW, tag) == 1042
    assert ticket_of_reply_tag(KeyRing(NEW.keys[:1]), tag) is None


def test_a_tag_for_another_ticket_is_refused() -> None:
    mac = reply_tag(NEW, 1042).partition(".")[2]
    assert ticket_of_reply_tag(NEW, f"1043.{mac}") is None


def test_a_signature_for_one_purpose_proves_nothing_for_another() -> None:
    assert ticket_of_reply_tag(NEW, f"1042.{NEW.sign(Purpose.MESSAGE_ID, '1042')}") is None


def test_a_message_id_names_its_delivery_and_is_always_the_same() -> None:
    name = message_id(NEW, 1042, 77, "desk.example")
    assert name == message_id(NEW, 1042, 77, "desk.example")
    assert own_message(NEW, name) == OwnMessage(1042, 77)
    assert own_message(NEW, name.replace(".77.", ".78.")) is None


def test_our_mark_is_known_again_and_nobody_elses() -> None:
    assert is_own_mark(NEW, loop_mark(NEW, "desk@localhost"))
    assert not is_own_mark(KeyRing([b"another desk's key"]), loop_mark(NEW, "desk@localhost"))


def test_a_bounce_tag_says_what_came_back_also_in_capitals() -> None:
    tag = bounce_tag(NEW, 1042, 77)
    assert tag.startswith("b.1042.77.")
    assert bounced_message(NEW, tag) == bounced_message(NEW, tag.upper()) == OwnMessage(1042, 77)
    assert bounced_message(NEW, tag.replace(".77.", ".78.")) is None
    assert bounced_message(NEW, tag.replace(".1042.", ".1043.")) is None


def test_a_link_leads_to_its_delivery_and_to_no_other() -> None:
    key = portal_key(NEW, 77)
    assert delivery_of_portal_key(NEW, key) == 77
    assert delivery_of_portal_key(NEW, f"78.{key.partition('.')[2]}") is None
    assert delivery_of_portal_key(NEW, f"{key}/yes") is None


def test_bounces_and_links_survive_a_change_of_keys_until_the_old_one_is_dropped() -> None:
    tag, key = bounce_tag(OLD, 1042, 77), portal_key(OLD, 77)
    assert bounced_message(NEW, tag) == OwnMessage(1042, 77)
    assert delivery_of_portal_key(NEW, key) == 77
    only_new = KeyRing(NEW.keys[:1])
    assert bounced_message(only_new, tag) is None
    assert delivery_of_portal_key(only_new, key) is None


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.BOUNCE])
def test_no_other_signature_makes_a_bounce(purpose: Purpose) -> None:
    assert bounced_message(NEW, f"b.1042.77.{NEW.sign(purpose, '1042.77')}") is None


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.PORTAL])
def test_no_other_signature_opens_a_page(purpose: Purpose) -> None:
    assert delivery_of_portal_key(NEW, f"77.{NEW.sign(purpose, '77')}") is None


def test_no_name_is_taken_for_another_kind_of_name() -> None:
    reply, bounce, link = reply_tag(NEW, 1042), bounce_tag(NEW, 1042, 77), portal_key(NEW, 1042)
    assert ticket_of_reply_tag(NEW, bounce) is None
    assert ticket_of_reply_tag(NEW, link) is None
    assert bounced_message(NEW, reply) is None
    assert delivery_of_portal_key(NEW, reply) is None


READERS: list[Callable[[KeyRing, str], object]] = [
    ticket_of_reply_tag,
    own_message,
    is_own_mark,
    bounced_message,
    delivery_of_portal_key,
]
AT_LEAST_IN_SHAPE = st.from_regex(r"(hd\.|b\.)?[0-9]{1,5}(\.[0-9]{1,3})?\.[a-z2-7]{16}(@desk)?", fullmatch=True)


@given(st.text() | AT_LEAST_IN_SHAPE)
@pytest.mark.parametrize("read", READERS)
def test_no_text_of_a_stranger_passes_or_raises(read: Callable[[KeyRing, str], object], text: str) -> None:
    assert not read(NEW, text)

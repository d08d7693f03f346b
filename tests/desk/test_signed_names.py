"""Names that only the desk can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.keys import KeyRing, Purpose
from intake.desk.signed_names import OwnMessage, is_own_mark, loop_mark, message_id, own_message, reply_tag, ticket_of_reply_tag

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


@given(st.text())
@pytest.mark.parametrize("read", [ticket_of_reply_tag, own_message, is_own_mark])
def test_no_text_of_a_stranger_passes_or_raises(read: object, text: str) -> None:
    assert callable(read)
    assert not read(NEW, text)

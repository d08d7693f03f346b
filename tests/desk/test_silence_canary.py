"""A canary that comes home is a sign of life; one that is played back is none."""

from datetime import datetime, timedelta

import pytest

from intake.desk.keys import KeyRing
from intake.desk.signed_names import canary_tag, loop_mark
from intake.desk.silence import HOME, canary_address
from intake.domain.channel import Address, AddressKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.receipt import Outcome
from tests.desk.at_the_desk import KEYS, AtTheDesk, mail

DESK = "desk@localhost"


def canary(address: str, nature: Nature = Nature.OWN_LOOP) -> InboundMessage:
    author, home = (Address(kind=AddressKind.EMAIL, value=value) for value in (DESK, address))
    mark = loop_mark(KEYS, DESK) if nature is Nature.OWN_LOOP else ""
    return mail("Nothing.", author=author, recipients=(home,), nature=nature, loop_mark=mark)


def home_of(at_the_desk: AtTheDesk) -> datetime | None:
    with at_the_desk.store.begin() as books:
        sign = books.signs.get(f"{HOME}{DESK}")
    return sign.seen_at if sign else None


def test_a_canary_that_comes_home_is_a_sign_of_life_and_no_ticket(at_the_desk: AtTheDesk) -> None:
    left = at_the_desk.clock()
    at_the_desk.clock.advance(seconds=90)
    receipt = at_the_desk.hears(canary(canary_address(DESK, KEYS, left)))
    assert (receipt.outcome, receipt.reason, receipt.ticket) == (Outcome.SUPPRESSED, "canary: came home after 90 s", None)
    assert home_of(at_the_desk) == left


def test_a_canary_that_is_sent_again_proves_nothing(at_the_desk: AtTheDesk) -> None:
    first = canary_address(DESK, KEYS, at_the_desk.clock())
    at_the_desk.hears(canary(first))
    at_the_desk.clock.advance(minutes=5)
    left = at_the_desk.clock()
    at_the_desk.hears(canary(canary_address(DESK, KEYS, left)))
    at_the_desk.clock.advance(hours=5)
    for address in (first, canary_address(DESK, KEYS, left)):
        receipt = at_the_desk.hears(canary(address))
        assert (receipt.outcome, receipt.reason.partition(",")[0]) == (Outcome.SUPPRESSED, "canary: it proves nothing")
    assert home_of(at_the_desk) == left


def test_a_canary_from_the_future_proves_nothing(at_the_desk: AtTheDesk) -> None:
    at_the_desk.hears(canary(canary_address(DESK, KEYS, at_the_desk.clock() + timedelta(days=400))))
    assert home_of(at_the_desk) is None


@pytest.mark.parametrize(
    "tag", ["c.1795424400000000.aaaaaaaaaaaaaaaa", canary_tag(KeyRing([b"a key of somebody else altogether"]), 10**15), "c.1."]
)
def test_a_forged_canary_is_a_mail_like_any_other(at_the_desk: AtTheDesk, tag: str) -> None:
    receipt = at_the_desk.hears(canary(f"desk+{tag}@localhost", nature=Nature.HUMAN))
    assert receipt.outcome is Outcome.OPENED
    assert home_of(at_the_desk) is None


def test_a_canary_with_the_largest_number_that_fits_does_no_harm(at_the_desk: AtTheDesk) -> None:
    receipt = at_the_desk.hears(canary(f"desk+{canary_tag(KEYS, 10**18 - 1)}@localhost"))
    assert receipt.outcome is Outcome.SUPPRESSED
    assert home_of(at_the_desk) is None

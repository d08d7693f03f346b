"""Somebody is woken by phone: over the app, on a real desk, with the store there and away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest

from channels.phone.page_call import PageCall, page_query
from channels.phone.reports import PATH as STATUS
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.page import RunState
from storage.store import SqlStore
from tests.calls.call_desk import LINE, OUTAGE, PHONES, called_desk
from tests.phone.open_line import PUBLIC, OpenLine, call, text
from tests.phone.twiml_checker import check

DOWN = "the order system is down for everybody"


@dataclass
class Woken:
    """One page call, as the vendor makes it."""

    line: OpenLine
    sent: Delivery
    url: str
    sid: str

    def hears(self, url: str, **form: str) -> str:
        answer = self.line.asks(url, self._form(form))
        assert answer.status_code == 200
        return answer.text

    def picks_up(self) -> str:
        return self.hears(self.url)

    def presses(self, digits: str, document: str) -> str:
        """The key, where the document that was just heard wants it."""
        gather = check(document).find("Gather")
        assert gather is not None
        return self.hears(gather.attrib["action"], Digits=digits)

    def ends(self, status: str = "completed") -> None:
        url = f"{PUBLIC}{STATUS}?d={self.sent.id}"
        assert self.line.asks(url, self._form({"CallStatus": status})).status_code == 204

    def _form(self, more: Mapping[str, str]) -> dict[str, str]:
        out = call(self.sid, LINE, To=self.sent.address, Direction="outbound-api")
        return {**out, **more}


@pytest.fixture
def burning(sqlite_store: SqlStore) -> OpenLine:
    return OpenLine(called_desk(sqlite_store), labels={"is down": OUTAGE}, patience=0.2)


def said(document: str) -> str:
    return " ".join(verb.text or "" for verb in check(document).iter("Say"))


def rung(line: OpenLine, sid: str = "ab") -> Woken:
    """Whoever is called out now, as the sender would write it."""
    (page,) = line.desk.sends(Channel.PHONE)
    notice = page.delivery.notice
    assert notice is not None
    about = PageCall(
        delivery=page.delivery.id,
        ticket=page.ticket.number,
        priority=page.ticket.priority.value,
        whom=notice.fields["whom"],
        about=page.ticket.short_description,
        line=LINE,
    )
    return Woken(line=line, sent=page.delivery, url=f"{PUBLIC}/twilio/page?{page_query(about)}", sid=f"CA{sid * 16}")


def wakes(line: OpenLine) -> Woken:
    assert line.asks("/sms", text(body=DOWN)).status_code == 200
    return rung(line)


def state(line: OpenLine, sent: Delivery) -> DeliveryState:
    return next(one.state for one in line.desk.story(sent.ticket).deliveries if one.id == sent.id)


def test_whoever_presses_1_has_it_and_the_end_of_the_call_changes_nothing(burning: OpenLine) -> None:
    with burning:
        woken = wakes(burning)
        assert woken.sent.address == PHONES["Ben"]
        asked = woken.picks_up()
        assert DOWN in said(asked)
        assert "is yours" in said(woken.presses("1", asked))
        woken.ends()
    ticket = woken.sent.ticket
    assert burning.desk.story(ticket).pagings[0].run.state is RunState.ACKNOWLEDGED
    (taken,) = burning.desk.happened(ticket, EventKind.ACKNOWLEDGED)
    assert (taken.actor, taken.reason) == ("Ben", "acknowledged the page, by key")
    assert state(burning, woken.sent) is DeliveryState.DELIVERED
    assert burning.desk.paged(ticket) == ["Ben"]


@pytest.mark.parametrize("way", ["passes", "is silent", "hangs up", "is a machine", "presses nonsense twice"])
def test_who_does_not_take_it_lets_the_next_be_woken_at_once(burning: OpenLine, way: str) -> None:
    with burning:
        woken = wakes(burning)
        asked = woken.picks_up()
        if way == "passes":
            woken.presses("2", asked)
        elif way == "is silent":
            woken.presses("", asked)
        elif way == "is a machine":
            woken.line.asks(
                f"{PUBLIC}{STATUS}?d={woken.sent.id}", woken._form({"AnsweredBy": "machine_start", "CallStatus": ""})
            )
        elif way == "presses nonsense twice":
            woken.presses("8", woken.presses("9", asked))
        if way == "hangs up":
            woken.ends()
        assert burning.desk.paged(woken.sent.ticket) == ["Ben", "Kim"]
        woken.ends()
        woken.ends()
    assert burning.desk.paged(woken.sent.ticket) == ["Ben", "Kim"]
    assert not burning.desk.happened(woken.sent.ticket, EventKind.ACKNOWLEDGED)


def test_without_the_store_the_key_counts_and_is_booked_afterwards(burning: OpenLine) -> None:
    with burning:
        woken = wakes(burning)
        burning.away = True
        asked = woken.picks_up()
        assert DOWN in said(asked)
        assert "is yours" in said(woken.presses("1", asked))
        woken.ends()
        burning.books_the_spool()
    assert burning.desk.story(woken.sent.ticket).pagings[0].run.state is RunState.ACKNOWLEDGED
    assert state(burning, woken.sent) is DeliveryState.DELIVERED


def test_where_nothing_can_be_kept_nobody_is_told_that_they_have_it(burning: OpenLine) -> None:
    with burning:
        woken = wakes(burning)
        burning.away = burning.full = True
        asked = woken.picks_up()
        assert DOWN in said(asked)
        told = said(woken.presses("1", asked))
    assert "others go on being woken" in told
    assert "is yours" not in told


def test_whoever_is_second_hears_that_nobody_is_needed(burning: OpenLine) -> None:
    with burning:
        first = wakes(burning)
        asked = first.picks_up()
        first.ends("no-answer")
        second = rung(burning, "cd")
        assert "is yours" in said(second.presses("1", second.picks_up()))
        assert "Nobody is needed" in said(first.presses("1", asked))
    (taken,) = burning.desk.happened(first.sent.ticket, EventKind.ACKNOWLEDGED)
    assert taken.actor == "Kim"


def test_a_key_that_comes_twice_takes_it_once_and_is_answered_alike(burning: OpenLine) -> None:
    with burning:
        woken = wakes(burning)
        asked = woken.picks_up()
        assert woken.presses("1", asked) == woken.presses("1", asked)
    assert len(burning.desk.happened(woken.sent.ticket, EventKind.ACKNOWLEDGED)) == 1


def test_who_joins_the_conference_is_on_the_timeline(burning: OpenLine) -> None:
    with burning:
        ticket = wakes(burning).sent.ticket
        form = {
            **call("CA7"),
            "ConferenceSid": f"CF{'e' * 32}",
            "StatusCallbackEvent": "participant-join",
            "SequenceNumber": "1",
            "ParticipantLabel": "Ben#12",
        }
        for _ in range(2):
            assert burning.asks(f"/conference?n={ticket}", form).status_code == 204
    (joined,) = burning.desk.happened(ticket, EventKind.CONFERENCE)
    assert joined.reason.endswith("Ben joined the conference")


def test_a_forged_key_and_another_address_take_nothing(burning: OpenLine) -> None:
    with burning:
        woken = wakes(burning)
        key = f"{woken.url.replace('/twilio/page?', '/twilio/page/key?')}&t=1"
        forged = burning.asks(key, woken._form({"Digits": "1"}), signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        assert (forged.status_code, forged.text) == (403, "")
        strange = burning.asks(f"{PUBLIC}/twilio/page/key?d=1", woken._form({"Digits": "1"}))
        assert strange.status_code == 404
        other = replace(woken, url=woken.url.replace(f"d={woken.sent.id}", "d=999999"))
        assert "others go on being woken" in said(other.presses("1", other.picks_up()))
    assert burning.desk.story(woken.sent.ticket).pagings[0].run.state is RunState.RUNNING
    assert urlsplit(key).path == "/twilio/page/key"

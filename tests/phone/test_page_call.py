"""A page on the phone: what is heard, which key does what, and that nothing but a key takes it."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.phone.conference import parse_conference
from channels.phone.page_call import (
    LONGEST_ABOUT,
    PageCall,
    answering,
    asking,
    page_query,
    read_page_query,
)
from channels.phone.page_key import parse_page
from intake.desk.policy_file.phone import Line
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage, NoteCall, NoteConference, ReportDelivery
from intake.domain.delivery import DeliveryState
from intake.domain.errors import InvalidMessage
from tests.phone.twiml_checker import check

PUBLIC = "https://desk.example.com"
ENGLISH = Line(number="+4930901820")
GERMAN = replace(ENGLISH, language="de-DE", voice="Polly.Vicki")
CALL = f"CA{'ab' * 16}"
PAGE = PageCall(
    delivery=77,
    ticket=1042,
    priority="P1",
    whom="Robin Example",
    about="Nobody can log in & <payroll> is away",
    line="+4930901820",
)
MAJOR = replace(PAGE, conference=True)


def said(document: str) -> str:
    return " ".join(verb.text or "" for verb in check(document).iter("Say"))


def verbs(document: str) -> list[str]:
    return [verb.tag for verb in check(document)]


def arrival(query: str, path: str = "/twilio/page/key") -> Arrival:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return Arrival(channel=Channel.PHONE, received_at=now, raw=b"", envelope={"path": path, "query": query})


def pressed(digits: str, page: PageCall = PAGE) -> Action:
    return parse_page(arrival(page_query(replace(page, turn=1))), {"CallSid": CALL, "Digits": digits})


def next_page(document: str) -> PageCall:
    """As the URL of the gather has it."""
    gather = check(document).find("Gather")
    assert gather is not None
    url = urlsplit(gather.attrib["action"])
    assert url.path == "/twilio/page/key"
    return read_page_query(url.query)


def test_the_page_says_what_burns_and_how_to_take_it_twice() -> None:
    words = said(asking(PAGE, ENGLISH, PUBLIC))
    assert words.count("H D, 1, 0, 4, 2: Nobody can log in & <payroll> is away.") == 2
    assert words.count("Press 1 to take it, or 2 to pass.") == 2
    assert "3" not in words


def test_a_major_incident_has_a_conference_to_join() -> None:
    assert "3 to take it and join the conference" in said(asking(MAJOR, ENGLISH, PUBLIC))
    document = answering(replace(MAJOR, turn=1), "3", ENGLISH, PUBLIC)
    conference = check(document).find("Dial/Conference")
    assert conference is not None
    assert conference.text == "HD-1042"
    assert conference.attrib["statusCallback"] == f"{PUBLIC}/twilio/conference?n=1042"


def test_a_german_line_speaks_german() -> None:
    document = asking(PAGE, GERMAN, PUBLIC)
    assert "Drücken Sie die 1" in said(document)
    say = next(ElementTree.fromstring(document).iter("Say"))
    assert (say.attrib["language"], say.attrib["voice"]) == ("de-DE", "Polly.Vicki")


def test_silence_is_posted_and_then_hung_up() -> None:
    document = asking(PAGE, ENGLISH, PUBLIC)
    gather = check(document).find("Gather")
    assert gather is not None
    assert gather.attrib["actionOnEmptyResult"] == "true"
    assert verbs(document) == ["Gather", "Hangup"]
    assert verbs(answering(next_page(document), "", ENGLISH, PUBLIC)) == ["Say", "Hangup"]


@pytest.mark.parametrize("digits", ["1", "2", "", "3"])
def test_every_last_word_hangs_up(digits: str) -> None:
    assert verbs(answering(replace(PAGE, turn=2), digits, ENGLISH, PUBLIC))[-1] == "Hangup"


def test_a_key_that_means_nothing_is_forgiven_once() -> None:
    first = next_page(asking(PAGE, ENGLISH, PUBLIC))
    again = answering(first, "7", ENGLISH, PUBLIC)
    assert "means nothing" in said(again)
    assert verbs(answering(next_page(again), "7", ENGLISH, PUBLIC)) == ["Say", "Hangup"]


def test_who_takes_it_is_who_was_paged() -> None:
    action = pressed("1")
    assert isinstance(action.deed, AcknowledgePage)
    assert action.by.name == "Robin Example"
    assert action.delivery == 77
    assert action.external_id == f"{CALL}/key/1"


@pytest.mark.parametrize(
    ("digits", "why"), [("2", "passed on by key"), ("", "picked up, and no key was pressed"), ("3", "asked again")]
)
def test_no_other_key_takes_it(digits: str, why: str) -> None:
    deed = pressed(digits).deed
    assert not isinstance(deed, AcknowledgePage)
    assert why in (deed.error if isinstance(deed, ReportDelivery) else str(deed))


def test_whoever_comes_too_late_hears_so() -> None:
    assert "Nobody is needed" in said(answering(replace(PAGE, turn=1), "1", ENGLISH, PUBLIC, over=True))
    assert "yours" in said(answering(replace(PAGE, turn=1), "1", ENGLISH, PUBLIC))


def test_whose_key_was_lost_may_still_join_the_conference_and_knows_that_others_are_woken() -> None:
    document = answering(replace(MAJOR, turn=1), "3", ENGLISH, PUBLIC, lost=True)
    assert "others go on being woken" in said(document)
    assert verbs(document) == ["Say", "Dial"]
    assert "We try others" in said(answering(replace(PAGE, turn=1), "2", ENGLISH, PUBLIC, lost=True))


def test_key_3_takes_a_major_incident() -> None:
    assert isinstance(pressed("3", MAJOR).deed, AcknowledgePage)


def test_a_second_key_that_means_nothing_is_a_page_that_failed() -> None:
    deed = parse_page(arrival(page_query(replace(PAGE, turn=2))), {"CallSid": CALL, "Digits": "9"}).deed
    assert isinstance(deed, ReportDelivery)
    assert deed.state is DeliveryState.FAILED


def test_picking_up_is_noted_and_takes_nothing() -> None:
    action = parse_page(arrival(page_query(PAGE), "/twilio/page"), {"CallSid": CALL, "Digits": "1"})
    assert isinstance(action.deed, NoteCall)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "d=77",
        "d=77&n=1042&p=P1",
        "d=77&n=1042&p=P9&l=%2B4930901820",
        "d=77&n=1042&p=P1&l=%2B4930901820&x=1",
        "d=77&d=78&n=1042&p=P1&l=%2B4930901820",
        "d=0&n=1042&p=P1&l=%2B4930901820",
        "d=77&n=1042&p=P1&l=%2B4930901820&t=9",
        f"d=77&n=1042&p=P1&l=%2B4930901820&s={'x' * 500}",
        "d=77&n=1042&p=P1&l=%2B4930901820&s=a%00b",
        "&" * 3000,
    ],
)
def test_a_query_that_we_did_not_write_is_no_page(query: str) -> None:
    with pytest.raises(InvalidMessage):
        read_page_query(query)


@given(about=st.text(max_size=400), whom=st.text(max_size=120))
@settings(max_examples=50)
def test_whatever_a_ticket_is_about_can_be_said_and_read_back(about: str, whom: str) -> None:
    query = page_query(replace(PAGE, about=about, whom=whom))
    page = read_page_query(query)
    assert len(page.about) <= LONGEST_ABOUT
    assert page_query(page) == query
    check(asking(page, ENGLISH, PUBLIC))
    assert len(f"{PUBLIC}/twilio/page?{query}") < 2500


@given(query=st.text(max_size=200), digits=st.text(max_size=5))
@settings(max_examples=50)
def test_any_query_and_any_key_is_an_action_or_invalid(query: str, digits: str) -> None:
    try:
        parse_page(arrival(query), {"CallSid": CALL, "Digits": digits})
    except InvalidMessage:
        return


def event(name: str, **more: str) -> Action:
    form = {"ConferenceSid": f"CF{'cd' * 16}", "StatusCallbackEvent": name, "SequenceNumber": "3", **more}
    return parse_conference(arrival("n=1042", "/twilio/conference"), form)


def test_who_comes_and_goes_is_on_the_tickets_timeline() -> None:
    joined = event("participant-join", CallSid=CALL, ParticipantLabel="Robin Example#77")
    assert isinstance(joined.deed, NoteConference)
    assert joined.deed.text == "Robin Example joined the conference"
    assert joined.ticket == 1042
    assert joined.external_id == f"CF{'cd' * 16}/{CALL}/participant-join/3"
    ended = event("conference-end")
    assert isinstance(ended.deed, NoteConference)
    assert ended.deed.text == "the conference is over"


def test_other_conferences_are_none_of_ours() -> None:
    with pytest.raises(InvalidMessage):
        event("participant-speech-start", CallSid=CALL)
    with pytest.raises(InvalidMessage):
        parse_conference(
            arrival("n=x", "/twilio/conference"), {"ConferenceSid": "CF1", "StatusCallbackEvent": "conference-end"}
        )


def test_the_key_url_carries_no_more_than_the_key_needs() -> None:
    document = asking(PAGE, ENGLISH, PUBLIC)
    gather = check(document).find("Gather")
    assert gather is not None
    assert "s" not in parse_qs(urlsplit(gather.attrib["action"]).query)

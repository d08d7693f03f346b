"""Where a call stands, in the query of a URL."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import Urls, from_query, to_query
from intake.domain.errors import InvalidMessage
from intake.domain.label import Kind, Level

numbers = st.integers(1, 10**12 - 1)
states = st.builds(
    CallState,
    turn=st.integers(0, 999),
    ticket=st.none() | numbers,
    offers=st.lists(numbers, max_size=3).map(tuple),
    kind=st.sampled_from(Kind),
    impact=st.none() | st.sampled_from(Level),
    urgency=st.none() | st.sampled_from(Level),
    again=st.booleans(),
    hit=st.booleans(),
    bad=st.booleans(),
    attempt=st.integers(0, 99),
    one=st.integers(-1, 9),
)


@given(states)
@settings(max_examples=50)
def test_what_a_url_says_is_read_as_it_was_written(state: CallState) -> None:
    assert from_query(to_query(state)) == state
    assert len(Urls(public="https://desk.example.org").step(Step.DESCRIBED, state)) < 250


def test_a_url_is_below_the_public_address() -> None:
    state = CallState(turn=3, ticket=1042, kind=Kind.INCIDENT, urgency=Level.MEDIUM, hit=True)
    url = Urls(public="https://desk.example.org/it/").step(Step.HIT, state)
    assert url == "https://desk.example.org/it/twilio/voice/hit?t=3&n=1042&k=i&u=2&h=1"


@pytest.mark.parametrize(
    "query",
    [
        "t=0",
        "t=1000",
        "t=+1",
        "t=1\n",
        "t=１",
        "t=1&t=1",
        "n=0",
        "n=1234567890123",
        "o=1.2.3.4",
        "o=1..2",
        "k=x",
        "i=4",
        "a=2",
        "p=100",
        "w=10",
        "w=-1",
        "x=1",
        "t",
        "&",
        "t=1&",
        "%74=1",
        "t=" + "1" * 10_000,
    ],
)
def test_a_query_that_we_do_not_write_is_none_of_ours(query: str) -> None:
    with pytest.raises(InvalidMessage):
        from_query(query)


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_any_query_is_a_state_or_invalid(query: str) -> None:
    try:
        state = from_query(query)
    except InvalidMessage:
        return
    assert from_query(to_query(state)) == state

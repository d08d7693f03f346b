"""What is known of a call's ticket: from the store, and without it from the words alone, as alike as can be."""

from dataclasses import replace

import pytest

from channels.phone.standing import Standing
from channels.phone.standing_from_store import answer_within, standing_from_store
from channels.phone.standing_from_words import standing_from_words
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.words import words_for
from intake.desk.policy_file.phone import Line
from intake.domain.deed import DissolveStorm, Relabel, Resolve
from intake.domain.label import Category, Evidence, Kind, Level, Priority
from storage.store import SqlStore
from tests.calls.call_desk import CALLER, LINE, OTHER, OUTAGE, SENDERS, UNCLEAR, CallDesk, call_policy, called_desk
from tests.calls.stormy_calls import StormyCalls
from tests.phone.open_line import ByWords

WORDS = words_for(Line(number=LINE), "")
POLICY = call_policy()
SAID = replace(OUTAGE, impact=Level.MEDIUM, evidence=(Evidence(source="lexicon", says="impact=2", text="some of us"),))


@pytest.fixture
def desk(sqlite_store: SqlStore) -> CallDesk:
    return called_desk(sqlite_store)


def standing(desk: CallDesk, call: str = "CA1", *, offers: bool = False) -> Standing:
    with desk.store.looking() as reader:
        found = standing_from_store(reader, desk.policy, call, offers=offers)
    assert found is not None
    return found


def heard(**more: str | float) -> Heard:
    return replace(Heard(call="CA1", caller=CALLER, line=LINE), **more)  # type: ignore[arg-type] # a test names what it needs


def from_words(step: Step, state: CallState | None = None, **more: str | float) -> Standing:
    classifier = ByWords({"some of us": SAID, "outage": OUTAGE})
    return standing_from_words(step, state or CallState(), heard(**more), WORDS, classifier, POLICY)


def test_a_call_that_the_desk_does_not_know_stands_nowhere(desk: CallDesk) -> None:
    with desk.store.looking() as reader:
        assert standing_from_store(reader, desk.policy, "CA404", offers=True) is None


def test_before_a_word_nothing_is_said_of_who_is_hit(desk: CallDesk) -> None:
    number = desk.rings()
    found = standing(desk)
    assert (found.number, found.kind, found.priority) == (number, Kind.NONE, Priority.P4)
    assert not found.impact_said
    assert not found.urgency_said


def test_only_what_the_words_told_is_not_asked(desk: CallDesk) -> None:
    desk.rings()
    desk.says("The lift is stuck for some of us", SAID)
    found = standing(desk)
    assert (found.impact_said, found.urgency_said) == (True, False)
    assert found.about == "The lift is stuck for some of us"


def test_a_key_for_the_matter_says_nothing_of_how_bad_it_is(desk: CallDesk) -> None:
    desk.rings()
    desk.names(Kind.INCIDENT)
    assert not standing(desk).urgency_said
    desk.presses(urgency=Level.LOW)
    assert standing(desk).urgency_said
    assert not standing(desk).impact_said


def test_what_a_person_has_judged_is_not_asked(desk: CallDesk) -> None:
    ticket = desk.rings()
    desk.names(Kind.INCIDENT)
    desk.does(Relabel(category=Category.UNAVAILABLE), "Kim", ticket=ticket)
    found = standing(desk)
    assert (found.impact_said, found.urgency_said) == (True, True)


def test_offers_are_the_callers_open_tickets_the_newest_first_and_no_more_than_three(desk: CallDesk) -> None:
    known = []
    for number in range(5):
        known.append(desk.rings(f"CA{number}"))
        desk.names(Kind.SERVICE_REQUEST, f"CA{number}")
    desk.rings("CAother", OTHER)
    desk.names(Kind.SERVICE_REQUEST, "CAother")
    desk.does(Resolve(text="Done"), "Kim", ticket=known[4])
    desk.rings("CA9")
    assert standing(desk, "CA9", offers=True).offers == (known[4], known[3], known[2])
    assert standing(desk, "CA9").offers == ()
    desk.rings("CAwithheld", "")
    assert standing(desk, "CAwithheld", offers=True).offers == ()


def test_a_merged_ticket_stands_where_it_was_merged(desk: CallDesk) -> None:
    old = desk.rings("CA1")
    desk.names(Kind.SERVICE_REQUEST, "CA1")
    desk.rings("CA2")
    desk.continues(old, "CA2")
    assert standing(desk, "CA2").number == old


def test_a_withheld_number_gets_no_text(desk: CallDesk) -> None:
    desk.rings("CA1")
    desk.rings("CA2", "")
    assert (standing(desk, "CA1").sms, standing(desk, "CA2").sms) == (True, False)


def test_who_took_the_call_is_known(desk: CallDesk) -> None:
    desk.rings()
    desk.says("outage", OUTAGE)
    desk.is_taken("Kim")
    assert standing(desk).taken_by == "Kim"


def test_a_part_of_a_major_incident_is_known_as_long_as_people_work_on_it(sqlite_store: SqlStore) -> None:
    desk = StormyCalls(store=sqlite_store, policy=POLICY, senders=SENDERS)
    numbers = [desk.reports(who) for who in range(desk.policy.storm.form_at)]
    (parent,) = {desk.ticket(number).parent for number in numbers}
    assert parent is not None
    assert all(standing(desk, f"CA{who}").known for who in range(len(numbers)))
    desk.does(DissolveStorm(reason="it was none"), "Kim", ticket=parent)
    assert not standing(desk, "CA0").known


TARGETS = {
    (Kind.INCIDENT, Priority.P3): "4h",
    (Kind.INCIDENT, Priority.P1): "15m",
    (Kind.SERVICE_REQUEST, Priority.P4): "2d",
}


@pytest.mark.parametrize(("kind", "priority"), TARGETS)
def test_when_to_expect_an_answer_is_said_as_the_policy_writes_it(kind: Kind, priority: Priority) -> None:
    assert answer_within(POLICY, kind, priority) == TARGETS[kind, priority]


def test_without_the_store_words_are_labelled_as_the_desk_does_it() -> None:
    found = from_words(Step.WHAT, speech="some of us cannot log in", confidence=0.9)
    assert (found.number, found.kind, found.impact, found.impact_said) == (None, Kind.INCIDENT, Level.MEDIUM, True)
    assert found.about == "some of us cannot log in"
    unclear = from_words(Step.WHAT, speech="some of us cannot log in", confidence=0.3)
    assert (unclear.kind, unclear.about) == (Kind.NONE, "")


@pytest.mark.parametrize("step", [Step.HIT, Step.BAD])
@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_without_the_store_keys_count_all_the_same(step: Step, key: str) -> None:
    state = CallState(turn=3, kind=Kind.INCIDENT, impact=None if step is Step.HIT else Level.HIGH)
    found = from_words(step, state, digits=key)
    assert (found.impact if step is Step.HIT else found.urgency) is Level(int(key))
    assert found.kind is Kind.INCIDENT
    assert found.impact_said
    assert found.urgency_said is (step is Step.BAD)


def test_without_the_store_an_outage_by_key_hinders_at_least() -> None:
    found = from_words(Step.WHAT, digits="1")
    assert (found.kind, found.urgency, found.urgency_said) == (Kind.INCIDENT, Level.MEDIUM, False)


def test_without_the_store_a_known_p1_stays_one_at_every_later_step() -> None:
    state = CallState(turn=5, kind=Kind.INCIDENT, impact=Level.HIGH, urgency=Level.HIGH)
    for step in (Step.DIALED, Step.SCREEN, Step.ACCEPT, Step.LEFT):
        assert from_words(step, state).priority is Priority.P1


def test_the_desk_and_the_words_agree(desk: CallDesk) -> None:
    desk.rings()
    desk.says("some of us cannot log in", SAID)
    store, words = standing(desk), from_words(Step.WHAT, speech="some of us cannot log in", confidence=0.9)
    assert replace(store, number=None, urgency_said=words.urgency_said) == words
    desk.rings("CA2")
    desk.says("hm", UNCLEAR, "CA2")
    store, words = standing(desk, "CA2"), from_words(Step.WHAT, speech="hm", confidence=0.9)
    assert replace(store, number=None) == words

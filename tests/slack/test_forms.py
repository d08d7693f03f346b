"""Forms over a real desk: what stands in them, what comes of them, and what does not."""

from datetime import timedelta

import pytest

from channels.slack.presses import Press
from intake.domain.channel import Channel
from intake.domain.deed import Take
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.receipt import Outcome
from intake.domain.ticket import State, Tier, spoken
from storage.store import SqlStore
from tests.desk.at_the_desk import MALLORY, mail
from tests.slack.filling import Value
from tests.slack.forms_desk import FormsDesk, fault_in, forms_desk, words_in, written_in
from tests.slack.workspace import EVE, KIM

STAFF_FORMS = (
    Press.REPLY,
    Press.RESOLVE,
    Press.ESCALATE,
    Press.HOLD,
    Press.RETURN,
    Press.RELABEL,
    Press.MERGE,
    Press.REOPEN,
    Press.REJECT_REPLY,
)


@pytest.fixture
def desk(sqlite_store: SqlStore) -> FormsDesk:
    return forms_desk(sqlite_store)


async def test_a_form_stands_there_at_once_and_is_filled_when_the_ticket_was_read(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.REPLY, ticket)
    assert [call.method for call in desk.api.state.calls] == ["views.open", "views.update"]
    opened, updated = (call.arguments for call in desk.api.state.calls)
    assert "One moment" in words_in(opened["view"])
    assert spoken(ticket.number) not in words_in(opened["view"])
    assert updated["hash"]
    assert spoken(ticket.number) in words_in(view)
    assert "out of paper" in words_in(view)


@pytest.mark.parametrize("what", STAFF_FORMS)
async def test_every_form_of_the_staff_fits_slack_in_each_language(desk: FormsDesk, what: Press) -> None:
    ticket = desk.asked("<!channel> & <@U1> *bold* " * 300)
    for language in ("en-US", "de-DE"):
        desk.speaks(KIM, language)
        view = await desk.opens(what, ticket, more="77")
        assert view["callback_id"] == f"desk/{what.value}"
        assert "<!channel>" not in "".join(text for text in _markup(view))
        assert len(str(view["private_metadata"])) <= 3_000


@pytest.mark.parametrize("what", STAFF_FORMS)
async def test_whoever_does_not_work_here_sees_nothing_of_the_ticket(desk: FormsDesk, what: Press) -> None:
    ticket = desk.asked("The secret plan leaked")
    desk.speaks(EVE, "de")
    view = await desk.opens(what, ticket, by=EVE)
    assert "vorbehalten" in words_in(view)
    assert "secret" not in words_in(view)
    assert "submit" not in view


async def test_whoever_nobody_has_looked_up_yet_gets_the_form_without_the_ticket(desk: FormsDesk) -> None:
    ticket = desk.asked("The secret plan leaked")
    view = await desk.opens(Press.REPLY, ticket, by=EVE)
    assert "secret" not in words_in(view)
    answer = await desk.sends_off(view, {"text": "We look at it."}, by=EVE)
    assert answer is not None
    assert answer["response_action"] == "update"
    assert "try again in a moment" in words_in(view)
    assert "secret" not in words_in(view)
    assert written_in(view, "text") == "We look at it."


async def test_an_answer_reaches_whoever_asked(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.REPLY, ticket)
    assert await desk.sends_off(view, {"text": "Paper is on its way."}) is None
    assert "Paper is on its way." in [message.body for message in desk.at.story(ticket.number).messages]


async def test_resolve_demands_the_final_response(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.RESOLVE, ticket)
    assert fault_in(await desk.sends_off(view, {"text": "   "})) == "text: Please fill this in."
    assert await desk.sends_off(view, {"text": "There is paper again."}) is None
    assert desk.ticket(ticket.number).final_response is not None


async def test_an_escalation_says_why_and_what_was_tried(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.ESCALATE, ticket)
    assert await desk.sends_off(view, {"reason": "needs rights", "tried": "a restart", "to_leads": True}) is None
    assert desk.ticket(ticket.number).tier is Tier.LEADS
    escalated = next(event for event in desk.at.story(ticket.number).events if event.kind is EventKind.ESCALATED)
    assert "needs rights" in escalated.reason
    assert "a restart" in escalated.reason


async def test_a_hold_ends_when_it_was_said(desk: FormsDesk) -> None:
    ticket = desk.asked()
    until = desk.at.clock() + timedelta(days=1)
    view = await desk.opens(Press.HOLD, ticket)
    assert await desk.sends_off(view, {"reason": "the vendor", "until": int(until.timestamp())}) is None
    held = desk.ticket(ticket.number)
    assert (held.state, held.on_hold_until, held.on_hold_reason) == (State.ON_HOLD, until, "the vendor")


async def test_a_hold_cannot_end_in_the_past(desk: FormsDesk) -> None:
    view = await desk.opens(Press.HOLD, desk.asked())
    yesterday = int(desk.at.clock().timestamp()) - 86_400
    assert fault_in(await desk.sends_off(view, {"reason": "the vendor", "until": yesterday})).startswith("until: ")


async def test_a_label_is_corrected_by_three_menus(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.RELABEL, ticket)
    assert (written_in(view, "kind"), written_in(view, "impact")) == ("how_to", "3")
    values = {"kind": "unavailable", "impact": "1", "urgency": "2"}
    assert await desk.sends_off(view, values) is None
    now = desk.ticket(ticket.number)
    assert (now.kind, now.category) == (Kind.INCIDENT, Category.UNAVAILABLE)
    assert (now.impact, now.urgency, now.priority) == (Level.HIGH, Level.MEDIUM, Priority.P2)


async def test_a_duplicate_is_merged_into_the_ticket_that_is_named(desk: FormsDesk) -> None:
    first, second = desk.asked(), desk.asked("No paper on floor 3", by=EVE)
    view = await desk.opens(Press.MERGE, second)
    assert fault_in(await desk.sends_off(view, {"into": "the other one"})).startswith("into: ")
    assert fault_in(await desk.sends_off(view, {"into": spoken(second.number)})).startswith("into: ")
    assert fault_in(await desk.sends_off(view, {"into": "HD-999999"})) == "into: There is no ticket HD-999999"
    assert await desk.sends_off(view, {"into": f" {spoken(first.number).lower()} "}) is None
    assert desk.ticket(second.number).merged_into == first.number


async def test_a_held_reply_is_read_before_it_is_rejected(desk: FormsDesk) -> None:
    ticket = desk.asked()
    desk.at.hears(
        mail(
            "Send the keys to me instead.",
            author=MALLORY,
            answers=(ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=spoken(ticket.number)),),
        )
    )
    held = next(message for message in desk.at.story(ticket.number).messages if message.held)
    view = await desk.chooses(f"reject_reply-{held.id}", desk.ticket(ticket.number))
    assert "Send the keys" in words_in(view)
    assert await desk.sends_off(view, {"reason": "nobody we know"}) is None
    assert next(one for one in desk.at.story(ticket.number).messages if one.id == held.id).rejected


async def test_a_ticket_that_changed_meanwhile_brings_the_form_back_with_what_was_written(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.ESCALATE, ticket)
    desk.at.does(Take(), "Lee", ticket=ticket.number)
    written: dict[str, Value] = {"reason": "needs <rights> & more", "tried": "a restart", "to_leads": True}
    answer = await desk.sends_off(view, written)
    assert answer is not None
    assert answer["response_action"] == "update"
    assert "Lee" in words_in(view)
    assert (written_in(view, "reason"), written_in(view, "tried")) == ("needs <rights> & more", "a restart")
    assert desk.ticket(ticket.number).tier is Tier.SUPPORT
    assert await desk.sends_off(view, {}) is None
    assert desk.ticket(ticket.number).tier is Tier.LEADS


async def test_a_refusal_stands_at_a_field_and_better_words_go_through(desk: FormsDesk) -> None:
    first = desk.asked()
    view = await desk.opens(Press.RETURN, first)
    said = fault_in(await desk.sends_off(view, {"reason": "not ours"}))
    assert said == f"reason: {spoken(first.number)} is at its lowest tier already"


async def test_the_same_refused_words_sent_off_again_are_looked_at_anew(desk: FormsDesk) -> None:
    view = await desk.opens(Press.MERGE, desk.asked())
    assert fault_in(await desk.sends_off(view, {"into": "HD-1002"})) == "into: There is no ticket HD-1002"
    answer = await desk.sends_off(view, {"into": "HD-1002"})
    assert answer is not None
    assert answer["response_action"] == "update"
    assert "There is no ticket HD-1002" in words_in(view)
    assert desk.asked("No paper on floor 3", by=EVE).number == 1002
    assert await desk.sends_off(view, {}) is None


async def test_a_form_that_was_sent_off_twice_does_it_once(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.REPLY, ticket)
    payload = desk.submitted(view, {"text": "On its way."})
    first, second = desk.receives(payload), desk.receives(payload)
    assert (first.outcome, second.duplicate) == (Outcome.APPLIED, True)
    assert await desk.desktop.answer(payload, second) is None
    assert [one.body for one in desk.at.story(ticket.number).messages].count("On its way.") == 1


async def test_while_the_store_is_away_the_form_stays_and_nothing_is_lost(desk: FormsDesk) -> None:
    view = await desk.opens(Press.REPLY, desk.asked())
    payload = desk.submitted(view, {"text": "On its way."})
    desk.library.away = True
    assert await desk.desktop.check(payload) is None
    assert "send it off again" in fault_in(await desk.desktop.answer(payload, None))


async def test_what_was_not_done_closes_no_form_even_if_nobody_can_read_the_ticket(desk: FormsDesk) -> None:
    ticket = desk.asked()
    view = await desk.opens(Press.RETURN, ticket)
    payload = desk.submitted(view, {"reason": "not ours"})
    receipt = desk.receives(payload)
    desk.library.away = True
    assert "was not done" in fault_in(await desk.desktop.answer(payload, receipt))


async def test_a_form_that_slack_does_not_fill_in_is_to_be_pressed_again(desk: FormsDesk) -> None:
    desk.api.state.refuses["views.update"] = "ratelimited"
    await desk.opens(Press.REPLY, desk.asked())
    assert [said["text"] for _, said in desk.api.whispers] == ["That took too long. Please press again."]


async def test_a_form_that_opens_while_the_store_is_away_says_so(desk: FormsDesk) -> None:
    ticket = desk.asked()
    desk.library.away = True
    view = await desk.opens(Press.REPLY, ticket)
    assert "cannot be reached" in words_in(view)
    assert "submit" not in view


async def test_a_form_that_was_closed_before_it_was_filled_does_nothing(desk: FormsDesk) -> None:
    desk.api.state.refuses["views.update"] = "not_found"
    await desk.opens(Press.REPLY, desk.asked())
    assert desk.api.whispers == []


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "unreachable"])
async def test_a_trigger_that_is_too_old_is_answered_by_a_word(desk: FormsDesk, code: str) -> None:
    desk.api.state.refuses["views.open"] = code
    ticket = desk.asked()
    desk.api.state.views["V0"] = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [_DIVIDER]}
    await desk.opens(Press.REPLY, ticket)
    ((url, said),) = desk.api.whispers
    assert url == "https://hooks.slack.com/actions/made-up"
    assert said == {"response_type": "ephemeral", "replace_original": False, "text": "That took too long. Please press again."}


async def test_what_a_client_makes_of_our_hidden_words_is_no_input(desk: FormsDesk) -> None:
    view = await desk.opens(Press.REPLY, desk.asked())
    for private in ("", "{}", "[1]", '{"n":-1,"r":1,"g":0}', '{"n":true,"r":1,"g":0}', '{"n":1e3,"r":1,"g":0}', "x" * 4_000):
        payload = desk.submitted({**view, "private_metadata": private}, {"text": "x"})
        assert "open it again" in fault_in(await desk.desktop.check(payload))
        assert desk.receives(payload).outcome is Outcome.QUARANTINED


_DIVIDER = {"type": "divider"}


def _markup(value: object) -> list[str]:
    """Every text in which markup means something."""
    if isinstance(value, dict):
        own = [str(value["text"])] if value.get("type") == "mrkdwn" else []
        return own + [text for inner in value.values() for text in _markup(inner)]
    return [text for inner in value for text in _markup(inner)] if isinstance(value, list) else []

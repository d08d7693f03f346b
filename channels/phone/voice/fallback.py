"""Never a dead line: what is answered when our own code fails, and what the vendor answers when we do not."""

from collections.abc import Sequence

from channels.phone.voice import callee
from channels.phone.voice.document import Document
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import MOST_CALLEES, Urls
from channels.phone.voice.words import Words
from intake.desk.calls.plan import Attempt

RING_SECONDS = 20
_STEPS = 2  # of the plan are rung


def fallback_twiml(plan: Sequence[Attempt], words: Words, urls: Urls) -> str:
    """A static document to keep at the vendor: it rings the people of the plan's first two steps at once, at most ten, then
    takes a message. Nobody is asked for a key, which only we could hear: a voicemail that picks up takes the call."""
    return _ring_and_record(plan, words, urls, state=None)


def fallback_answer(step: Step, state: CallState, heard: Heard, plan: Sequence[Attempt], words: Words, urls: Urls) -> str:
    """For a step that our own code failed at: never raises, needs no ticket, and never leads in a circle."""
    onwards = CallState(turn=state.turn + 1, ticket=state.ticket)
    document = Document(words)
    match step:
        case Step.SCREEN:
            action = urls.step(Step.ACCEPT, state)
            document.ask_to_take(words.text("screen_unknown"), action=action, seconds=callee.SECONDS_TO_TAKE)
        case Step.ACCEPT:
            return callee.accept(heard, words)
        case Step.LEFT:
            document.say(words.text("goodbye"))
            document.hang_up()
        case Step.DIALED:
            document.say(words.text("fallback_message"))
            document.record(action=urls.step(Step.LEFT, onwards), recording=urls.recording)
        case _:
            return _ring_and_record(plan, words, urls, state=onwards)
    return str(document)


def _ring_and_record(plan: Sequence[Attempt], words: Words, urls: Urls, *, state: CallState | None) -> str:
    """`state` is None where no webhook of ours is there to be asked. The ringing has no action, so that what follows it does
    not depend on us; after a conversation the message is offered too, and says so."""
    callees = list(dict.fromkeys(one.phone for attempt in plan[:_STEPS] for one in attempt.callees))[:MOST_CALLEES]
    document = Document(words)
    document.say(words.text("fallback", company=words.company))
    if callees:
        url = urls.step(Step.SCREEN, state) if state else ""
        document.ring([(phone, url) for phone in callees], action="", seconds=RING_SECONDS)
    document.say(words.text("fallback_message"))
    document.record(action=urls.step(Step.LEFT, state or CallState()), recording=urls.recording)
    return str(document)

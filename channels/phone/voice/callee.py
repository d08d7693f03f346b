"""What people hear whose phone is rung for a caller, and the key that brings them together. No `<Dial>` may stand in these
documents: the vendor refuses it on that leg."""

from channels.phone.voice.document import Document
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import Step
from channels.phone.voice.turn import Turn
from channels.phone.voice.words import Words, speakable, spelt_priority

SECONDS_TO_TAKE = 8


def takes(heard: Heard) -> bool:
    return heard.digits == "1"


def screen(turn: Turn) -> str:
    """What it is about, and a key to take it; without one the call is not theirs."""
    document = Document(turn.words)
    action = turn.urls.step(Step.ACCEPT, turn.onwards())
    document.ask_to_take(_summary(turn), action=action, seconds=SECONDS_TO_TAKE)
    return str(document)


def accept(heard: Heard, words: Words) -> str:
    """Key 1: the end of this document brings them to the caller. Anything else hangs up."""
    document = Document(words)
    if takes(heard):
        document.say(words.text("accepted"))
    else:
        document.hang_up()
    return str(document)


def _summary(turn: Turn) -> str:
    words = turn.words
    if turn.number is None:
        return words.text("screen_unknown")
    priority = spelt_priority(turn.standing.priority)
    if not speakable(turn.standing.about):
        return words.text("screen_unheard", priority=priority, number=turn.number_spelt)
    return words.text("screen", priority=priority, number=turn.number_spelt, about=turn.standing.about)

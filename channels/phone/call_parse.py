"""One step of a call -> what the caller says or does there, or what whoever is rung does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import phonenumbers

from channels.phone.envelope import Webhook
from channels.phone.hearing import heard_of, state_of, step_of
from channels.phone.recording_parse import spoken_message
from channels.phone.voice import callee, understood
from channels.phone.voice.flow import chosen
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.words import Words, words_for
from intake.desk.policy_file.phone import Line
from intake.domain.action import Action
from intake.domain.call import WITHHELD, Ringing
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import CallDeed, ContinueTicket, Deed, NameMatter, NoteCall, PressKey, TakeCall, TryPeople
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role

_LONGEST_NOTE = 1_000
_TRIED: Mapping[str, str] = {
    "completed": "picked up, and nobody took the call",
    "answered": "picked up, and nobody took the call",
    "busy": "busy",
    "no-answer": "no answer",
    "failed": "could not be rung",
    "canceled": "the caller hung up first",
}
TALKED = "connected with the caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A step, and all that its meaning depends on."""

    webhook: Webhook
    step: Step
    state: CallState
    heard: Heard
    words: Words


def parse_step(webhook: Webhook) -> InboundMessage | Action:
    """Raises InvalidMessage, or ValueError from a deed that checks itself."""
    step = step_of(webhook.path)
    state, heard = state_of(webhook), heard_of(webhook, step)
    if step is Step.BEGIN:
        return _begin(webhook, heard)
    line = Line(number=heard.line, language=webhook.language) if webhook.language else Line(number=heard.line)
    said = _Said(webhook=webhook, step=step, state=state or CallState(), heard=heard, words=words_for(line, ""))
    if heard.recording and step in (Step.DESCRIBED, Step.LEFT):
        return spoken_message(webhook, heard)
    if step is Step.WHAT and not heard.digits and understood.said(heard, said.words):
        return _words(said)
    return _action(said, _DEEDS[step](said))


def _begin(webhook: Webhook, heard: Heard) -> InboundMessage:
    notes = []
    if forwarded := webhook.text("ForwardedFrom")[:40]:
        notes.append(f"forwarded by {forwarded}")
    if "Failed" in (verdict := webhook.text("StirVerstat")[:60]):
        notes.append(f"the network could not verify the caller's number ({verdict})")
    return InboundMessage(
        channel=Channel.PHONE,
        external_id=heard.call,
        received_at=webhook.received_at,
        author=Address(kind=AddressKind.PHONE, value=heard.caller) if heard.caller else None,
        subject=f"Call from {for_people(heard.caller)}",
        known_as=(conversation(heard.call),),
        authentic=bool(heard.caller),
        ringing=Ringing(line=heard.line),
        notes=tuple(notes),
    )


def _words(said: _Said) -> InboundMessage:
    heard = said.heard
    return InboundMessage(
        channel=Channel.PHONE,
        external_id=name_of(said.step, said.state, heard),
        received_at=said.webhook.received_at,
        author=Address(kind=AddressKind.PHONE, value=heard.caller) if heard.caller else None,
        text=heard.speech,
        full_text=heard.speech,
        answers=(conversation(heard.call),),
        authentic=True,
        notes=(f"heard by machine, {heard.confidence:.0%} sure",),
    )


def _action(said: _Said, deed: Deed) -> Action:
    heard = said.heard
    return Action(
        channel=Channel.PHONE,
        external_id=name_of(said.step, said.state, heard),
        received_at=said.webhook.received_at,
        by=Principal(name=(said.webhook.whom or "somebody") if heard.parent else heard.caller or WITHHELD, role=Role.DEVICE),
        deed=deed,
        thread=conversation(heard.parent or heard.call),
    )


def name_of(step: Step, state: CallState, heard: Heard) -> str:
    """A callee has one key; all else may come again in another turn."""
    return f"{heard.call}/{step.value}" if step is Step.ACCEPT else f"{heard.call}/{step.value}/{state.turn}"


def conversation(call: str) -> ThreadRef:
    return ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=call)


def for_people(number: str) -> str:
    """`+49 30 901820`."""
    if not number:
        return f"a {WITHHELD}"
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _offer(said: _Said) -> CallDeed:
    number = chosen(said.state, said.heard)
    if number is not None:
        return ContinueTicket(call=said.heard.call, on=number)
    return _noted(said, "about another matter than the open tickets")


def _what(said: _Said) -> CallDeed:
    kind = understood.matter(said.heard, said.words)
    if kind is not None:
        return NameMatter(call=said.heard.call, kind=kind)
    return _noted(said, "what is wrong")


def _level(said: _Said) -> Deed:
    level = understood.level(said.step, said.heard, said.words)
    if level is None:
        return _noted(said, "who is hit" if said.step is Step.HIT else "how badly")
    return PressKey(impact=level) if said.step is Step.HIT else PressKey(urgency=level)


def _no_recording(said: _Said) -> CallDeed:
    return NoteCall(call=said.heard.call, text="nothing was recorded")


def _dialed(said: _Said) -> CallDeed:
    heard = said.heard
    outcome = TALKED if said.webhook.talked else _TRIED.get(heard.dialed, heard.dialed or "the vendor does not say")
    return TryPeople(
        call=heard.call, whom=said.webhook.whom, outcome=outcome, last=said.webhook.last, talked=said.webhook.talked
    )


def _screen(said: _Said) -> CallDeed:
    return NoteCall(call=said.heard.parent, text=f"{said.webhook.whom or 'somebody'} picked up")


def _accept(said: _Said) -> CallDeed:
    whom, call = said.webhook.whom or "somebody", said.heard.parent
    if callee.takes(said.heard):
        return TakeCall(call=call, whom=whom)
    pressed = f"pressed {said.heard.digits}" if said.heard.digits else "pressed no key"
    return NoteCall(call=call, text=f"{whom} {pressed}: the call was not taken")


def _noted(said: _Said, question: str) -> NoteCall:
    """What was heard and means nothing here, with how sure the vendor is of it."""
    heard = said.heard
    if heard.digits:
        answer = f"pressed {heard.digits}"
    elif heard.speech:
        answer = f'said "{" ".join(heard.speech.split())[:_LONGEST_NOTE]}" ({heard.confidence:.0%} sure)'
    else:
        answer = "silence"
    return NoteCall(call=heard.call, text=f"{question}: {answer}")


_DEEDS: Mapping[Step, Callable[[_Said], Deed]] = {
    Step.OFFER: _offer,
    Step.WHAT: _what,
    Step.DESCRIBED: _no_recording,
    Step.HIT: _level,
    Step.BAD: _level,
    Step.DIALED: _dialed,
    Step.LEFT: _no_recording,
    Step.SCREEN: _screen,
    Step.ACCEPT: _accept,
}

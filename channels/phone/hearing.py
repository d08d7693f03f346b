"""What a voice webhook brings, as values: from its form, without a word of the vendor's."""

import math
import re
from collections.abc import Mapping

from channels.phone.envelope import Webhook
from channels.phone.sender_number import sender_number
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import from_query
from intake.domain.errors import InvalidMessage

VOICE = "/twilio/voice"
LONGEST_SPEECH = 5_000  # characters
CALLEE_STEPS = frozenset({Step.SCREEN, Step.ACCEPT})  # on the phone of whoever is rung: the caller's call is the parent
_KEYS = re.compile(r"[0-9*#A-D]{0,32}\Z", re.ASCII)
_STEPS: Mapping[str, Step] = {f"/{step.value}": step for step in Step if step is not Step.BEGIN}
_BRIDGED: Mapping[str, bool] = {"true": True, "false": False}


def step_of(path: str) -> Step:
    """An address that no answer of ours names is that of a call that begins."""
    return _STEPS.get(path.removeprefix(VOICE).rstrip("/"), Step.BEGIN)


def state_of(webhook: Webhook) -> CallState | None:
    """None where the query is none of ours."""
    try:
        return from_query(webhook.raw_query)
    except InvalidMessage:
        return None


def heard_of(webhook: Webhook, step: Step) -> Heard:
    """Raises InvalidMessage where the vendor does not say which call it is."""
    on_callee = step in CALLEE_STEPS
    digits = webhook.text("Digits")
    return Heard(
        call=webhook.sid("CallSid"),
        caller="" if on_callee else sender_number(webhook.text("From")),
        line=sender_number(webhook.text("From" if on_callee else "To")),
        digits=digits if _KEYS.match(digits) else "",  # "hangup" is no key
        speech=webhook.text("SpeechResult")[:LONGEST_SPEECH],
        confidence=_share(webhook.text("Confidence")),
        status=webhook.text("CallStatus")[:40],
        dialed=webhook.text("DialCallStatus")[:40],
        bridged=_BRIDGED.get(webhook.text("DialBridged").lower()),
        parent=webhook.sid("ParentCallSid") if on_callee else "",
        recording=webhook.sid("RecordingSid") if webhook.fields.get("RecordingUrl") else "",
        recording_url=webhook.text("RecordingUrl"),
        seconds=webhook.number("RecordingDuration"),
    )


def _share(text: str) -> float:
    """0 to 1."""
    try:
        share = float(text[:20])
    except ValueError:
        return 0.0
    return min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0

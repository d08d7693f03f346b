"""A recording of what a caller says -> a message with a file that still has to be fetched; and what a machine made of it."""

from channels.phone.envelope import Webhook
from channels.phone.sender_number import sender_number
from channels.phone.voice.heard import Heard
from intake.domain.action import Action
from intake.domain.call import WITHHELD
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import NoteCall
from intake.domain.message import InboundMessage, ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.remote_file import RemoteFile

_COMPLETED = "completed"  # one recording is one message, whether its step or the vendor's report of it comes first
_LONGEST_TEXT = 20_000


def parse_recording(webhook: Webhook) -> InboundMessage | Action:
    """The vendor says that a recording is there, or is not; or what it understood. Raises InvalidMessage."""
    if "TranscriptionSid" in webhook.fields:
        return _transcription(webhook)
    call, recording = webhook.sid("CallSid"), webhook.sid("RecordingSid")
    status = webhook.text("RecordingStatus")[:40] or _COMPLETED
    url = webhook.text("RecordingUrl")
    if status == _COMPLETED and url:
        return _message(webhook, call, recording, url, webhook.number("RecordingDuration"))
    return _noted(webhook, call, f"{recording}/{status}", f"the recording is {status}")


def spoken_message(webhook: Webhook, heard: Heard) -> InboundMessage:
    return _message(webhook, heard.call, heard.recording, heard.recording_url, heard.seconds)


def _message(webhook: Webhook, call: str, recording: str, url: str, seconds: int) -> InboundMessage:
    number = sender_number(webhook.text("From"))
    says = f"(recording of {seconds} seconds)"
    return InboundMessage(
        channel=Channel.PHONE,
        external_id=f"{recording}/{_COMPLETED}",
        received_at=webhook.received_at,
        author=Address(kind=AddressKind.PHONE, value=number) if number else None,
        text=says,
        full_text=says,
        answers=(_conversation(call),),
        authentic=True,
        remote=(RemoteFile(url=url, content_type="audio/x-wav", name="recording.wav"),),
    )


def _transcription(webhook: Webhook) -> InboundMessage | Action:
    """Marked as heard by a machine: it hears what nobody said."""
    call, transcription = webhook.sid("CallSid"), webhook.sid("TranscriptionSid")
    status, text = webhook.text("TranscriptionStatus")[:40] or _COMPLETED, webhook.text("TranscriptionText")[:_LONGEST_TEXT]
    name = f"{transcription}/{status}"
    if not text:
        return _noted(webhook, call, name, f"the transcription of the recording is {status}, without a word")
    number = sender_number(webhook.text("From"))
    return InboundMessage(
        channel=Channel.PHONE,
        external_id=name,
        received_at=webhook.received_at,
        author=Address(kind=AddressKind.PHONE, value=number) if number else None,
        text=text,
        full_text=text,
        answers=(_conversation(call),),
        authentic=True,
        notes=("these words were heard by a machine, in the recording",),
    )


def _noted(webhook: Webhook, call: str, name: str, text: str) -> Action:
    return Action(
        channel=Channel.PHONE,
        external_id=name,
        received_at=webhook.received_at,
        by=Principal(name=sender_number(webhook.text("From")) or WITHHELD, role=Role.DEVICE),
        deed=NoteCall(call=call, text=text),
        thread=_conversation(call),
    )


def _conversation(call: str) -> ThreadRef:
    return ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=call)

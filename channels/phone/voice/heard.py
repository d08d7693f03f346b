"""What a voice webhook brings: the parameters that any step may read, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """`call` is the CallSid; `caller` E.164 or empty (withheld); `line` the desk's number. `confidence` is 0..1, 0 where
    nothing was said. `dialed` is DialCallStatus; `bridged` whether the vendor says that the two talked (None: it does
    not say). Recordings have a `recording` (RecordingSid), `recording_url` and `seconds`."""

    call: str
    caller: str
    line: str
    digits: str = ""
    speech: str = ""
    confidence: float = 0.0
    status: str = ""
    dialed: str = ""
    bridged: bool | None = None
    parent: str = ""
    recording: str = ""
    recording_url: str = ""
    seconds: int = 0

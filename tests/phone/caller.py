"""Somebody who calls, and those whose phones the desk rings: follows our documents as the vendor does. What people do at each
point is asked of `choose`, what we answer of `post`.

After the vendor's pages on Gather, Record, Dial, Number: silence falls through to the next verb unless `actionOnEmptyResult`; a
recording without a sound falls through; without `action` a Gather and a Record ask for their own document again, and a Dial
goes on with the next verb; who picks up first ends the ringing of the others; a document at a `<Number url>` runs before the
two are connected and may not dial; when it ends, they talk, unless it hung up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from xml.etree import ElementTree

from tests.phone.twiml_checker import NotTwiml, check

ACCOUNT = "AC" + "0" * 31 + "1"
MOST_DOCUMENTS = 300  # of one call; more is a circle


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody does: one of the following."""


@dataclass(frozen=True, slots=True)
class Press(Choice):
    key: str


@dataclass(frozen=True, slots=True)
class Speak(Choice):
    words: str
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Wait(Choice):
    """Say nothing, press nothing."""


@dataclass(frozen=True, slots=True)
class HangUp(Choice):
    pass


@dataclass(frozen=True, slots=True)
class Unreached(Choice):
    """Nobody picks up: `busy`, `no-answer`, `failed`."""

    status: str


@dataclass(frozen=True, slots=True)
class PickUp(Choice):
    """Whose phone, of those that ring."""

    index: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is done now? `verb` is Gather, Record, Dial, or Screen (a Gather on the phone of whoever picked up). `phones` ring,
    or did."""

    verb: str
    document: str
    phones: tuple[str, ...] = ()
    speech: bool = False


class CallOver(Exception):
    """The caller has hung up."""


Post = Callable[[str, Mapping[str, str]], str]
Choose = Callable[[Asked], Choice]


@dataclass(slots=True)
class Caller:
    """One call. `heard` is all that was said to the caller, `screened` to those who picked up; `rang` each ringing with its
    phones; `ended` the last verb that was not talk. `bridged` are the phones of those who talked with the caller."""

    post: Post
    choose: Choose
    base: str = "https://desk.example.org"
    number: str = "+493012345678"
    line: str = "+4930901820"
    sid: str = "CA" + "0" * 31 + "1"
    account: str = ACCOUNT
    heard: list[str] = field(default_factory=list)
    screened: list[str] = field(default_factory=list)
    rang: list[tuple[str, ...]] = field(default_factory=list)
    bridged: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    ended: str = ""
    _children: int = 0
    _recordings: int = 0

    def call(self) -> None:
        """From the first ring to the status callback."""
        try:
            self._follow(f"{self.base}/twilio/voice", {})
        except CallOver:
            self.ended = self.ended or "hung up"
        self.post(f"{self.base}/twilio/status", self._params() | {"CallStatus": "completed", "CallDuration": "42"})

    def _params(self) -> dict[str, str]:
        return {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "From": self.number,
            "To": self.line,
        }

    def _fetch(self, url: str, params: Mapping[str, str]) -> ElementTree.Element:
        if len(self.documents) >= MOST_DOCUMENTS:
            raise NotTwiml("the call goes in a circle")
        document = self.post(url, params)
        self.documents.append(document)
        return check(document)

    def _follow(self, url: str, extra: Mapping[str, str]) -> None:
        """Documents, one after another, until one of them ends the call."""
        after: tuple[str, Mapping[str, str]] | None = (url, extra)
        while after is not None:
            url, extra = after
            after = self._document(self._fetch(url, self._params() | dict(extra)), url)

    def _document(self, root: ElementTree.Element, own: str) -> tuple[str, Mapping[str, str]] | None:
        """Where it goes on, or None when the call is over."""
        for verb in root:
            match verb.tag:
                case "Say":
                    self.heard.append(verb.text or "")
                case "Pause":
                    pass
                case "Gather":
                    self.heard.extend(say.text or "" for say in verb.findall("Say"))
                    if (after := self._gather(verb, own)) is not None:
                        return after
                case "Record":
                    self.ended = "Record"
                    if (after := self._record(verb, own)) is not None:
                        return after
                case "Dial":
                    self.ended = "Dial"
                    if (after := self._dial(verb)) is not None:
                        return after
                case "Redirect":
                    return verb.text or own, {}
                case "Hangup":
                    self.ended = "Hangup"
                    return None
                case _:
                    raise NotTwiml(f"this caller does not know <{verb.tag}>")
        self.ended = "" if self.ended not in ("Record", "Dial") else self.ended
        return None

    def _gather(self, verb: ElementTree.Element, own: str) -> tuple[str, Mapping[str, str]] | None:
        speech = "speech" in verb.get("input", "dtmf")
        action = verb.get("action", own)
        match self._chosen(Asked("Gather", self.documents[-1], speech=speech)):
            case Press(key):
                return action, {"Digits": "" if key in verb.get("finishOnKey", "#") else key}
            case Speak(words, confidence) if speech:
                return action, {"SpeechResult": words, "Confidence": str(confidence), "Language": verb.get("language", "en-US")}
            case _:
                return (action, {}) if verb.get("actionOnEmptyResult") == "true" else None

    def _record(self, verb: ElementTree.Element, own: str) -> tuple[str, Mapping[str, str]] | None:
        choice = self._choose(Asked("Record", self.documents[-1]))
        if isinstance(choice, Wait):
            return None
        self._recordings += 1
        sid = f"RE{self._recordings:032x}"
        seconds = str(len(choice.words) // 10 + 1) if isinstance(choice, Speak) else "1"
        recording = {
            "RecordingSid": sid,
            "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{self.account}/Recordings/{sid}",
            "RecordingDuration": seconds,
        }
        if isinstance(choice, HangUp):
            self.post(verb.get("action", own), self._params() | recording | {"Digits": "hangup", "CallStatus": "completed"})
        if callback := verb.get("recordingStatusCallback"):
            done = {"RecordingStatus": "completed", "RecordingSource": "RecordVerb", "RecordingChannels": "1"}
            self.post(callback, {"AccountSid": self.account, "CallSid": self.sid} | recording | done)
        if isinstance(choice, HangUp):
            raise CallOver
        key = choice.key if isinstance(choice, Press) else ""
        return verb.get("action", own), recording | {"Digits": key}

    def _dial(self, verb: ElementTree.Element) -> tuple[str, Mapping[str, str]] | None:
        phones = [(number.text or "", number.get("url", "")) for number in verb.findall("Number")]
        self.rang.append(tuple(phone for phone, _ in phones))
        self._children += 1
        child = f"CA{self._children:02x}{self.sid[-30:]}"
        choice = self._choose(Asked("Dial", self.documents[-1], phones=self.rang[-1]))
        status, bridged = "no-answer", False
        match choice:
            case PickUp(index):
                status, bridged = "completed", self._screened(child, *phones[index], verb.get("callerId", self.number))
            case Unreached(reason):
                status = reason
            case _:
                pass
        came = {"DialCallStatus": status, "DialCallSid": child, "DialBridged": str(bridged).lower()}
        came |= {"DialCallDuration": "8"} if status == "completed" else {}
        action = verb.get("action")
        if isinstance(choice, HangUp):
            if action:
                self.post(action, self._params() | came | {"CallStatus": "completed"})
            raise CallOver
        return (action, came) if action else None

    def _screened(self, child: str, phone: str, url: str, caller_id: str) -> bool:
        """On the phone of whoever picked up; True when they talk with the caller."""
        mine = {"CallSid": child, "ParentCallSid": self.sid, "From": caller_id, "To": phone, "Direction": "outbound-dial"}
        extra: dict[str, str] = {}
        while url:
            root, followed = self._fetch(url, self._params() | mine | extra), url
            url = ""
            for verb in root:
                if verb.tag in ("Dial", "Record", "Enqueue"):
                    raise NotTwiml(f"<{verb.tag}> on the phone of somebody who is rung")
                if verb.tag == "Hangup":
                    return False
                if verb.tag == "Redirect":
                    url, extra = verb.text or followed, {}
                    break
                self.screened.extend(say.text or "" for say in verb.iter("Say"))
                if verb.tag == "Gather":
                    choice = self._choose(Asked("Screen", self.documents[-1], phones=self.rang[-1]))
                    if isinstance(choice, HangUp):
                        return False
                    if isinstance(choice, Press):
                        url, extra = verb.get("action", followed), {"Digits": choice.key}
                        break
        self.bridged.append(phone)
        return True

    def _chosen(self, asked: Asked) -> Choice:
        choice = self._choose(asked)
        if isinstance(choice, HangUp):
            raise CallOver
        return choice

    def _choose(self, asked: Asked) -> Choice:
        return self.choose(asked)


class NothingChosen(Exception):
    """A script is over, and something is asked."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.verb)
        self.asked = asked


def script(choices: Sequence[Choice]) -> Choose:
    """One after another; NothingChosen when there are no more."""
    left = list(reversed(choices))

    def choose(asked: Asked) -> Choice:
        return left.pop() if left else _nothing(asked)

    return choose


def _nothing(asked: Asked) -> NoReturn:
    raise NothingChosen(asked)

"""Is this a document that the vendor follows? What may stand where, and which attributes it may have, is asked of the installed
SDK's own classes; what an attribute may say is a table."""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from xml.etree import ElementTree

from twilio.twiml import TwiML, lower_camel, voice_response

LARGEST = 64 * 1024  # bytes of a document
LONGEST_SAY = 4096  # characters
MOST_RUNG = 10
ROOT = "VoiceResponse"
_CREATES = re.compile(r"Create an? <([\w-]+)> element")
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[!-~]*\Z")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}\Z")


class NotTwiml(AssertionError):
    """Says what is wrong, and where."""


def number(least: int, most: int) -> Callable[[str], bool]:
    return lambda value: value.isascii() and value.isdigit() and least <= int(value) <= most


def one_of(*values: str) -> Callable[[str], bool]:
    return lambda value: value in values


def url(value: str) -> bool:
    return bool(_URL.match(value)) and len(value) <= 2000


KINDS: Mapping[str, Callable[[str], bool]] = {
    "action": url,
    "url": url,
    "statusCallback": url,
    "recordingStatusCallback": url,
    "method": one_of("POST", "GET"),
    "recordingStatusCallbackMethod": one_of("POST", "GET"),
    "statusCallbackMethod": one_of("POST", "GET"),
    "statusCallbackEvent": lambda value: set(value.split()) <= {"start", "end", "join", "leave", "mute", "hold"},
    "timeout": number(1, 600),
    "numDigits": number(1, 20),
    "finishOnKey": lambda value: set(value) <= set("0123456789*#"),
    "maxLength": number(1, 14400),
    "playBeep": one_of("true", "false"),
    "actionOnEmptyResult": one_of("true", "false"),
    "profanityFilter": one_of("true", "false"),
    "startConferenceOnEnter": one_of("true", "false"),
    "endConferenceOnExit": one_of("true", "false"),
    "beep": one_of("true", "false", "onEnter", "onExit"),
    "participantLabel": lambda value: 0 < len(value) <= 128 and value.isprintable(),
    "input": one_of("dtmf", "speech", "dtmf speech"),
    "speechTimeout": lambda value: value == "auto" or value.isdigit(),
    "language": lambda value: bool(re.match(r"[a-z]{2,3}-[A-Z]{2}\Z", value)),
    "voice": lambda value: bool(re.match(r"[A-Za-z][A-Za-z0-9._-]+\Z", value)),
    "hints": lambda value: len(value) <= 10_000 and all(0 < len(hint) <= 100 for hint in value.split(",")),
    "callerId": lambda value: bool(_PHONE.match(value)),
    "length": number(1, 600),
    "reason": one_of("rejected", "busy"),
}


@lru_cache(maxsize=10_000)  # whoever walks every path meets the same documents again
def check(document: str) -> ElementTree.Element:
    """The root. Raises NotTwiml."""
    if len(document.encode()) > LARGEST:
        raise NotTwiml("the document is too large")
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as broken:
        raise NotTwiml(f"no XML: {broken}") from broken
    if root.tag != "Response":
        raise NotTwiml(f"the root is <{root.tag}>")
    _check(root)
    for dial in root.iter("Dial"):
        if len(dial.findall("Number")) > MOST_RUNG:
            raise NotTwiml("more are rung at once than the vendor rings")
    return root


def _check(element: ElementTree.Element) -> None:
    may_stand = _nested(ROOT if element.tag == "Response" else element.tag)
    for child in element:
        if child.tag not in may_stand:
            raise NotTwiml(f"<{child.tag}> must not stand in <{element.tag}>")
        for name, value in child.attrib.items():
            if name not in may_stand[child.tag]:
                raise NotTwiml(f"<{child.tag}> has no attribute {name}")
            if name not in KINDS or not KINDS[name](value):
                raise NotTwiml(f"<{child.tag} {name}={value!r}> is nothing that the vendor understands")
        _check_text(child)
        _check(child)


def _check_text(element: ElementTree.Element) -> None:
    text = (element.text or "").strip()
    if element.tag == "Say" and not 0 < len(text) <= LONGEST_SAY:
        raise NotTwiml(f"<Say> has {len(text)} characters")
    if element.tag == "Number" and not _PHONE.match(text):
        raise NotTwiml(f"<Number>{text}</Number> is no number")
    if element.tag == "Redirect" and not url(text):
        raise NotTwiml(f"<Redirect>{text}</Redirect> leads nowhere")
    if element.tail and element.tail.strip():
        raise NotTwiml(f"text stands after <{element.tag}>")


@cache
def _nested(kind: str) -> Mapping[str, frozenset[str]]:
    """The elements that may stand in one of this class, each with its attributes: what the method takes that puts it there,
    without what its own class takes by name, which is its text."""
    found: dict[str, frozenset[str]] = {}
    for _, method in inspect.getmembers(getattr(voice_response, kind), inspect.isfunction):
        creates = _CREATES.search(method.__doc__ or "")
        if creates and hasattr(voice_response, creates[1]):
            text = inspect.signature(getattr(voice_response, creates[1]).__init__).parameters
            found[creates[1]] = frozenset(
                lower_camel(TwiML.MAP.get(name, name))
                for name, parameter in inspect.signature(method).parameters.items()
                if name not in text and parameter.kind is not inspect.Parameter.VAR_KEYWORD
            )
    return found

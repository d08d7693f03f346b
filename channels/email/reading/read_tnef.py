"""The files inside a winmail.dat (MS-OXTNEF), which Outlook sends in place of them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from channels.email.reading.body import clean, decode
from channels.email.reading.read_rtf import decompressed, rtf_body

MAX_FILES = 200
MAX_ATTRIBUTES = 20_000

_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _TITLE, _DATA, _NEW_FILE, _MESSAGE_PROPERTIES, _FILE_PROPERTIES = 0x800C, 0x8010, 0x800F, 0x9002, 0x9003, 0x9005
_TEXT_PROPERTY, _HTML_PROPERTY, _FILE_DATA, _LONG_NAME, _CONTENT_ID, _CONTENT_TYPE = (
    0x1000, 0x1013, 0x3701, 0x3707, 0x3712, 0x370E,
)  # fmt: skip
_RTF_PROPERTY = 0x1009
_FIXED_SIZE = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_UNICODE, _OBJECT, _MANY = 0x1F, 0x0D, 0x1000
_OBJECT_GUID = 16  # bytes that say what kind of object follows


@dataclass(frozen=True, slots=True, kw_only=True)
class TnefFile:
    name: str
    content: bytes
    content_type: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tnef:
    """`whole` is False where it is cut off or its counts are wrong; what came before that is here."""

    files: tuple[TnefFile, ...]
    text: str
    html: str
    whole: bool


def read_tnef(data: bytes) -> Tnef | None:
    """None where it is no TNEF at all."""
    return _Reader().read(data) if data.startswith(_SIGNATURE) else None


class _Reader:
    """One walk over the attributes; a file's begin with a rendering note and end where the next one's do."""

    def __init__(self) -> None:
        self._files: list[TnefFile] = []
        self._facts: dict[int, bytes | str] = {}
        self._message: dict[int, bytes | str] = {}

    def read(self, data: bytes) -> Tnef:
        whole = True
        try:
            for attribute, value in _attributes(data):
                self._take(attribute, value)
        except (struct.error, KeyError):
            whole = False
        self._file_ends()
        text = _as_text(self._message.get(_TEXT_PROPERTY) or self._message.get(_BODY, "")).replace("\r\n", "\n")
        html = _as_text(self._message.get(_HTML_PROPERTY, ""))
        rich = self._message.get(_RTF_PROPERTY)
        if isinstance(rich, bytes) and not html.strip() and not text.strip():
            was_html, said = rtf_body(decompressed(rich))
            text, html = ("", said) if was_html else (said, "")
        return Tnef(files=tuple(self._files), text=text, html=html, whole=whole)

    def _take(self, attribute: int, value: bytes) -> None:
        if attribute == _NEW_FILE:
            self._file_ends()
        elif attribute in {_TITLE, _DATA}:
            self._facts[attribute] = value
        elif attribute == _FILE_PROPERTIES:
            self._facts.update(_properties(value))
        elif attribute == _BODY:
            self._message[attribute] = value
        elif attribute == _MESSAGE_PROPERTIES:
            self._message.update(_properties(value))

    def _file_ends(self) -> None:
        facts, self._facts = self._facts, {}
        content = facts.get(_DATA) or facts.get(_FILE_DATA)
        if isinstance(content, bytes) and content and len(self._files) < MAX_FILES:
            self._files.append(
                TnefFile(
                    name=_as_text(facts.get(_LONG_NAME) or facts.get(_TITLE, "")),
                    content=content,
                    content_type=_as_text(facts.get(_CONTENT_TYPE, "")).lower(),
                    content_id=_as_text(facts.get(_CONTENT_ID, "")).strip("<> "),
                )
            )


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6  # behind the signature and the key
    for _ in range(MAX_ATTRIBUTES):
        if at >= len(data):
            return
        attribute, size = struct.unpack_from("<xHxxI", data, at)
        start = at + 9
        if start + size > len(data):
            raise struct.error
        yield attribute, data[start : start + size]
        at = start + size + 2  # a checksum


def _properties(data: bytes) -> dict[int, bytes | str]:
    """Of the variable properties the first value, by id; the fixed ones are passed over."""
    found: dict[int, bytes | str] = {}
    (count,) = struct.unpack_from("<I", data, 0)
    at = 4
    for _ in range(min(count, MAX_ATTRIBUTES)):
        kind, name = struct.unpack_from("<HH", data, at)
        at = _past_name(data, at + 4) if name >= 0x8000 else at + 4
        single = kind & ~_MANY
        values = 1
        if kind & _MANY or single in _VARIABLE:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        if single not in _VARIABLE:
            at += _FIXED_SIZE[single] * values
            continue
        for number in range(min(values, MAX_ATTRIBUTES)):
            (size,) = struct.unpack_from("<I", data, at)
            if number == 0 and name < 0x8000:
                found[name] = _value(single, data[at + 4 : at + 4 + size])
            at += 4 + size + -size % 4
    return found


def _past_name(data: bytes, at: int) -> int:
    """A named property carries a GUID and a number or a text."""
    (kind, size) = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (size + -size % 4 if kind else 0)


def _value(kind: int, value: bytes) -> bytes | str:
    if kind == _UNICODE:
        return clean(value.decode("utf-16-le", "replace"))
    return value[_OBJECT_GUID:] if kind == _OBJECT else value


def _as_text(value: bytes | str) -> str:
    return value if isinstance(value, str) else decode(value.rstrip(b"\x00"), "cp1252")[0]

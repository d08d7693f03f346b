"""The lines above a mail's text, whatever state they are in: split, unfolded and decoded one by one."""

import re
from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from channels.email.reading.body import base64_bytes, clean, codec_for, decode_as

MAX_HEADER = 64 * 1024
MAX_HEADERS = 2_000
MAX_JUNK_LINES = 30
MAX_DECLARED = 2_000  # octets in which a Content-Type must have named its charset

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,200})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_CONTINUED = re.compile(r"([^*]+)\*(?:([0-9]{1,3})(\*?))?\Z")
_SPACES = re.compile(r"[ \t\r\n]+")
_CHARSET = re.compile(rb"(?i)charset\s{0,5}=\s{0,5}\"?([a-z0-9_.:-]{1,40})")
_ONCE = frozenset({"from", "subject", "date", "message-id", "content-type"})
_KNOWN = re.compile(
    rb"(?im)^(?:from|to|subject|date|message-id|mime-version|content-type|received|cc|reply-to|sender|return-path):"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """Names are lower-cased, values unfolded but not yet decoded. `notes` name what was wrong with the block."""

    fields: tuple[tuple[str, str], ...] = ()
    firsts: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        return self.firsts.get(name, "")

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name] if name in self.firsts else []

    def __contains__(self, name: str) -> bool:
        return name in self.firsts


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header block at `start`, and where the body begins. A line that cannot be a header ends the block, unless a
    header follows it: then it is dropped with a note."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return Headers(firsts={}), start + (1 if raw[start] == 0x0A else 2)
    blank = _BLANK_LINE.search(raw, start, end)
    stop, body = (blank.start(), blank.end()) if blank else (end, end)
    fields: list[tuple[str, list[bytes]]] = []
    notes: list[str] = []
    at, junk, known = start, 0, None
    for line in raw[start:stop].split(b"\n"):
        if line[:1] in b" \t" and line and fields:
            fields[-1][1].append(line.rstrip(b"\r"))
        elif _NAME.match(line):
            if len(fields) >= MAX_HEADERS:
                notes.append("too-many-headers")
                break
            name, _, value = line.partition(b":")
            fields.append((name.strip().lower().decode("ascii", "replace"), [value.rstrip(b"\r")]))
        elif at == start and line.startswith((b"From ", b">From ")):
            notes.append("mbox-line")
        elif line.strip():
            if known is None or known.start() < at:
                known = _KNOWN.search(raw, at, stop)
            if junk >= MAX_JUNK_LINES or known is None:
                notes.append("no-blank-line")
                body = at
                break
            junk += 1
        at += len(line) + 1
    if junk:
        notes.append("junk-header-line")
    return _headers(fields, notes), min(body, end)


def _headers(fields: list[tuple[str, list[bytes]]], notes: list[str]) -> Headers:
    read: list[tuple[str, str]] = []
    firsts: dict[str, str] = {}
    charset = _declared_charset(fields)
    for name, pieces in fields:
        value = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if len(value) > MAX_HEADER:
            value = value[:MAX_HEADER]
            notes.append(f"header-too-long: {name[:40]}")
        text = _text(value, charset)
        read.append((name, text))
        if name in firsts and name in _ONCE and f"repeated-header: {name}" not in notes:
            notes.append(f"repeated-header: {name}")
        firsts.setdefault(name, text)
    return Headers(fields=tuple(read), firsts=firsts, notes=tuple(notes))


def _declared_charset(fields: list[tuple[str, list[bytes]]]) -> str:
    """What the text below is written in; so are headers that were never encoded."""
    for name, pieces in fields:
        if name == "content-type" and (found := _CHARSET.search(b"".join(pieces)[:MAX_DECLARED])):
            return found[1].decode("ascii")
    return ""


def _text(value: bytes, charset: str) -> str:
    value = value.strip()
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = (decode_as(value, charset) if charset else None) or value.decode("cp1252", "replace")
    return text.replace("\x00", "") if "\x00" in text else text


def decoded(value: str) -> str:
    """A header's text with its RFC 2047 words decoded: also inside quotes, and with characters split over two words. What
    its own charset cannot decode stays as it came."""
    if "=?" not in value:
        return value if value.isascii() and "  " not in value and "\t" not in value else clean(_SPACES.sub(" ", value))
    pieces: list[str] = []
    pending: list[tuple[str, bytes, str]] = []
    end = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        if between.strip() or not pending:
            pieces += [_joined(pending), between]
            pending.clear()
        charset = word[1].partition("*")[0].lower()
        if pending and pending[-1][0] != charset:
            pieces.append(_joined(pending))
            pending.clear()
        pending.append((charset, _word_bytes(word[2], word[3]), word[0]))
        end = word.end()
    pieces += [_joined(pending), value[end:]]
    return clean(_SPACES.sub(" ", "".join(pieces)).strip())


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return base64_bytes(data)[0] if encoding in "bB" else a2b_qp(data, header=True)


def _joined(words: list[tuple[str, bytes, str]]) -> str:
    if not words:
        return ""
    charset = words[0][0]
    data = b"".join(word[1] for word in words)
    for strict in (charset, *(() if codec_for(charset) else ("utf-8", "cp1252"))):
        if (text := decode_as(data, strict)) is not None:
            return text
    return " ".join(word[2] for word in words)


def parameters(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition by lower-cased name: RFC 2231 pieces joined and decoded,
    RFC 2047 words decoded though no RFC allows them there, unquoted blanks tolerated."""
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value):
        name, text = match[1].lower(), match[2].strip()
        if text[:1] == '"':
            text = re.sub(r"\\(.)", r"\1", text[1:-1]) if "\\" in text and len(text) > 1 else text.strip('"')
        if "*" in name and (split := _CONTINUED.match(name)):
            encoded = split[2] is None or bool(split[3])
            pieces.setdefault(split[1], []).append((int(split[2] or 0), encoded, text))
        else:
            found.setdefault(name, decoded(text) if "=?" in text or not text.isascii() else text)
    for name, parts in pieces.items():
        found[name] = _continued(sorted(parts, key=lambda part: part[0]))
    return found


def _continued(parts: list[tuple[int, bool, str]]) -> str:
    charset, data = "", b""
    for place, (_, encoded, text) in enumerate(parts):
        if place == 0 and encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)  # noqa: PLW2901 - the rest of the first piece is its value
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    for attempt in (charset, "utf-8"):
        if attempt and (read := decode_as(data, attempt.lower())) is not None:
            return clean(decoded(read))
    return clean(data.decode("cp1252", "replace"))

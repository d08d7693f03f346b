"""The parts a mail is made of: cut at its MIME boundaries, in linear time and without recursion limits.

The standard parser is not used for this: it asks every line of a part for every boundary around it (300 nested multiparts
above 1 MB of blank lines take it 25 s), raises RecursionError on deeper ones, and rewrites what it embeds, so that an
attached message no longer has its own hash. Offsets into the raw bytes have none of these faults.
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.email.reading.headers import Headers, parameters, read_headers

MAX_DEPTH = 50
MAX_PARTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`kind` is the lower-cased content type, `content` what stands in the mail, still transfer-encoded; a multipart has
    `children` and no content."""

    headers: Headers
    kind: str
    params: Mapping[str, str]
    disposition: str = ""
    disposition_params: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    children: tuple["Part", ...] = ()

    @property
    def charset(self) -> str:
        return self.params.get("charset", "")


class Parts:
    """One reading of one mail; it counts parts over the whole tree."""

    def __init__(self, raw: bytes) -> None:
        self.notes: dict[str, None] = {}
        raw = self._in_octets(raw)
        self.raw = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
        self.count = 0

    def _in_octets(self, raw: bytes) -> bytes:
        """A mail that some program saved as text: with a byte order mark, or two octets a letter."""
        if raw.startswith(codecs.BOM_UTF8):
            self.note("byte-order-mark")
            return raw[len(codecs.BOM_UTF8) :]
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self.note("utf-16-mail")
            return raw.decode("utf-16", "replace").encode("utf-8", "replace")
        return raw

    def top(self) -> Part:
        return self._part(0, len(self.raw), 0, "text/plain")

    def inside(self, raw: bytes) -> Part:
        """The top of a mail that was wrapped in this one: its parts and its notes count as this one's."""
        parts = Parts(raw)
        parts.notes, parts.count = self.notes, self.count
        top = parts.top()
        self.count = parts.count
        return top

    def note(self, text: str) -> None:
        self.notes[text] = None

    def _part(self, start: int, end: int, depth: int, default: str) -> Part:
        self.count += 1
        headers, body = read_headers(self.raw, start, end)
        for note in headers.notes:
            self.note(note)
        declared = headers.first("content-type")
        kind = declared.partition(";")[0].strip().lower() if declared else default
        if "/" not in kind:
            kind = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(kind, default)
        params = parameters(";" + declared.partition(";")[2]) if ";" in declared else {}
        children: tuple[Part, ...] = ()
        if kind.startswith("multipart/"):
            children = self._children(kind, params.get("boundary", ""), body, end, depth)
            if not children:
                kind = "text/plain"
        placed = headers.first("content-disposition")
        return Part(
            headers=headers,
            kind=kind,
            params=params,
            disposition=placed.partition(";")[0].strip().lower(),
            disposition_params=parameters(";" + placed.partition(";")[2]) if ";" in placed else {},
            content=b"" if children else self.raw[body:end],
            children=children,
        )

    def _children(self, kind: str, boundary: str, body: int, end: int, depth: int) -> tuple[Part, ...]:
        if depth >= MAX_DEPTH:
            self.note("too-deep")
            return ()
        places = self._between(boundary.encode("utf-8", "replace"), body, end) if boundary else []
        if not places and (guessed := self._guessed(body, end)):
            self.note("boundary-guessed")
            places = self._between(guessed, body, end)
        if not places:
            self.note("no-boundary")
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for start, stop in places:
            if self.count >= MAX_PARTS:
                self.note("too-many-parts")
                break
            children.append(self._part(start, stop, depth + 1, default))
        return tuple(children)

    def _between(self, boundary: bytes, body: int, end: int) -> list[tuple[int, int]]:
        """The stretches between delimiter lines (RFC 2046, 5.1.1); the last may lack its close."""
        raw, mark = self.raw, b"\n--" + boundary
        places: list[tuple[int, int]] = []
        start = -1
        at = body - 1 if raw.startswith(mark[1:], body, end) else raw.find(mark, body, end)
        while at >= 0 and len(places) <= MAX_PARTS:
            line = at + len(mark)
            closing = raw.startswith(b"--", line, end)
            stop = raw.find(b"\n", line, end)
            stop = end if stop < 0 else stop
            rest = raw[line + 2 * closing : min(stop, line + 80)]
            if not rest.strip():
                if start >= 0:
                    places.append((start, max(start, at - raw.startswith(b"\r", at - 1))))
                start = -1 if closing else min(stop + 1, end)
                if closing:
                    return places
            at = raw.find(mark, stop, end)
        if start >= 0:
            self.note("unclosed-multipart")
            places.append((start, end))
        return places

    def _guessed(self, body: int, end: int) -> bytes:
        """The delimiter really used where the declared one never comes: a dashed line above a part's header."""
        at = body - 1 if self.raw.startswith(b"--", body, end) else self.raw.find(b"\n--", body, end)
        for _ in range(20):
            if at < 0:
                break
            stop = self.raw.find(b"\n", at + 1, end)
            if stop < 0:
                break
            if self.raw[stop + 1 : min(stop + 9, end)].lower() == b"content-":
                return self.raw[at + 3 : stop].rstrip()[:200]
            at = self.raw.find(b"\n--", stop, end)
        return b""

"""Text and HTML out of Rich Text (MS-OXRTFCP, MS-OXRTFEX), which Outlook puts into a winmail.dat in place of a body."""

import re
from dataclasses import dataclass, field

from channels.email.reading.body import clean, codec_for

MAX_RTF = 2 * 1024 * 1024  # longer ones are read so far; they are pictures by then

_HEADER = 16
_WINDOW = 4096
_DEEPEST = 500  # groups in one another
_PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+")
_SILENT = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable", "listoverridetable",
    "rsidtbl", "mhtmltag",
})  # fmt: skip
_SAID = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
}  # fmt: skip
_SIGNS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
_CODEPAGES = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """LZFu or MELA; what is cut off or too long is given as far as it goes, "" for anything else."""
    kind = data[8:12]
    if kind == b"MELA":
        return data[_HEADER : _HEADER + MAX_RTF]
    if kind != b"LZFu":
        return b""
    out = bytearray(_PRESET)
    at = _HEADER
    while at < len(data) and len(out) < MAX_RTF:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(out[len(_PRESET) :])
            reference = data[at] << 8 | data[at + 1]
            at += 2
            back = (len(out) - (reference >> 4)) % _WINDOW
            if back == 0 or back > len(out):  # its end, or a place that nothing was written to
                return bytes(out[len(_PRESET) :])
            for _ in range((reference & 15) + 2):
                out.append(out[-back])
    return bytes(out[len(_PRESET) :])


@dataclass(slots=True)
class _Group:
    """What holds until the brace closes."""

    silent: bool = False
    tag: bool = False  # inside \\*\\htmltag: HTML as it was
    skips: int = 1  # letters that stand in for one of \\u
    shadow: bool = False  # \\htmlrtf: only for readers of Rich Text
    codec: str = ""


@dataclass(slots=True)
class _Reader:
    html: bool
    codec: str = "cp1252"
    out: list[str] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    octets: bytearray = field(default_factory=bytearray)
    skipping: int = 0
    starred: bool = False
    font: int = -1  # the one that the table of fonts is at

    def read(self, rtf: str) -> str:
        group, stack = _Group(), list[_Group]()
        at = 0
        while len(stack) < _DEEPEST and (found := _TOKEN.match(rtf, at)):
            at = found.end()
            word, number, octet, sign, brace, text = found.groups()
            if octet is None and self.octets:
                self._flush(group)
            if brace == "{":
                stack.append(group)
                group = _Group(group.silent, group.tag, group.skips, group.shadow, group.codec)
                self.skipping = 0
            elif brace:
                group = stack.pop() if stack else _Group(silent=True)
            elif word == "bin":
                at += max(0, int(number or 0))
            elif word:
                self._word(group, word, int(number) if number else None)
            elif octet:
                self._octet(group, int(octet, 16))
            elif sign:
                self.starred = self.starred or sign == "*"
                self._say(group, _SIGNS.get(sign, ""))
            elif text:
                dropped = min(self.skipping, len(text))
                self.skipping -= dropped
                self._say(group, text[dropped:])
        self._flush(group)
        return "".join(self.out)

    def _word(self, group: _Group, word: str, number: int | None) -> None:
        starred, self.starred = self.starred, False
        if word == "htmltag":
            group.tag, group.silent = True, not self.html
        elif word in _SILENT or starred:
            group.silent = True
        elif word == "htmlrtf":
            group.shadow = number != 0
        elif word == "uc":
            group.skips = max(0, min(number or 0, 8))
        elif word == "u" and number is not None:
            self._say(group, chr(number % 0x10000))
            self.skipping = group.skips
        elif word == "ansicpg":
            self.codec = codec_for(f"cp{number}") or self.codec
        elif word == "f" and number is not None:
            self.font = number
            group.codec = self.fonts.get(number, "")
        elif word == "fcharset" and number in _CODEPAGES:
            self.fonts[self.font] = _CODEPAGES[number]
        elif word in _SAID:
            self._say(group, _SAID[word])

    def _octet(self, group: _Group, octet: int) -> None:
        if self.skipping:
            self.skipping -= 1
        elif not group.silent and (group.tag or not (self.html and group.shadow)):
            self.octets.append(octet)

    def _say(self, group: _Group, text: str) -> None:
        if text and not group.silent and (group.tag or not (self.html and group.shadow)):
            self.out.append(text)

    def _flush(self, group: _Group) -> None:
        self.out.append(self.octets.decode(group.codec or self.codec, "replace"))
        self.octets.clear()


def rtf_body(rtf: bytes) -> tuple[bool, str]:
    """Is it HTML in disguise, and what it says."""
    text = rtf[:MAX_RTF].decode("latin-1")
    if not text.lstrip().startswith("{\\rtf"):
        return False, ""
    html = "\\fromhtml" in text[:1_000]
    said = _Reader(html).read(text)
    said = said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # an emoji is two \\u
    return html, clean(said).strip()

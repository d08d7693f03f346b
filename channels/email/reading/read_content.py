"""What the parts of a mail hold: its text, its HTML and its files, told apart by where and how they stand."""

import re

from channels.email.reading.attachments import as_file, attachment, given_name, tnef_file
from channels.email.reading.body import decode, transfer_decoded, unfolded, uu_decoded
from channels.email.reading.body_html import rendered
from channels.email.reading.headers import decoded
from channels.email.reading.read_calendar import MAX_CALENDAR, event
from channels.email.reading.read_parts import Part, Parts
from channels.email.reading.read_rtf import rtf_body
from channels.email.reading.read_smime import signed_content
from channels.email.reading.read_tnef import read_tnef
from intake.domain.message import Attachment

_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})  # the last where the text was too long
_META_CHARSET = re.compile(rb"(?i)charset\s{0,5}=\s{0,5}[\"']?([\w-]{1,40})")
_UU_BEGIN = re.compile(r"(?m)^begin [0-7]{3,4} (\S[^\r\n]{0,200})$")
_NO_HTML = re.compile(
    r"not support|n't support|unable to|cannot|can't|not display|view|unterstütz|anzeig|affich|visuali|soporta|ondersteun"
    r"|html message|html e-?mail"
)
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_RICH = frozenset({"text/rtf", "application/rtf"})
_ENRICHED = re.compile(r"<param>[^<>]{0,200}</param>|</?[a-zA-Z]{1,20}>")
MAX_UNWRAPPED = 2  # signatures around one another
MAX_UUENCODED = 200


def _is_excuse(plain: list[tuple[bool, str]], ours: list[tuple[bool, str]]) -> bool:
    """ "Your program does not show HTML": what stands in place of a text where the sender's program made none."""
    said = " ".join(text for _, text in plain).lower()
    return len(said) <= 300 and "html" in said and _NO_HTML.search(said) is not None and len(plain) < len(ours)


class Content:
    """Fill it with `take`; then read."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._texts: list[tuple[bool, str]] = []  # was it HTML? and what it says
        self._spare: list[tuple[bool, str]] = []  # the same from inside files, for a mail that has no text of its own
        self._htmls: list[str] = []
        self._unwrapped = 0
        self.files: list[Attachment] = []
        self.kinds: set[str] = set()
        self.status_parts: list[bytes] = []
        self.returned = b""  # the first mail inside this one, or its headers
        self.has_plain = False

    def body(self) -> str:
        own = self._texts if any(text.strip() for _, text in self._texts) else self._spare[:1]
        self.has_plain = any(not was_html and text.strip() for was_html, text in own)
        texts = [rendered(text) if was_html else text for was_html, text in own]
        return "\n".join(text for text in texts if text.strip()).rstrip()

    def html(self) -> str:
        return "\n".join(self._htmls)

    def take(self, part: Part) -> None:
        self.kinds.add(part.kind)
        if part.children:
            self._take_children(part)
        elif self._is_text(part):
            self._take_text(part)
        else:
            self._take_file(part)

    def _take_children(self, part: Part) -> None:
        before = len(self._texts)
        for child in part.children:
            self.take(child)
        if part.kind == "multipart/alternative":
            ours = self._texts[before:]
            plain = [entry for entry in ours if not entry[0] and entry[1].strip()]
            if _is_excuse(plain, ours):
                plain = [entry for entry in ours if entry[0]]
            self._texts[before:] = plain or ours

    @staticmethod
    def _is_text(part: Part) -> bool:
        if part.kind not in {"text/plain", "text/html"} or part.disposition == "attachment":
            return False
        return not given_name(part) or (part.disposition == "inline" and not part.disposition_params.get("filename"))

    def _take_text(self, part: Part) -> None:
        data, note = transfer_decoded(part.content, part.headers.first("content-transfer-encoding"))
        self._note(note)
        is_html = part.kind == "text/html"
        charset = part.charset
        if is_html and not charset and (declared := _META_CHARSET.search(data[:2048])):
            charset = declared[1].decode("ascii", "replace")
        text, note = decode(data, charset)
        self._note(note)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if is_html:
            self._htmls.append(text)
        else:
            if part.params.get("format", "").lower() == "flowed":
                text = unfolded(text, delete_space=part.params.get("delsp", "").lower() == "yes")
            if "begin " in text:
                text = self._without_uuencoded(text)
        self._texts.append((is_html, text))

    def _without_uuencoded(self, text: str) -> str:
        """Files written into the text itself, as mail programs did before MIME."""
        kept: list[str] = []
        end = 0
        for begin in _UU_BEGIN.finditer(text):
            if begin.start() < end:
                continue
            stop = text.find("\nend", begin.end())
            if stop < 0 or len(kept) >= MAX_UUENCODED:
                break
            lines = text[begin.end() : stop].split("\n")[1:]
            content = uu_decoded([line.encode("ascii", "replace") for line in lines])
            kept.append(text[end : begin.start() if content else stop])
            end = stop + len("\nend") if content else stop
            if not content:
                continue
            self.files.append(as_file(begin[1].strip(), "application/octet-stream", content))
            self._note("uuencoded-file")
        return "".join([*kept, text[end:]])

    def _take_file(self, part: Part) -> None:
        file, notes = attachment(part, len(self.files) + 1)
        self.files.append(file)
        for note in notes:
            self._note(note)
        if part.kind in _REPORTS:
            self.status_parts.append(file.content)
        elif part.kind in _RETURNED:
            self.returned = self.returned or file.content
        elif part.kind == "text/calendar":
            self._note_event(part, file.content)
        elif part.kind in _SMIME or file.name.lower().endswith(".p7m"):
            self._unwrap(file.content)
        elif part.kind in _TNEF or file.name.lower() == "winmail.dat":
            self._open_tnef(file.content)
        elif part.kind in _RICH:
            self._spare.append(rtf_body(file.content))
        elif part.kind == "text/enriched":
            text, _ = decode(file.content, part.charset)
            self._spare.append((False, _ENRICHED.sub("", text.replace("<<", "\u2039")).replace("\u2039", "<")))

    def _note_event(self, part: Part, content: bytes) -> None:
        text, _ = decode(content[:MAX_CALENDAR], part.charset or "utf-8")
        found = event(text, part.params.get("method", ""))
        described = " ".join(word for word in (found.method, found.summary[:200], found.starts[:200]) if word)
        self._note(decoded(f"calendar: {described}"))
        if found.line:
            self._spare.append((False, found.line))

    def _unwrap(self, content: bytes) -> None:
        """The signed mail is read as if it stood here; the signature stays with it as a file."""
        inner = signed_content(content)
        if inner is None:
            self._note("smime-encrypted")
        elif self._unwrapped >= MAX_UNWRAPPED:
            self._note("too-deep")
        else:
            self._note("smime-signed: not verified")
            self._unwrapped += 1
            self.take(self._parts.inside(inner))

    def _open_tnef(self, content: bytes) -> None:
        found = read_tnef(content)
        self._note("tnef" if found and found.whole else "tnef-broken")
        if found is None:
            return
        for inner in found.files:
            number = len(self.files) + 1
            self.files.append(tnef_file(inner, number))
        self._spare += [(was_html, text) for was_html, text in ((False, found.text), (True, found.html)) if text.strip()]

    def _note(self, note: str) -> None:
        if note:
            self._parts.note(note)

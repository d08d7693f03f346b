"""An HTML tree as text: lines as a reader sees them, without what the page hides from him."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Protocol, cast

from channels.email.reading.attribution import attribution
from channels.email.reading.labels import EDGE, ROLES_OF, folded
from channels.email.reading.safe_html_tidy import bounded

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "listing", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
    "thead", "tr", "ul", "xmp",
})  # fmt: skip
_APART = frozenset(
    {
        "blockquote",
        "dl",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "listing",
        "ol",
        "p",
        "pre",
        "ul",
        "xmp",
    }
)  # fmt: skip; a blank line around them
_SILENT = frozenset({
    "head", "style", "script", "title", "template", "select", "svg", "xml", "map", "object", "embed", "iframe",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_AS_IT_STANDS = frozenset({"pre", "listing", "xmp", "textarea"})
_QUOTES = frozenset({"blockquote", "div", "table"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_PADDING = re.compile("[\u200c\u200d\u034f\u2007\xad\xa0 ]{6,}")  # what keeps a mailing's preview short
_NOTHING = str.maketrans(
    {"\xa0": " ", "\u200b": None, "\ufeff": None, "\xad": None, "\u2028": "\n", "\x0b": None, "\x0c": None}
)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_TINY = re.compile(r"(?:font-size|max-height|opacity|line-height)\s*:\s*0(?![.0-9]*[1-9])", re.IGNORECASE)
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_FLUSH = re.compile(r"margin(?:-top|-bottom)?\s*:\s*0(?![.0-9]*[1-9])", re.IGNORECASE)
_BAR = re.compile(r"border-left\s*:", re.IGNORECASE)
_DEEPEST_QUOTE = 20
_MOST_FIELDS = 12  # rows of a table that may be a header
KEPT = "data-intake-kept"  # set on a quotation that stays, because it is answered below: "quote", or "box" around one


def header_labels(table: "Element") -> set["Element"]:
    """The cells that name the fields of a quoted message's header, where a table shows one and writes no colons: Notes does."""
    bodies = (table, *(part for part in table if part.tag == "tbody"))
    rows = [list(row) for row in islice((row for part in bodies for row in part if row.tag == "tr"), _MOST_FIELDS + 1)]
    if not 3 <= len(rows) <= _MOST_FIELDS or any(len(cells) != 2 for cells in rows):
        return set()
    said = {cells[0]: folded(" ".join("".join(islice(cells[0].itertext(), _MOST_FIELDS)).split())) for cells in rows}
    known = {cell: roles for cell, label in said.items() if (roles := ROLES_OF.get(label))}
    shown = {role for roles in known.values() for role in roles.values()}
    return set(known) if len(known) >= 3 and {"from", "subject"} <= shown else set()


class Element(Protocol):
    """As much of lxml's element as is used here; lxml ships no types."""

    tag: object
    text: str | None
    tail: str | None
    attrib: Mapping[str, str]

    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...
    def get(self, key: str) -> str | None: ...
    def set(self, key: str, value: str) -> None: ...
    def iter(self) -> Iterator["Element"]: ...
    def getparent(self) -> "Element | None": ...
    def getnext(self) -> "Element | None": ...
    def getprevious(self) -> "Element | None": ...
    def remove(self, child: "Element") -> None: ...
    def itertext(self) -> Iterator[str]: ...


def tree_of(html: str) -> Element | None:
    from lxml.etree import ParserError  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import, often not needed
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped] # noqa: PLC0415

    content = bounded(html).encode()
    try:
        return cast(Element, document_fromstring(content, parser=HTMLParser(encoding="utf-8", remove_comments=True)))
    except ParserError:
        return None


def text_of(tree: Element) -> str:
    """Where all of it is hidden, that is shown; where it is all pictures, what they are said to show."""
    for hidden, pictures in ((False, False), (True, False), (False, True)):
        text = _Writer(show_hidden=hidden, show_pictures=pictures).text(tree)
        if text:
            return text
    return ""


class _Writer:
    """One walk over the tree, without recursion."""

    def __init__(self, *, show_hidden: bool, show_pictures: bool) -> None:
        self._show_hidden, self._show_pictures = show_hidden, show_pictures
        self._lines: list[str] = []
        self._line: list[str] = []
        self._ends_in_space = True
        self._as_it_stands = 0
        self._quotes = 0
        self._bullet = ""
        self._numbers: list[int] = []
        self._open: list[tuple[Element, str, bool, bool]] = []
        self._labels: set[Element] = set()

    def text(self, tree: Element) -> str:
        walk: list[Element | None] = [tree]
        while walk:
            element = walk.pop()
            if element is None:
                closed = self._close()
                if closed.tail and closed is not tree:
                    self._write(closed.tail)
                continue
            tag = element.tag
            if not isinstance(tag, str) or tag in _SILENT or (element.attrib and self._is_hidden(element)):
                if element.tail and element is not tree:
                    self._write(element.tail)
                continue
            self._enter(element, tag)
            if element.text:
                self._write(element.text)
            walk.append(None)
            if len(element):
                walk.extend(reversed(list(element)))
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _is_hidden(self, element: Element) -> bool:
        if self._show_hidden:
            return False
        style = element.get("style")
        if style and (_HIDDEN.search(style) or (not len(element) and _TINY.search(style))):
            return True
        return element.get("hidden") is not None

    def _enter(self, element: Element, tag: str) -> None:
        style = (element.get("style") or "") if element.attrib else ""
        verbatim = tag in _AS_IT_STANDS or bool(style and _KEEPS_LINES.search(style))
        quote = False
        if tag in _BLOCKS:
            self._end_line()
            if tag in _APART and not self._is_flush(element, tag, style):
                self._blank()
            quote = tag in _QUOTES and (
                element.get(KEPT) == "quote"
                or ((tag == "blockquote" or bool(style and _BAR.search(style))) and self._is_attributed())
            )
            if tag == "table":
                self._labels |= header_labels(element)
            self._begin(tag)
        elif tag == "br":
            self._break()
        elif tag == "img":
            self._picture(element)
        self._as_it_stands += verbatim
        self._quotes += quote
        self._open.append((element, tag, verbatim, quote))

    def _close(self) -> Element:
        element, tag, verbatim, quote = self._open.pop()
        if tag in _CELLS:
            self._write(": " if element in self._labels else " ")
        elif tag in _BLOCKS:
            self._end_line()
            self._quotes -= quote
            if tag in {"ol", "ul"}:
                self._numbers.pop()
            if tag in _APART and not self._is_flush(element, tag, element.get("style") or ""):
                self._blank()
        self._as_it_stands -= verbatim
        return element

    def _begin(self, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self._numbers.append(0 if tag == "ol" else -1)
        elif tag == "li":
            if self._numbers and self._numbers[-1] >= 0:
                self._numbers[-1] += 1
                self._bullet = f"{self._numbers[-1]}. "
            else:
                self._bullet = "* "

    @staticmethod
    def _is_flush(element: Element, tag: str, style: str) -> bool:
        if tag in {"ol", "ul", "pre"}:
            return True
        return tag == "p" and ((element.get("class") or "").startswith("Mso") or bool(style and _FLUSH.search(style)))

    def _write(self, text: str) -> None:
        if self._as_it_stands:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in rest:
                self._break()
                self._line.append(line)
            self._ends_in_space = False
            return
        words = _SPACE.sub(" ", text)
        if self._ends_in_space:
            words = words.lstrip(" ")
        if words:
            if self._bullet:
                words, self._bullet = self._bullet + words, ""
            self._line.append(words)
            self._ends_in_space = words[-1] == " "

    def _picture(self, element: Element) -> None:
        """An emoji that was sent as a picture is a word; of other pictures the name says little."""
        said = (element.get("data-emoji") or element.get("alt") or "").strip()
        if said and (self._show_pictures or (len(said) <= 12 and not said.isascii() and not any(map(str.isalnum, said)))):
            self._write(f"[{said[:200]}]" if self._show_pictures else said)

    def _break(self) -> None:
        line = "".join(self._line)
        if not line.isascii():
            line = _PADDING.sub(" ", line).translate(_NOTHING)
        self._lines.append("> " * min(self._quotes, _DEEPEST_QUOTE) + line.rstrip())
        self._line, self._ends_in_space = [], True
        if not self._lines[-1] and len(self._lines) > 1 and not self._lines[-2]:
            self._lines.pop()

    def _end_line(self) -> None:
        if self._line and (not self._ends_in_space or any(map(str.strip, self._line))):
            self._break()
        self._line, self._ends_in_space, self._bullet = [], True, ""

    def _blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._break()

    def _is_attributed(self) -> bool:
        """Does the line above say that somebody wrote what follows? Then it is a quotation and not an indented paragraph."""
        end = len(self._lines)
        while end and not self._lines[end - 1]:
            end -= 1
        if not end or self._lines[end - 1].rstrip(EDGE)[-1:] not in {":", "：", ">", ")", "-"}:
            return False
        return any(
            (span := attribution(self._lines, place)) is not None and place + span.lines == end
            for place in range(max(0, end - 4), end)
        )

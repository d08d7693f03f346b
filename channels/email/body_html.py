"""What an HTML body says: rendered to text, with the quote containers that mail programs write cut out of its tree."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Protocol, cast

from channels.email.reply_text_marks import LABELS

MAX_RENDERED = 512 * 1024  # longer HTML is stripped of its tags instead

# Cheap signs, looked for before any tree is built, that one of our programs quoted something.
_SIGNS = re.compile(
    r"gmail_quote|gmail_attr|divrplyfwdmsg|appendonsend|moz-cite|cite|yahoo_quoted|yahooquoted|protonmail_quote|zwchr"
    r"|front-blockquote|olk_src_body|border-top:\s?solid|border-top-style:solid|tutanota_quote|replysplit|outlookmessageheader"
    r"|moz-forward|gmx_quote|mailquote|edo-original|x_divrplyfwdmsg|mail-editor-reference|mailcontainer|bloop_markdown|ymail_|[a-z]_quote|__quoted_text__|__divider__|isreplycontent|messagereplysection|name=.?quote",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?blockquote|hr)\b[^<>]{0,2000}>")
_TAG = re.compile(r"<[^<>]{0,5000}>")
_BLANKS = re.compile(r"\n[ \t\r\n]*\n")

_REMOVED_CLASSES = frozenset({
    "gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "front-blockquote", "tutanota_quote",
    "gmx_quote", "moz-cite-prefix", "gmail_attr", "yahooquoted", "ymail_quoted", "replysplit",
})  # fmt: skip
_FROM_HERE_IDS = frozenset({
    "divrplyfwdmsg", "x_divrplyfwdmsg", "appendonsend", "x_appendonsend", "zwchr", "olk_src_body_section", "replysplit",
    "mail-editor-reference-message-container", "ms-outlook-mobile-body-separator-line", "edo-original", "isreplycontent",
})  # fmt: skip
_FROM_HERE_CLASSES = frozenset({"outlookmessageheader", "moz-forward-container-header"})
_QUOTE_CLASSES = ("_quote", "_quoted")  # freshdesk_quote, hey_quote, ydp1234yahoo_quoted ...
_FROM_HERE_MARKERS = frozenset({"__divider__", "__headers__"})
_QUOTE_NAMES = frozenset({"quote", "messagereplysection"})
_GMAIL = frozenset({"gmail_quote", "gmail_quote_container"})
_FORWARDED = tuple({words for table in LABELS.values() for words in table["forwarded"]})
_TELLING = ("id", "class", "type", "name", "data-marker", "style")
_RULE = re.compile(r"border:none;border-top:solid#?[a-z0-9]*1\.0pt")


class _Element(Protocol):
    """As much of lxml's element as is used here; lxml ships no types."""

    tag: object
    text: str | None
    tail: str | None
    attrib: Mapping[str, str]

    def iter(self) -> Iterator["_Element"]: ...
    def getparent(self) -> "_Element | None": ...
    def getnext(self) -> "_Element | None": ...
    def getprevious(self) -> "_Element | None": ...
    def remove(self, child: "_Element") -> None: ...
    def itertext(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlCut:
    """`above` is the text without the quote containers, `below` that of the containers, `by` the kind that was cut."""

    above: str
    below: str
    by: str


def quotes_something(html: str) -> bool:
    return _SIGNS.search(html) is not None


def rendered(html: str) -> str:
    """Never raises; HTML too large or too strange for the renderer comes out with its tags stripped."""
    if len(html) <= MAX_RENDERED:
        try:
            tree = _tree(html)
            return _text(tree) if tree is not None else ""
        except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError, ArithmeticError):
            pass
    return _stripped(html)


def cut(html: str) -> HtmlCut | None:
    """None where no known container was found, or where nothing would be left above it (a forward)."""
    if len(html) > MAX_RENDERED or not quotes_something(html):
        return None
    try:
        tree = _tree(html)
        if tree is None:
            return None
        taken: list[str] = []
        by = ""
        for element in list(tree.iter()):
            kind = _container(element)
            if kind and _attached(element, tree) and not _answered(element):
                taken.append(_removed(element, rest_too=kind == "html-from-here"))
                by = by or kind
        above = _text(tree) if taken else ""
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError, ArithmeticError):
        return None
    if not above.strip() or not by or any(map(_forwards, taken)):
        return None
    return HtmlCut(above=above, below="\n".join(taken), by=by)


def _tree(html: str) -> _Element | None:
    from lxml.etree import ParserError  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import, often not needed
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped] # noqa: PLC0415

    try:
        return cast(_Element, document_fromstring(html.encode(), parser=HTMLParser(encoding="utf-8")))
    except ParserError:
        return None


def _text(tree: _Element) -> str:
    from inscriptis.css_profiles import CSS_PROFILES  # type: ignore[import-untyped] # noqa: PLC0415 - brings requests with it
    from inscriptis.html_engine import Inscriptis  # type: ignore[import-untyped] # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped] # noqa: PLC0415

    for element in tree.iter():  # a table inside a table inside ... is laid out again for each level
        if element.tag in {"table", "tbody", "tr", "td", "th"}:
            if element.tag in {"td", "th"}:
                element.tail = f" {element.tail or ''}"
            element.tag = "div" if element.tag in {"table", "tr"} else "span"
    text = cast(str, Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"])).get_text())
    return _BLANKS.sub("\n\n", text.replace("\xa0", " ")).strip("\n")


def _stripped(html: str) -> str:
    for opening, closing in (("<!--", "-->"), ("<head", "</head"), ("<style", "</style"), ("<script", "</script")):
        html = _without(html, opening, closing)
    return _BLANKS.sub("\n\n", unescape(_TAG.sub("", _BREAKS.sub("\n", html)))).strip()


def _without(html: str, opening: str, closing: str) -> str:
    lower = html.lower()
    if len(lower) != len(html):  # a few letters change their length: then only exact matches count
        lower = html
    kept: list[str] = []
    end = 0
    while (start := lower.find(opening, end)) >= 0:
        kept.append(html[end:start])
        stop = lower.find(closing, start)
        if stop < 0:
            return "".join(kept)
        end = stop + len(closing)
    return "".join([*kept, html[end:]])


def _container(element: _Element) -> str:
    if not isinstance(element.tag, str) or not element.attrib:
        return ""
    attributes = {name: element.attrib.get(name, "").lower() for name in _TELLING}
    classes = attributes["class"].split()
    if attributes["id"] in _FROM_HERE_IDS or attributes["data-marker"] in _FROM_HERE_MARKERS:
        return "html-from-here"
    if not _FROM_HERE_CLASSES.isdisjoint(classes) or _is_outlook_rule(attributes["style"]):
        return "html-from-here"
    cited = element.tag == "blockquote" and attributes["type"] == "cite"
    named = element.tag == "div" and attributes["name"] in _QUOTE_NAMES
    classed = any(name in _REMOVED_CLASSES or name.endswith(_QUOTE_CLASSES) for name in classes)
    return "html-quote" if cited or named or classed else ""


def _is_outlook_rule(style: str) -> bool:
    return "border-top:" in style and _RULE.search(style.replace(" ", "")) is not None


def _answered(element: _Element) -> bool:
    """Gmail puts answers between the quotes, and below them, into the same box as the quotes: then only those are cut."""
    if element.tag == "blockquote" or not _GMAIL.intersection(element.attrib.get("class", "").lower().split()):
        return False
    if _forwards(_words(element)):
        return False
    quoted = False
    for child in element.iter():
        if child.getparent() is not element:
            continue
        if quoted and child.tag != "blockquote" and not _container(child) and _words(child):
            return True
        quoted = quoted or child.tag == "blockquote"
        if quoted and (child.tail or "").strip():
            return True
    return False


def _forwards(text: str) -> bool:
    head = text[:400].lower()
    return any(words in head for words in _FORWARDED)


def _attached(element: _Element, tree: _Element) -> bool:
    while (parent := element.getparent()) is not None:
        element = parent
    return element is tree


def _removed(element: _Element, *, rest_too: bool) -> str:
    """Take the element out (and with `rest_too` all that follows it, at every level); its text."""
    gone = [_words(element)]
    level, parent = element, element.getparent()
    while rest_too and parent is not None:
        gone.append(level.tail or "")
        level.tail = None
        while (following := level.getnext()) is not None:
            gone += [_words(following), following.tail or ""]
            parent.remove(following)
        level, parent = parent, parent.getparent()
    _drop(element)
    return "\n".join(text for text in gone if text.strip())


def _words(element: _Element) -> str:
    return " ".join(" ".join(element.itertext()).split()) if isinstance(element.tag, str) else ""


def _drop(element: _Element) -> None:
    """Out of the tree, but with the text behind it left standing."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and previous is not None:
        previous.tail = (previous.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)

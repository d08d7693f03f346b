"""What an HTML body says: rendered to text, with the quote containers that mail programs write cut out of its tree."""

import re
from dataclasses import dataclass
from html import unescape

from channels.email.reading.body_html_answers import is_kept, keep_answered
from channels.email.reading.body_html_boxes import box_of, is_gmail_quote, quotes_something, signed_behind
from channels.email.reading.body_html_text import Element, text_of, tree_of
from channels.email.reading.labels import words

MAX_RENDERED = 1024 * 1024  # longer HTML is stripped of its tags instead

_BREAKS = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?blockquote|hr)\b[^<>]{0,2000}>")
_BEGINNING = 400  # characters of a box that tell what it is
_TAG = re.compile(r"<[^<>]{0,5000}>")
_BLANKS = re.compile(r"\n[ \t\r\n]*\n")
_FORWARDED = re.compile("|".join(map(re.escape, words("forwarded"))))
_STRANGE = (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError, ArithmeticError)


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlCut:
    """`above` is the text without the quote containers, `below` that of the containers, `by` the kind that was cut."""

    above: str
    below: str
    by: str
    signature: str = ""


def rendered(html: str) -> str:
    """Never raises; HTML too large or too strange for the renderer comes out with its tags stripped."""
    if len(html) <= MAX_RENDERED:
        try:
            tree = tree_of(html)
            return text_of(tree) if tree is not None else ""
        except _STRANGE:
            pass
    return _stripped(html)


def cut(html: str) -> HtmlCut | None:
    """None where no known container was found, or where nothing would be left above it (a forward)."""
    if len(html) > MAX_RENDERED or not quotes_something(html):
        return None
    try:
        tree = tree_of(html)
        return _cut(tree) if tree is not None else None
    except _STRANGE:
        return None


def boxed_signature(html: str) -> str:
    """What stands in the author's own box for a signature, "" where there is none."""
    if "signature" not in html and "Signature" not in html:
        return ""
    found = cut(html)
    return found.signature if found else ""


def _cut(tree: Element) -> HtmlCut | None:
    taken: list[str] = []
    signatures: list[Element] = []
    by = ""
    keep_answered(tree, is_own=_answered)
    for element in list(tree.iter()):
        box = box_of(element)
        behind = element.getnext() if element.tag == "br" and signed_behind(element) else None
        if behind is not None and not _holds_quote(behind):
            signatures.append(behind)
        if not box or is_kept(element) or not _attached(element, tree):
            continue
        if box == "html-signature":
            signatures.append(element)
        elif not _answered(element):
            taken.append(_removed(element, rest_too=box == "html-from-here" or _only_introduces(element)))
            by = by or box
    if any(map(_forwards, taken)):
        return None
    signature = _without_signatures(tree, [element for element in signatures if _attached(element, tree)])
    if not by and not signature:
        return None
    above = text_of(tree)
    if not above.strip():
        return None
    return HtmlCut(above=above, below="\n".join(taken), by=by or "html-signature", signature=signature)


def _without_signatures(tree: Element, signatures: list[Element]) -> str:
    """Somebody may write his answer into the box of the signature: then it is none."""
    texts = [_words(element) for element in signatures]
    if not any(texts) or len(" ".join(texts)) >= len(_words(tree)):
        return ""
    said = [text_of(element) for element, text in zip(signatures, texts, strict=True) if text]
    for element in signatures:
        if _attached(element, tree):
            _drop(element)
    return "\n".join(said)


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


def _answered(element: Element) -> bool:
    """Gmail puts answers between the quotes, and below them, into the same box as the quotes: then only those are cut."""
    if not len(element) or element.tag == "blockquote" or not is_gmail_quote(element):
        return False
    if _forwards(_beginning(element)):
        return False
    quoted = False
    for child in element:
        if quoted and child.tag != "blockquote" and not box_of(child) and _words(child):
            return True
        quoted = quoted or child.tag == "blockquote"
        if quoted and (child.tail or "").strip():
            return True
    return False


def _only_introduces(element: Element) -> bool:
    """Outlook for Android puts its "On ... wrote:" alone into Gmail's box, and the quote behind it into none."""
    if not is_gmail_quote(element) or getattr(element.getnext(), "tag", "") != "div":
        return False
    said = _beginning(element)
    return 0 < len(said) <= _BEGINNING and "@" in said and said.endswith((":", "：")) and not _holds_quote(element)


def _holds_quote(element: Element) -> bool:
    return any(inner.tag == "blockquote" for inner in element.iter())


def _forwards(text: str) -> bool:
    return _FORWARDED.search(text[:_BEGINNING].lower()) is not None


def _attached(element: Element, tree: Element) -> bool:
    while (parent := element.getparent()) is not None:
        element = parent
    return element is tree


def _removed(element: Element, *, rest_too: bool) -> str:
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


def _words(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split()) if isinstance(element.tag, str) else ""


def _beginning(element: Element) -> str:
    """The words of an element, or of a long one as many as are more than a line that introduces."""
    if not len(element):
        return " ".join((element.text or "")[: 2 * _BEGINNING].split())
    said = ""
    for piece in element.itertext():
        said = " ".join(f"{said} {piece}".split()) if piece[:1].isspace() else " ".join(f"{said}{piece}".split())
        if len(said) > _BEGINNING:
            break
    return said


def _drop(element: Element) -> None:
    """Out of the tree, but with the text behind it left standing."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and previous is not None:
        previous.tail = (previous.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)

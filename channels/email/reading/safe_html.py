"""The HTML of a mail as an agent may look at it: what it says and about how, and nothing that runs, calls home or poses.

The page is shown in a sandbox without scripts or network besides. Sanitised when looked at, never when stored: a better
sanitiser tomorrow protects yesterday's mail too.
"""

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import urlsplit

import nh3

from channels.email.reading.body_html import rendered
from channels.email.reading.safe_html_tidy import tidied

MAX_HTML = 256 * 1024  # characters that are looked at
MAX_RESULT = 4 * MAX_HTML
CUT = "<p><em>[This message is longer. The rest is in the message as it came.]</em></p>"

TAGS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "ul", "caption",
    "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "a", "abbr", "b", "bdi", "big", "br", "cite",
    "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "tt", "u", "var", "wbr",
})  # fmt: skip
_EVERYWHERE = frozenset({"align", "bgcolor", "dir", "lang", "style", "title", "valign", "width", "height"})
_ON = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt"}),
    "font": frozenset({"color", "face", "size"}),
    "table": frozenset({"border", "cellpadding", "cellspacing"}),
    "td": frozenset({"colspan", "rowspan", "nowrap"}),
    "th": frozenset({"colspan", "rowspan", "nowrap", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value"}),
}
_STYLES = frozenset({
    "background", "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "caption-side",
    "color", "direction", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "height",
    "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right",
    "margin-top", "max-height", "max-width", "min-width", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "table-layout", "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align",
    "white-space", "width", "word-break", "word-wrap",
})  # fmt: skip
_MOST_STYLES = 60
_STYLE_VALUE = re.compile(r"[\w\s#%.,()'\"!+/-]{1,200}\Z")
_CALLS = re.compile(r"(?:url|expression|image|set|element|attr|var|env|calc|fade|paint|src)\s*\(", re.IGNORECASE)
_SHIFTS = re.compile(r"\A(?:margin|text-indent|letter-spacing)")  # negative ones pull text over other text
_LINK = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s])", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]{1,200000}\Z", re.IGNORECASE)
_TAG = re.compile(r'<(/?[a-z][a-z0-9]*)((?: [a-z-]+="[^"]*+")*+)>')
_VALUE = re.compile(r' ([a-z-]+)="([^"]*+)"')
_TINY = re.compile(r"\A\s*0*[0-3](?:\.[0-9]+)?\s*(?:px)?\s*\Z")
_TINY_STYLE = re.compile(r"(?:\A|[;\s])(?:max-)?(?:width|height)\s*:\s*0*[0-3](?:\.[0-9]+)?(?:px)?\s*(?:;|\Z|!)")


def safe_html(html: str, cid: Mapping[str, str]) -> str:
    """A fragment of a page, at most MAX_RESULT characters. `cid` maps the Content-IDs of the mail's own pictures, without angle
    brackets, to what their `src` becomes. Never raises."""
    cut = len(html) > MAX_HTML
    tidy = tidied(html[:MAX_HTML], _wanted)
    clean = nh3.clean(
        tidy,
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(_EVERYWHERE | _ON.get(tag, frozenset())) for tag in TAGS},
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "cid", "data"},
    )
    shown = _TAG.sub(lambda tag: _picture(tag, cid) if tag[1] == "img" else tag[0], clean)
    if len(shown) > MAX_RESULT:
        return as_text(html[:MAX_HTML]) + CUT
    return shown + (CUT if cut else "")


def as_text(html: str) -> str:
    """What it says alone."""
    return f'<div style="white-space: pre-wrap">{escape(rendered(html)[: MAX_HTML // 2])}</div>'


def _wanted(tag: str, attribute: str) -> bool:
    return tag in TAGS and (not attribute or attribute in _EVERYWHERE or attribute in _ON.get(tag, ()))


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What becomes of one attribute; None drops it. Pictures are seen to later."""
    if name == "style":
        return _style(value) or None
    if name == "href":
        bare = _INVISIBLE.sub("", value).strip().replace(" ", "%20")
        return bare if _LINK.match(bare) else None
    if name == "src":
        return value if tag == "img" else None
    return value[:500]


def _style(value: str) -> str:
    kept = []
    for declaration in value[:8_000].split(";")[:_MOST_STYLES]:
        name, _, said = declaration.partition(":")
        name, said = name.strip().lower(), said.strip()
        if name not in _STYLES or not _STYLE_VALUE.match(said) or _CALLS.search(said):
            continue
        if "-" in said and _SHIFTS.match(name):
            continue
        kept.append(f"{name}: {said}")
    return "; ".join(kept)


def _picture(tag: re.Match[str], cid: Mapping[str, str]) -> str:
    """The mail's own pictures stay. Of one that would be fetched there stays what it is said to show, or whose it is; of one
    that nobody could see, nothing."""
    values = {name: unescape(value) for name, value in _VALUE.findall(tag[2])}
    source = _INVISIBLE.sub("", values.get("src", "")).strip()
    own = _own(source, cid)
    if own is not None:
        kept = {name: value for name, value in values.items() if name != "src"} | {"src": own}
        return "<img{}>".format("".join(f' {name}="{escape(value)}"' for name, value in kept.items()))
    if not source or source.lower().startswith("data:") or _is_tiny(values):
        return escape(values.get("alt", ""))
    named = values.get("alt", "").strip() or f"picture from {_host(source)}"
    return f"<span>[{escape(named[:200])}]</span>"


def _own(source: str, cid: Mapping[str, str]) -> str | None:
    if source.lower().startswith("cid:"):
        return cid.get(source[4:].strip("<>"))
    return source if _PICTURE.match(source) else None


def _is_tiny(values: Mapping[str, str]) -> bool:
    sides = [values.get("width", ""), values.get("height", "")]
    return any(_TINY.match(side) for side in sides) or _TINY_STYLE.search(values.get("style", "").lower()) is not None


def _host(source: str) -> str:
    try:
        return (urlsplit(source).hostname or "elsewhere")[:100]
    except ValueError:
        return "elsewhere"

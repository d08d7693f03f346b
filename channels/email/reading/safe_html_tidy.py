"""HTML written anew from its tags, so that whatever reads it next needs time in proportion to its length.

Every tree builder at hand is quadratic somewhere: 50,000 nested boxes take nh3's eight seconds, 45,000 attributes of one tag
libxml2's twenty-four. Here nesting, attributes and what stands around them are bounded first: one pass, no tree.
"""

import re
from collections.abc import Callable, Iterator

MAX_DEPTH = 150
MAX_ATTRIBUTES = 60
MAX_NAME = 80
MAX_NAMES = 4_000  # different words in a page that could be attributes of one tag
_FEW = 40_000  # characters that have no room for so many
_LOOK_BACK = 12  # how far up a tag may close what it implies

_TOKEN = re.compile(
    r"<!--(?:>|->|(?s:.*?)(?:--!?>|\Z))|<[!?][^>]*+>?|</(?![a-zA-Z])[^>]*+>?"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\s>]*+))*+)(?P<close>>?)"
)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"?+|'([^']*+)'?+|([^\s>]*+)))?+")
_NAMES = re.compile(r"[\s\"'/]([a-zA-Z_:.][\w:.-]{0,99})")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"})
_DROPPED_WHOLE = _RAW | {"svg", "math", "template", "object", "applet", "select", "audio", "video", "canvas", "frameset"}
_OUTER = frozenset({"html", "body", "head"})
_BLOCKS = frozenset(
    {"div", "table", "ul", "ol", "dl", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "center"}
)
_IMPLIES = {  # what a start tag closes, and where it stops to look for that
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table", "tbody", "thead", "tfoot"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
}
_STOPS_A_PARAGRAPH = frozenset({"table", "td", "th", "div", "blockquote", "li", "ul", "ol"})

Keep = Callable[[str, str], bool]  # a tag, and one of its attributes or "" for the tag itself


def tidied(html: str, keep: Keep) -> str:
    """Properly nested, at most MAX_DEPTH deep; of each tag only what `keep` wants. Comments, declarations and what is never
    text (scripts, styles, drawings) are gone."""
    return "".join(_Writer(keep).pieces(html.replace("\x00", "")))


def bounded(html: str) -> str:
    """The page as it is, unless one of its tags may have thousands of attributes: then written anew with fewer."""
    if len(html) < _FEW or len(set(_NAMES.findall(html))) < MAX_NAMES:
        return html
    return tidied(html, lambda _tag, _attribute: True)


class _Writer:
    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._open: list[str] = []
        self._ignored: dict[str, int] = {}  # tags too deep to stand, by name: their ends must not close others

    def pieces(self, html: str) -> Iterator[str]:
        lower = html.lower() if len(html.lower()) == len(html) else html
        at = 0
        while at < len(html):
            start = html.find("<", at)
            if start < 0:
                break
            yield html[at:start]
            token = _TOKEN.match(html, start)
            if token is None:
                yield "&lt;"
                at = start + 1
                continue
            at = token.end()
            name = (token["name"] or "").lower()
            if not name or not token["close"]:
                continue
            if token["end"]:
                yield from self._ended(name)
            elif name in _DROPPED_WHOLE:
                at = _after(lower, name, at)
            elif name == "plaintext":
                return
            else:
                yield from self._started(name, token["rest"])
        yield html[at:]
        yield from (f"</{name}>" for name in reversed(self._open))

    def _started(self, name: str, rest: str) -> Iterator[str]:
        if name in _OUTER or len(name) > MAX_NAME or not self._keep(name, ""):
            return
        yield from self._implied(name)
        if name not in _VOID:
            if len(self._open) >= MAX_DEPTH:
                self._ignored[name] = self._ignored.get(name, 0) + 1
                return
            self._open.append(name)
        yield f"<{name}{''.join(self._attributes(name, rest))}>"

    def _attributes(self, name: str, rest: str) -> Iterator[str]:
        seen: set[str] = set()
        for found in _ATTRIBUTE.finditer(rest):
            key = found[1].lower()
            if key in seen or len(key) > MAX_NAME or not self._keep(name, key):
                continue
            seen.add(key)
            value = found[2] or found[3] or found[4] or ""
            yield ' {}="{}"'.format(key, value.replace('"', "&quot;"))
            if len(seen) >= MAX_ATTRIBUTES:
                return

    def _implied(self, name: str) -> Iterator[str]:
        if name in _IMPLIES:
            closes, stops = _IMPLIES[name]
        elif name in _BLOCKS:
            closes, stops = frozenset({"p"}), _STOPS_A_PARAGRAPH
        else:
            return
        for place in range(len(self._open) - 1, max(-1, len(self._open) - 1 - _LOOK_BACK), -1):
            if self._open[place] in closes:
                yield from self._closed_down_to(place)
                return
            if self._open[place] in stops:
                return

    def _ended(self, name: str) -> Iterator[str]:
        if name == "br":
            yield "<br>"
        elif self._ignored.get(name):
            self._ignored[name] -= 1
        elif name in self._open:  # at most MAX_DEPTH of them
            place = len(self._open) - 1 - self._open[::-1].index(name)
            yield from self._closed_down_to(place)

    def _closed_down_to(self, place: int) -> Iterator[str]:
        for name in reversed(self._open[place:]):
            yield f"</{name}>"
        del self._open[place:]


def _after(lower: str, name: str, at: int) -> int:
    """Where what such a tag holds is over; the end where it never is."""
    stop = lower.find(f"</{name}", at)
    if stop < 0:
        return len(lower)
    close = lower.find(">", stop)
    return len(lower) if close < 0 else close + 1

"""Slack's own markup -> plain text: entities undone, links as `words (address)`, mentions as names. Emoji stay `:names:`.

Slack's page: messaging/formatting-message-text. What people type is escaped there, so that every `<…>` is Slack's own."""

import re
from collections.abc import Callable, Collection, Mapping

_ESCAPED = re.compile(r"<([^<>]{1,4000})>")
_OWN = "\0"  # where the desk's own mention stood; no text of Slack's has one
_AROUND_OWN = re.compile(r"\0[,:]?[ \t]*")
_ENTITIES: Mapping[str, str] = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


def plain(markup: str, own: Collection[str] = ()) -> str:
    """`own` are the desk's user ids: its mention is no word of the matter."""
    shown = _ESCAPED.sub(lambda found: _in_words(found[1], own), markup.replace(_OWN, ""))
    return unescaped(_AROUND_OWN.sub("", shown)).strip()


def unescaped(words: str) -> str:
    """Once: `&amp;lt;` is what somebody wrote as `&lt;`."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], words)


def mentions(markup: str, people: Collection[str]) -> bool:
    return any(found[1].startswith("@") and found[1][1:].partition("|")[0] in people for found in _ESCAPED.finditer(markup))


def link_in_words(address: str, label: str) -> str:
    """A label that only repeats the address says nothing."""
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (address, bare, address.partition("://")[2].rstrip("/")):
        return bare
    return f"{label} ({bare})"


def _in_words(inside: str, own: Collection[str]) -> str:
    what, _, label = inside.partition("|")
    read = _BY_SIGN.get(what[:1])
    if read is None:
        return link_in_words(what, label)
    if what[:1] == "@" and what[1:] in own:
        return _OWN
    return read(what[1:], label)


def _of_slack(what: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@printers>`, `<!date^1770000000^{date}|fallback>`."""
    command, _, value = what.partition("^")
    if command == "date":
        return label or value.partition("^")[0]
    name = label or (value if command == "subteam" else command)
    return f"@{name.removeprefix('@')}"


_BY_SIGN: Mapping[str, Callable[[str, str], str]] = {
    "@": lambda person, label: f"@{(label or person).removeprefix('@')}",
    "#": lambda room, label: f"#{(label or room).removeprefix('#')}",
    "!": _of_slack,
}

"""The words of a message that only its blocks have: what people type (`rich_text`), and what other programs post."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from channels.slack.json_value import Json, inside, items, text
from channels.slack.reading.mrkdwn import link_in_words, plain, unescaped

MOST_BLOCKS = 100
MOST_ELEMENTS = 2_000  # of one message
DEEPEST = 6  # lists in lists; Slack's own editor stops there

_Left = list[int]  # elements that may still be read: one count for the whole message


def words_of(blocks: Sequence[object], own: frozenset[str] = frozenset()) -> str:
    """A line a block. What is no text (a picture, a button) has none."""
    left = [MOST_ELEMENTS]
    lines = (_block(inside(block), own, left) for block in blocks[:MOST_BLOCKS])
    return "\n".join(line for line in lines if line.strip()).strip()


def mentioned_in(blocks: Sequence[object], people: frozenset[str]) -> bool:
    """Somebody is named in what was typed."""
    left = [MOST_ELEMENTS]
    return any(
        text(element, "type") == "user" and text(element, "user_id") in people
        for block in blocks[:MOST_BLOCKS]
        for element in _leaves(inside(block), left, 0)
    )


def _block(block: Json, own: frozenset[str], left: _Left) -> str:
    kind = text(block, "type")
    if kind == "rich_text":
        return "\n".join(_parts(block, own, left, 0))
    if kind in ("section", "header"):
        fields = [_object(inside(field), own) for field in items(block, "fields")[:10]]
        return "\n".join(part for part in (_object(inside(block, "text"), own), *fields) if part)
    if kind == "context":
        return " ".join(part for one in items(block, "elements")[:10] if (part := _object(inside(one), own)))
    return ""


def _object(value: Json, own: frozenset[str]) -> str:
    kind = text(value, "type")
    if kind == "mrkdwn":
        return plain(text(value, "text"), own)
    return unescaped(text(value, "text")) if kind == "plain_text" else ""


def _parts(block: Json, own: frozenset[str], left: _Left, depth: int) -> Iterator[str]:
    """Paragraphs, lists, quotations and code of a `rich_text`, each a line of its own."""
    for element in items(block, "elements"):
        if left[0] <= 0 or depth > DEEPEST:
            return
        left[0] -= 1
        part, kind = inside(element), text(element, "type")
        if kind == "rich_text_list":
            yield from (f"- {line}" for line in _parts(part, own, left, depth + 1))
        elif kind == "rich_text_quote":
            yield f"> {_run(part, own, left)}"
        elif kind.startswith("rich_text"):
            yield _run(part, own, left)


def _run(section: Json, own: frozenset[str], left: _Left) -> str:
    words: list[str] = []
    for element in items(section, "elements"):
        if left[0] <= 0:
            break
        left[0] -= 1
        if text(element, "type") == "user" and text(element, "user_id") in own:
            continue
        say = _WORDS.get(text(element, "type"))
        words.append(say(inside(element)) if say else "")
    return "".join(words).strip()


def _leaves(block: Json, left: _Left, depth: int) -> Iterator[Json]:
    for element in items(block, "elements"):
        if left[0] <= 0 or depth > DEEPEST:
            return
        left[0] -= 1
        yield inside(element)
        yield from _leaves(inside(element), left, depth + 1)


_WORDS: Mapping[str, Callable[[Json], str]] = {
    "text": lambda one: text(one, "text"),
    "link": lambda one: link_in_words(text(one, "url"), text(one, "text")),
    "emoji": lambda one: f":{text(one, 'name')}:",
    "user": lambda one: f"@{text(one, 'user_id')}",
    "usergroup": lambda one: f"@{text(one, 'usergroup_id')}",
    "channel": lambda one: f"#{text(one, 'channel_id')}",
    "broadcast": lambda one: f"@{text(one, 'range')}",
    "color": lambda one: text(one, "value"),
    "date": lambda one: text(one, "fallback"),
}

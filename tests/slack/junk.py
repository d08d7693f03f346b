"""Payloads of every kind, with something in them that does not belong there."""

from hypothesis import strategies as st

from channels.slack.presses import Press, Pressed
from tests.slack import workspace as w

EXAMPLES: tuple[w.Payload, ...] = (
    w.message(),
    w.changed("b", before="a", edited=w.ts(3)),
    w.deleted(),
    w.reaction(),
    w.file_share("x"),
    w.press(Press.MORE, option=Pressed(ticket=1, seen=1, more="resume")),
    w.press(Press.CONFIRM, Pressed(ticket=1, seen=1)),
    w.submission(Press.NEW_REQUEST),
    w.submission(Press.RESOLVE, private="{}"),
    dict(w.command("printer")),
    w.shortcut_make(w.said()),
    w.found(w.said()),
    w.event({"type": "tokens_revoked", "tokens": {"bot": [w.BOT_USER]}}),
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
Place = tuple[int | str, ...]


def places(value: object, way: Place = ()) -> list[Place]:
    if isinstance(value, dict):
        return [way, *(found for key, inner in value.items() for found in places(inner, (*way, key)))]
    if isinstance(value, list):
        return [way, *(found for index, inner in enumerate(value) for found in places(inner, (*way, index)))]
    return [way]


def with_junk(value: object, way: Place, junk: object) -> object:
    """Something else stands there."""
    if not way:
        return junk
    if isinstance(value, dict):
        return {key: with_junk(inner, way[1:], junk) if key == way[0] else inner for key, inner in value.items()}
    assert isinstance(value, list)
    return [with_junk(inner, way[1:], junk) if index == way[0] else inner for index, inner in enumerate(value)]

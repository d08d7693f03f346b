"""What is posted: blocks, and the text that says the same in notifications and to screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.slack.blocks.text import cut_markup
from channels.slack.json_value import Json, inside, items, text

MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000  # of all texts together: a little more fails with msg_blocks_too_long
_LONGEST_TEXT = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeText:
    """What did not fit, as a file."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """`text` is markup, as the blocks' own is. `whole` goes along as a file, where something was cut."""

    text: str
    blocks: tuple[Json, ...]
    whole: WholeText | None = None


def post(says: str, blocks: Sequence[Json], whole: WholeText | None = None) -> Post:
    """What would be too much for one message is left off at the end; what can be pressed stays."""
    kept = list(blocks)
    while len(kept) > MOST_BLOCKS or sum(map(weight, kept)) > MOST_CHARACTERS:
        plain = [place for place, block in enumerate(kept) if block.get("type") not in {"actions", "header"}]
        del kept[plain[-1] if plain else -1]
    return Post(text=cut_markup(says, _LONGEST_TEXT), blocks=tuple(kept), whole=whole)


def weight(block: Json) -> int:
    """Characters of all texts in it."""
    of = [text(block, "text", "text"), text(block, "accessory", "text", "text")]
    of += [text(one, "text") for one in items(block, "fields")]
    for element in items(block, "elements"):
        of += [text(element, "text"), text(element, "text", "text"), text(element, "placeholder", "text")]
        of += [text(inside(one, "text"), "text") for one in items(element, "options")]
    return sum(map(len, of))

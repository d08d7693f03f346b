"""Text as Slack shows it: nobody's words become markup, and nothing is longer than it may be."""

import re
import unicodedata

from channels.slack.json_value import Json

MOST = 3_000  # characters of a section
ELLIPSIS = "…"
NOTHING = "-"  # where an empty text would be refused
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPE = str.maketrans(_ENTITIES)
# Controls, lone surrogates, and what turns or hides the text that follows.
_UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_TAGGED = re.compile(r"<[^<>]*\Z|&[a-z]{0,4}\Z")  # an entity, a link or a date that was cut in two
_ADDRESS = re.compile(r"\bhttps?://[^\s<>|\"'`´„“”«»*_~]{1,1500}", re.IGNORECASE | re.ASCII)
_ENDS = ".,;:!?)]}"


def clean(text: str) -> str:
    """Lines, and no characters that steer a screen."""
    return _UNFIT.sub(_blank, text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, most: int = 200) -> str:
    return cut(" ".join(clean(text[: 8 * most]).split()), most)


def size(text: str) -> int:
    """As a JSON string's characters are counted in most languages: many an emoji is two of them."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """At most so many characters, at a blank where one is near, and marked. Of plain text: markup is cut by `cut_markup`."""
    if size(text) <= most:
        return text
    kept = _fit(text, most - 1)
    near = max(len(kept) - 25, 0)
    blank = max(kept.rfind(" ", near), kept.rfind("\n", near))
    kept = kept[:blank] if blank > 0 and not text[len(kept)].isspace() else kept
    while kept and (unicodedata.combining(text[len(kept)]) or kept[-1] == "\u200d"):
        kept = kept[:-1]
    return f"{kept.rstrip()}{ELLIPSIS}"


def escaped(text: str, most: int | None = None) -> str:
    """Somebody's words fit for `mrkdwn`: no mention, no link, no tag. `most` bounds the result."""
    text = clean(text)
    safe = text.translate(_ESCAPE)
    if most is None or len(safe) <= most:
        return safe
    kept, long = 0, 0
    for kept, sign in enumerate(text):  # noqa: B007 - how many fit is what is looked for
        long += len(_ENTITIES.get(sign, sign))
        if long > most:
            break
    return cut(text, max(kept, 1)).translate(_ESCAPE)


def with_links(text: str) -> str:
    """As `escaped`, but web addresses lead where they say: under `verbatim` Slack finds none by itself."""
    text = clean(text)
    parts, done = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_ENDS)
        parts += [text[done : found.start()].translate(_ESCAPE), f"<{address.translate(_ESCAPE)}>"]
        done = found.start() + len(address)
    return "".join([*parts, text[done:].translate(_ESCAPE)])


def quoted(text: str, most: int) -> str:
    """Somebody's words as a quotation, line by line; `most` bounds the result."""
    lines = [line.rstrip() for line in clean(text.strip()[: 2 * most]).split("\n")]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    safe = escaped("\n".join(kept), max(most - 2 * len(kept), 20))
    return cut_markup("\n".join(f"> {line}" for line in safe.split("\n")), most)


def cut_markup(text: str, most: int) -> str:
    """As `cut`, of mrkdwn: nothing is cut within an entity or a tag."""
    if size(text) <= most:
        return text
    kept = _fit(text, most - 1)
    while (torn := _TAGGED.search(kept)) is not None:
        kept = kept[: torn.start()]
    return f"{kept.rstrip()}{ELLIPSIS}"


def plain_text(text: str, most: int = 75) -> Json:
    """Nothing in it means anything: titles, buttons, labels."""
    return {"type": "plain_text", "text": one_line(text, most) or NOTHING, "emoji": False}


def mrkdwn(text: str, most: int = MOST) -> Json:
    """`text` is markup: what people wrote is `escaped` in it. Slack adds no link and no mention of its own (`verbatim`)."""
    return {"type": "mrkdwn", "text": cut_markup(text, most).strip() or NOTHING, "verbatim": True}


def _fit(text: str, most: int) -> str:
    kept = text[:most]
    while (over := size(kept) - most) > 0:
        kept = kept[: len(kept) - (over + 1) // 2]
    return kept


def _blank(found: re.Match[str]) -> str:
    return " " if found[0] == "\t" else ""

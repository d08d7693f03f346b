"""What somebody said in Slack, as plain text: their own words, and below them those of a message that they pass on."""

from channels.slack.json_value import Json, flag, inside, items, text
from channels.slack.reading.block_text import mentioned_in, words_of
from channels.slack.reading.mrkdwn import mentions, plain, unescaped

LONGEST = 40_000  # characters; Slack itself cuts there
MOST_ATTACHMENTS = 20
MOST_FIELDS = 20


def words_in(message: Json, own: frozenset[str] = frozenset()) -> str:
    """All of it, however long. `own` are the desk's user ids."""
    return "\n\n".join(part for part in (own_words(message, own), _passed_on(message)) if part)


def own_words(message: Json, own: frozenset[str] = frozenset()) -> str:
    """Without what is passed on. Where there is no text its blocks have it, or the attachments of a program."""
    return (
        plain(text(message, "text")[: 2 * LONGEST], own)
        or words_of(items(message, "blocks"), own)
        or "\n".join(line for one in _attachments(message) if not _is_share(one) and (line := _of_a_program(one)))
    )


def as_written(message: Json) -> tuple[str, str]:
    """What an edit by its author would change; unfurling a link, a reaction or a reply changes neither."""
    files = ",".join(sorted(text(file, "id") for file in items(message, "files")[:MOST_ATTACHMENTS]))
    return own_words(message), files


def names_somebody(message: Json, people: frozenset[str]) -> bool:
    return bool(people) and (
        mentions(text(message, "text")[: 2 * LONGEST], people) or mentioned_in(items(message, "blocks"), people)
    )


def _attachments(message: Json) -> list[Json]:
    return [inside(one) for one in items(message, "attachments")[:MOST_ATTACHMENTS]]


def _is_share(attachment: Json) -> bool:
    """A message that somebody forwards; a link to one that Slack unfurls later looks alike, and says the same."""
    return flag(attachment, "is_share") or flag(attachment, "is_msg_unfurl")


def _passed_on(message: Json) -> str:
    found = []
    for one in filter(_is_share, _attachments(message)):
        words = plain(text(one, "text")[: 2 * LONGEST]) or _inner_blocks(one) or unescaped(text(one, "fallback")[:LONGEST])
        who = plain(text(one, "author_name") or text(one, "author_subname"))[:100]
        if words:
            found.append(f"Forwarded message of {who or 'somebody'}:\n{words}")
    return "\n\n".join(found)


def _inner_blocks(attachment: Json) -> str:
    """Of a message that had blocks alone."""
    inner = [words_of(items(one, "message", "blocks")) for one in items(attachment, "message_blocks")[:3]]
    return "\n".join(one for one in inner if one) or words_of(items(attachment, "blocks"))


def _of_a_program(attachment: Json) -> str:
    """Slack's older form of what blocks say. One that unfurls a link is no word of the message."""
    if text(attachment, "from_url") or text(attachment, "original_url"):
        return ""
    parts = [plain(text(attachment, name)[:LONGEST]) for name in ("pretext", "title", "text")]
    for field in items(attachment, "fields")[:MOST_FIELDS]:
        title, value = plain(text(field, "title")[:LONGEST]), plain(text(field, "value")[:LONGEST])
        parts.append(f"{title}: {value}" if title and value else title or value)
    said = "\n".join(part for part in parts if part) or words_of(items(attachment, "blocks"))
    return said or unescaped(text(attachment, "fallback")[:LONGEST])

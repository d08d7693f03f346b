"""What is told in Slack, rendered and read."""

from channels.slack.blocks.post import Post
from channels.slack.json_value import items, text
from channels.slack.outgoing.answer import Said, answer
from channels.slack.outgoing.destination import destination_of
from channels.slack.outgoing.letterhead import SlackLetterhead
from channels.slack.outgoing.notices import notice
from channels.slack.outgoing.public import public_of
from channels.slack.presses import Pressed, press_of, read_value
from intake.desk.outbound import Outbound
from intake.domain.notice import NoticeKind
from tests.slack.block_checker import check_message, texts_of
from tests.slack.outgoing import (
    LETTERHEAD,
)

PUBLIC = [kind for kind in NoticeKind if kind.public]
INTERNAL = [kind for kind in NoticeKind if not kind.public]
ENOUGH = {
    "decision": "approved",
    "options": "HD-7 HD-9",
    "words": "the printer\nthe badge",
    "storm": "HD-900",
    "next": "2026-11-23T10:05:00+00:00",
    "starts": "2026-12-01T21:00:00+00:00",
    "ends": "2026-12-01T22:30:00+00:00",
    "time_zone": "Europe/Berlin",
}


def made(outbound: Outbound, letterhead: SlackLetterhead = LETTERHEAD) -> Post:
    where = destination_of(outbound)
    if outbound.reply is not None:
        words = Said(text=outbound.reply.body, resolves=outbound.resolves, files=tuple(one.name for one in outbound.files))
        post = answer(words, public_of(outbound, where, letterhead))
    else:
        post = notice(public_of(outbound, where, letterhead))
    check_message(post.text, post.blocks)
    return post


def read(outbound: Outbound) -> str:
    """All that can be read, notifications too."""
    post = made(outbound)
    return "\n".join([post.text, *texts_of(post.blocks), *links(post)])


def links(post: Post) -> list[str]:
    return [text(element, "url") for block in post.blocks for element in items(block, "elements") if text(element, "url")]


def pressable(post: Post) -> list[tuple[str, Pressed]]:
    found = []
    for block in post.blocks:
        for element in items(block, "elements"):
            for one in [element, *items(element, "options")]:
                press, pressed = press_of(text(element, "action_id")), read_value(text(one, "value"))
                if press is not None and pressed is not None:
                    found.append((press.value, pressed))
    return found

"""Block Kit's parts (docs.slack.dev/reference/block-kit), within their limits."""

from collections.abc import Sequence

from channels.slack.blocks.text import mrkdwn, plain_text
from channels.slack.json_value import Json
from channels.slack.presses import Press, Pressed, to_value

MOST_BLOCKS = 50
MOST_FIELDS = 10
MOST_ELEMENTS = 25
MOST_OPTIONS = 100
_MOST_IN_A_CONTEXT = 10
_HEADER, _FIELD, _BUTTON, _PLACEHOLDER, _OPTION, _ID = 150, 2_000, 75, 150, 75, 255
_TITLE, _CONFIRM, _ANSWER = 100, 300, 30  # of a question before it is done


def header(words: str) -> Json:
    return {"type": "header", "text": plain_text(words, _HEADER)}


def section(text: str, *, accessory: Json | None = None, block_id: str = "") -> Json:
    """`text` is markup."""
    return _named({"type": "section", "text": mrkdwn(text), **({"accessory": accessory} if accessory else {})}, block_id)


def field_section(fields: Sequence[str], *, block_id: str = "") -> Json:
    """Two columns, one on a phone. Each is markup."""
    return _named({"type": "section", "fields": [mrkdwn(one, _FIELD) for one in fields[:MOST_FIELDS]]}, block_id)


def context(*texts: str) -> Json:
    """Small and grey. Each is markup."""
    return {"type": "context", "elements": [mrkdwn(one, _FIELD) for one in texts[:_MOST_IN_A_CONTEXT]]}


def divider() -> Json:
    return {"type": "divider"}


def actions(*elements: Json, block_id: str = "") -> Json:
    return _named({"type": "actions", "elements": list(elements[:MOST_ELEMENTS])}, block_id)


def button(press: Press, words: str, pressed: Pressed, style: str = "", *, mark: str = "", sure: Json | None = None) -> Json:
    """`style` is `primary`, `danger` or none; `mark` tells those of one message apart that are the same Press."""
    made = {"type": "button", "action_id": _action(press, mark), "text": plain_text(words, _BUTTON), "value": to_value(pressed)}
    return {**made, **({"style": style} if style else {}), **({"confirm": sure} if sure else {})}


def link_button(words: str, url: str, *, mark: str = "", style: str = "") -> Json:
    """It only leads somewhere; Slack tells of the press all the same."""
    made = {"type": "button", "action_id": _action(Press.LINK, mark), "text": plain_text(words, _BUTTON), "url": url}
    return {**made, **({"style": style} if style else {})}


def option(words: str, pressed: Pressed) -> Json:
    return {"text": plain_text(words, _OPTION), "value": to_value(pressed)}


def menu(press: Press, words: str, options: Sequence[Json], *, mark: str = "") -> Json:
    """`words` stand there as long as nothing is chosen. A client remembers what was chosen under one `mark`."""
    return {
        "type": "static_select",
        "action_id": _action(press, mark),
        "placeholder": plain_text(words, _PLACEHOLDER),
        "options": list(options[:MOST_OPTIONS]),
    }


def sure(title: str, text: str, yes: str, no: str) -> Json:
    """A question that is asked before a press counts."""
    return {
        "title": plain_text(title, _TITLE),
        "text": plain_text(text, _CONFIRM),
        "confirm": plain_text(yes, _ANSWER),
        "deny": plain_text(no, _ANSWER),
    }


def _action(press: Press, mark: str) -> str:
    return f"{press.value}/{mark}"[:_ID] if mark else press.value


def _named(block: Json, block_id: str) -> Json:
    return {**block, "block_id": block_id[:_ID]} if block_id else block

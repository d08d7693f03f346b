"""Modals: a form, a word instead of one, and what stands there until either is known."""

from collections.abc import Sequence

from channels.slack.blocks.parts import section
from channels.slack.blocks.text import plain_text
from channels.slack.forms.form_words import Said, Words
from channels.slack.forms.private import to_private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import VIEW, Press

_TITLE = 24  # characters of a title, and of what is pressed below


def loading(press: Press, words: Words) -> Json:
    return _modal(words.forms[press].title, words.said, [section(words.said.loading)])


def instead(press: Press, words: Words, says: str) -> Json:
    """`says` is markup. Nothing can be sent off with it."""
    return _modal(words.forms[press].title, words.said, [section(says)])


def form_view(sheet: Sheet, blocks: Sequence[Json], above: str = "") -> Json:
    """`above` is markup: why the form has come back."""
    top = [section(above)] if above else []
    return {
        **_modal(sheet.form.title, sheet.words.said, [*top, *blocks], close=sheet.words.said.cancel),
        "callback_id": f"{VIEW}/{sheet.press.value}",
        "private_metadata": to_private(sheet.private),
        "submit": plain_text(sheet.form.submit, _TITLE),
    }


def _modal(title: str, said: Said, blocks: Sequence[Json], close: str = "") -> Json:
    return {
        "type": "modal",
        "title": plain_text(title, _TITLE),
        "close": plain_text(close or said.close, _TITLE),
        "blocks": list(blocks),
    }

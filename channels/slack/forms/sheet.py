"""A form as it is drawn: its words, its ticket, and what was written in it before it came back."""

from dataclasses import dataclass
from datetime import datetime

from channels.slack.blocks.text import clean, plain_text
from channels.slack.forms.filled import NOTHING, Filled, block_name
from channels.slack.forms.form_words import FormWords, Words
from channels.slack.forms.private import Private
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed_shape import LONGEST_LINE
from intake.domain.story import TicketStory

LONGEST_TEXT = 3_000  # characters that one input takes
_LABEL, _HINT, _OPTION, _SHOWN = 150, 150, 75, 600
MOST_FILES = 10

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`story` is None where the form is about no ticket, and where whoever opens it may not read one."""

    press: Press
    words: Words
    private: Private
    story: TicketStory | None = None
    filled: Filled = NOTHING
    phone: str = ""

    @property
    def form(self) -> FormWords:
        return self.words.forms[self.press]

    @property
    def came_back(self) -> bool:
        return self.private.generation > 0

    def text(self, name: str, *, initial: str = "", optional: bool = False, lines: bool = True) -> Json:
        """Of any length that Slack takes."""
        return self._written(name, LONGEST_TEXT, initial, optional=optional, lines=lines)

    def line(self, name: str, *, initial: str = "", optional: bool = False, lines: bool = True) -> Json:
        """No longer than what the desk takes as a reason."""
        return self._written(name, LONGEST_LINE, initial, optional=optional, lines=lines)

    def choice(self, name: str, choices: Choices, *, initial: str = "", optional: bool = True) -> Json:
        element = self._menu(name) | {"options": [_option(one) for one in choices]}
        return self._input(name, element | self._chosen(name, choices, initial), optional=optional)

    def grouped(self, name: str, groups: tuple[tuple[str, Choices], ...], *, initial: str = "") -> Json:
        listed = [{"label": plain_text(label, _OPTION), "options": [_option(one) for one in of]} for label, of in groups]
        every = tuple(one for _, of in groups for one in of)
        return self._input(
            name, self._menu(name) | {"option_groups": listed} | self._chosen(name, every, initial), optional=True
        )

    def tick(self, name: str) -> Json:
        option = _option((name, self.form.labels[f"{name}_hint"]))
        ticked: Json = {"initial_options": [option]} if self.came_back and self.filled.ticked(name) else {}
        element = {"type": "checkboxes", "action_id": name, "options": [option], **ticked}
        return self._input(name, element, optional=True)

    def moment(self, name: str) -> Json:
        """Shown in the time zone of whoever looks at it."""
        chosen = self._moment(name)
        initial: Json = {"initial_date_time": int(chosen.timestamp())} if chosen is not None else {}
        return self._input(name, {"type": "datetimepicker", "action_id": name, **initial}, optional=True)

    def files(self, name: str) -> Json:
        """Its block keeps its name: what was uploaded stays there when the form comes back."""
        element = {"type": "file_input", "action_id": name, "max_files": MOST_FILES}
        return {**self._input(name, element, optional=True), "block_id": block_name(name, 0)}

    def shown(self, words: str) -> Json:
        """Somebody's words, as they are."""
        return {"type": "section", "text": {"type": "plain_text", "text": _cut(words), "emoji": False}}

    def _written(self, name: str, most: int, initial: str, *, optional: bool, lines: bool) -> Json:
        value = clean(self.filled.text(name) if self.came_back else initial)[:most]
        hint = self.form.labels.get(f"{name}_hint", "")
        element: dict[str, object] = {"type": "plain_text_input", "action_id": name, "multiline": lines, "max_length": most}
        if value.strip():
            element["initial_value"] = value
        if hint:
            element["placeholder"] = plain_text(hint, _HINT)
        return self._input(name, element, optional=optional)

    def _menu(self, name: str) -> dict[str, object]:
        hint = self.form.labels.get(f"{name}_hint", "")
        shown: dict[str, object] = {"placeholder": plain_text(hint, _HINT)} if hint else {}
        return {"type": "static_select", "action_id": name, **shown}

    def _chosen(self, name: str, choices: Choices, initial: str) -> dict[str, object]:
        value = self.filled.choice(name) if self.came_back else initial
        chosen = next((one for one in choices if one[0] == value), None)
        return {"initial_option": _option(chosen)} if chosen is not None else {}

    def _moment(self, name: str) -> datetime | None:
        try:
            return self.filled.moment(name) if self.came_back else None
        except ValueError:
            return None

    def _input(self, name: str, element: Json, *, optional: bool) -> Json:
        return {
            "type": "input",
            "block_id": block_name(name, self.private.generation),
            "label": plain_text(self.form.labels[name], _LABEL),
            "element": dict(element),
            "optional": optional,
        }


def _option(choice: tuple[str, str]) -> Json:
    value, says = choice
    return {"text": plain_text(says, _OPTION), "value": value}


def _cut(words: str) -> str:
    words = clean(words).strip() or "-"
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1].rstrip()}…"

"""The words around forms and presses: `words/en.toml`, `words/de.toml`. Their markup is ours; what people wrote is escaped."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from channels.slack.presses import OPEN_A_FORM, Press
from channels.slack.words.phrases import Phrases, phrases_of, speaks
from intake.domain.errors import ConfigError

_FOLDER = Path(__file__).parent / "words"
_OTHERWISE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`number` stands for a ticket's number (HD-7), `why` for the desk's own reason, which only its people read."""

    desk: str
    loading: str
    cancel: str
    close: str
    staff_only: str
    not_there: str
    away: str
    not_saved: str
    press_not_saved: str
    press_again: str
    open_again: str
    failed: str
    changed: str
    refused: str
    not_done: str
    not_yours: str
    too_late: str
    needed: str
    no_ticket: str
    past: str
    wrong: str
    sorted: str
    sorted_already: str
    closed: str
    goes_on: str
    noted: str
    marked: str
    marked_already: str
    marked_later: str
    command: str
    command_not_saved: str
    resolve_offered: str
    resolve: str
    with_whom: str
    nobody: str
    asked: str
    home_title: str
    home_says: str
    home_new: str
    home_mine: str
    home_none: str
    home_more: str
    home_have: str
    home_have_none: str
    home_line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWords:
    """`labels` by the names of the fields; what stands at one before it is filled in is `<field>_hint`."""

    title: str
    submit: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str
    said: Said
    forms: Mapping[Press, FormWords]
    phrases: Phrases


def words_of(*languages: str) -> Words:
    """Of the first of these tags (de-AT) that there are words in; English where there are none."""
    spoken = next((one for one in languages if one and speaks(one)), _OTHERWISE)
    return _read(spoken.partition("-")[0].lower())


@cache
def _read(language: str) -> Words:
    table: dict[str, object] = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    said = _rows(table, "said", language)
    wanted = {field.name for field in fields(Said)}
    if said.keys() != wanted:
        raise ConfigError(f"{language}.toml, [said]: wrong are {', '.join(sorted(said.keys() ^ wanted))}")
    forms = {press: _form(_rows(table, press.value, language)) for press in OPEN_A_FORM}
    return Words(language=language, said=Said(**said), forms=forms, phrases=phrases_of(language))


def _form(rows: dict[str, str]) -> FormWords:
    labels = {name: says for name, says in rows.items() if name not in ("title", "submit")}
    return FormWords(title=rows["title"], submit=rows["submit"], labels=labels)


def _rows(table: Mapping[str, object], section: str, language: str) -> dict[str, str]:
    rows = table.get(section)
    if not isinstance(rows, dict) or not all(isinstance(says, str) and says for says in rows.values()):
        raise ConfigError(f"{language}.toml: [{section}] must be a section of texts")
    return {str(key): str(says) for key, says in rows.items()}

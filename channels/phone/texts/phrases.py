"""What the desk texts, and what a page says on the phone, in the words of one language: `text_words/*.toml`."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from intake.domain.errors import ConfigError

_FOLDER = Path(__file__).parent / "text_words"
OTHERWISE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPhrases:
    """`{about}` and `{text}` stand where a stranger's words go: they are cut to what is left of two segments."""

    acknowledged: str
    change: str
    question: str
    call_us: str
    paged: str
    storm: str
    which: str
    option: str
    option_about: str
    option_new: str
    urgent: str
    storm_known: str
    storm_update: str
    storm_dissolved: str
    next_update: str
    submitted: str
    approved: str
    scheduled: str
    rescheduled: str
    sent_back: str
    done: str
    backed_out: str
    change_news: str
    incident_wanted: str
    consent_wanted: str
    before: str
    during: str
    after: str
    moved: str
    off: str
    undone: str
    answer: str
    files: str
    solved: str
    page: str
    take: str
    taken: str
    over: str
    over_by: str
    passed: str
    watched: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePhrases:
    """Spoken; what they say is escaped where it lands."""

    greeting: str
    keys: str
    keys_conference: str
    taken: str
    joining: str
    over: str
    not_noted: str
    passed: str
    no_key: str
    wrong_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    text: TextPhrases
    page: PagePhrases


@cache
def languages() -> frozenset[str]:
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


def phrases_of(language: str) -> Phrases:
    """`language` is a BCP 47 tag such as de-AT; English where there are no words in it."""
    primary = language.partition("-")[0].lower()
    return _read(primary if primary in languages() else OTHERWISE)


@cache
def _read(name: str) -> Phrases:
    table: dict[str, object] = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    text, page = _section(table, "text", name), _section(table, "page", name)
    _demand(text, {field.name for field in fields(TextPhrases)}, f"{name}.toml [text]")
    _demand(page, {field.name for field in fields(PagePhrases)}, f"{name}.toml [page]")
    return Phrases(text=TextPhrases(**text), page=PagePhrases(**page))


def _section(table: dict[str, object], section: str, name: str) -> dict[str, str]:
    rows = table.get(section)
    if not isinstance(rows, dict) or not all(isinstance(says, str) and says for says in rows.values()):
        raise ConfigError(f"{name}.toml: [{section}] must be a section of texts")
    return {str(key): str(says) for key, says in rows.items()}


def _demand(rows: dict[str, str], keys: set[str], where: str) -> None:
    if rows.keys() != keys:
        raise ConfigError(f"{where}: wrong are {', '.join(sorted(rows.keys() ^ keys))}")

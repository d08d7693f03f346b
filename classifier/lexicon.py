"""The lexicon: phrases as data, read from lexicon.toml and checked so that a wrong entry is named."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from intake.domain.errors import ConfigError
from intake.domain.label import Category, Kind, Level

SHIPPED = Path(__file__).with_name("lexicon.toml")
CLASS_NAME = re.compile(r"\{([^{}]*)\}")
MAX_GAP = 4  # words that may stand between those of a phrase; more would join strangers
MAX_WORDS = 6
Choice = TypeVar("Choice", bound=StrEnum)


class Axis(StrEnum):
    IMPACT = "impact"
    URGENCY = "urgency"


class Effect(StrEnum):
    """What a cue does to the phrases near it, or to the whole message."""

    NEGATE = "negate"  # what follows did not happen
    HYPOTHETICAL = "hypothetical"  # what follows is supposed or asked about, not reported
    PAST = "past"  # what follows is over; only told apart from a relapse
    ENDED = "ended"  # what follows is no longer so: it can wait
    RESOLVED = "resolved"  # the matter is settled: it can wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that speak for a category. `gap` is how many other words may stand between them."""

    text: str
    category: Category
    weight: float
    gap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """Words that speak for a level of impact or urgency; `kinds` is where they count. The heaviest decides."""

    text: str
    axis: Axis
    level: Level
    weight: float
    gap: int
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that turn others round. `reach` is how many words after it they may stand."""

    text: str
    effect: Effect
    reach: int
    gap: int


Rule = Phrase | Grade | Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """`classes` are the names in braces, each with its members; `fillers` never separate the words of a phrase, `barriers`
    always do; `ordinary` words are never taken for a misspelling; `foreign` ones betray a language that we do not read."""

    rules: tuple[Rule, ...]
    classes: Mapping[str, tuple[str, ...]]
    fillers: frozenset[str]
    barriers: frozenset[str]
    ordinary: frozenset[str]
    foreign: frozenset[str]
    version: str


def load(path: Path = SHIPPED) -> Lexicon:
    """Read a lexicon file. Raises ConfigError that names the entry and the mend."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): reinstall the package or name another file") from error
    return parse(raw, path.name)


def parse(raw: bytes, name: str = "lexicon.toml") -> Lexicon:
    """Raises ConfigError. The version is a short hash of the bytes: the same words, the same version."""
    try:
        table: Mapping[str, object] = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from error
    if unknown := table.keys() - {"classes", "words", "phrase", "impact", "urgency", "cue"}:
        raise ConfigError(f"{name}: unknown table {min(unknown)!r}; mend the spelling or remove it")
    classes = _classes(table.get("classes", {}), name)
    words = _Entry("words", _record(table.get("words", {}), f"{name}: [words]"), f"{name}: [words]")
    words.allows({"fillers", "barriers", "ordinary", "foreign"})
    rules = [*_phrases(table, name), *_grades(table, name), *_cues(table, name)]
    if not rules:
        raise ConfigError(f"{name} holds no [[phrase]]: add one")
    _check_class_names(rules, classes, name)
    return Lexicon(
        rules=tuple(rules),
        classes=classes,
        fillers=frozenset(words.texts("fillers", [])),
        barriers=frozenset(words.texts("barriers", [])),
        ordinary=frozenset(words.texts("ordinary", [])),
        foreign=frozenset(words.texts("foreign", [])),
        version="lexicon-" + sha256(raw).hexdigest()[:10],
    )


class _Entry:
    """One table of the file, which knows how to name itself in a complaint."""

    def __init__(self, table: str, fields: Mapping[str, object], where: str) -> None:
        self.table, self._fields, self._where = table, fields, where

    def allows(self, names: set[str]) -> None:
        if unknown := self._fields.keys() - names:
            raise self.fault(f"unknown key {min(unknown)!r}; it may have {', '.join(sorted(names))}")

    def fault(self, says: str) -> ConfigError:
        return ConfigError(f"{self._where}: {says}")

    def texts(self, key: str, default: list[str] | None = None) -> list[str]:
        value = self._fields.get(key, default)
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or (not items and default is None):
            raise self.fault(f"{key} must be a phrase or a list of phrases")
        found = [item for item in items if isinstance(item, str) and item.strip() and item == item.lower()]
        if len(found) != len(items):
            wrong = next(item for item in items if item not in found)
            raise self.fault(f"{key} {wrong!r} must be lower-case words")
        if long := next((text for text in found if len(text.split()) > MAX_WORDS), None):
            raise self.fault(f"{key} {long!r} has more than {MAX_WORDS} words; shorten it")
        if mute := next((text for text in found if not any(map(str.isalnum, text))), None):
            raise self.fault(f"{key} {mute!r} has no word in it")
        return found

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self._fields.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.fault(f"{key} {value!r} must be a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        value = self._fields.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fault(f"{key} {value!r} must be a whole number from {low} to {high}")
        return value

    def one_of(self, key: str, choices: type[Choice]) -> Choice:
        value = self._fields.get(key)
        if (chosen := next((choice for choice in choices if choice == value), None)) is None:
            raise self.fault(f"{key} {value!r} must be one of {', '.join(choices)}")
        return chosen

    def kinds(self) -> frozenset[Kind]:
        names = self.texts("kinds", [Kind.INCIDENT])
        if wrong := next((name for name in names if name not in set(Kind)), None):
            raise self.fault(f"kinds {wrong!r} must be one of {', '.join(Kind)}")
        return frozenset(map(Kind, names))


def _record(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table of keys and values")
    return {str(key): item for key, item in value.items()}


def _entries(table: Mapping[str, object], kind: str, name: str) -> Iterator[_Entry]:
    rows = table.get(kind, [])
    if not isinstance(rows, list):
        raise ConfigError(f"{name}: write [[{kind}]] with two brackets")
    for place, row in enumerate(rows, start=1):
        fields = _record(row, f"{name}: {kind} {place}")
        text = fields.get("text", "")
        first = text[0] if isinstance(text, list) and text else text
        yield _Entry(kind, fields, f"{name}: {kind} {place} ({first!r})")


def _phrases(table: Mapping[str, object], name: str) -> Iterator[Rule]:
    for entry in _entries(table, "phrase", name):
        entry.allows({"text", "kind", "category", "weight", "gap"})
        category = entry.one_of("category", Category)
        kind = entry.one_of("kind", Kind)
        if kind is not category.kind:
            raise entry.fault(f"kind {kind.value!r} does not hold {category.value!r}; it belongs to {category.kind.value!r}")
        weight, gap = entry.number("weight", 2, 0.1, 9), entry.whole("gap", 1, 0, MAX_GAP)
        for text in entry.texts("text"):
            yield Phrase(text=text, category=category, weight=weight, gap=gap)


def _grades(table: Mapping[str, object], name: str) -> Iterator[Rule]:
    for axis in Axis:
        for entry in _entries(table, axis, name):
            entry.allows({"text", "level", "weight", "gap", "kinds"})
            level = Level(entry.whole("level", 0, 1, 3))
            weight, gap, kinds = entry.number("weight", 1, 0.1, 9), entry.whole("gap", 1, 0, MAX_GAP), entry.kinds()
            for text in entry.texts("text"):
                yield Grade(text=text, axis=axis, level=level, weight=weight, gap=gap, kinds=kinds)


def _cues(table: Mapping[str, object], name: str) -> Iterator[Rule]:
    for entry in _entries(table, "cue", name):
        entry.allows({"text", "effect", "reach", "gap"})
        effect = entry.one_of("effect", Effect)
        reach, gap = entry.whole("reach", 3, 0, 40), entry.whole("gap", 0, 0, MAX_GAP)
        for text in entry.texts("text"):
            yield Cue(text=text, effect=effect, reach=reach, gap=gap)


def _classes(value: object, name: str) -> Mapping[str, tuple[str, ...]]:
    classes = {}
    for key, members in _record(value, f"{name}: [classes]").items():
        entry = _Entry("classes", {key: members}, f"{name}: class")
        classes[key] = tuple(entry.texts(key))
        if nested := next((text for text in classes[key] if "{" in text), None):
            raise entry.fault(f"{key} {nested!r} names another class; write its words out")
    return classes


def _check_class_names(rules: list[Rule], classes: Mapping[str, tuple[str, ...]], name: str) -> None:
    for rule in rules:
        for used in CLASS_NAME.findall(rule.text):
            if used not in classes:
                raise ConfigError(f"{name}: {rule.text!r} names the class {used!r}; add it to [classes] or mend the spelling")

"""What words mean to a help desk, read from concepts.toml and checked so that a wrong entry is named."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from classifier.similarity.letters import WORD, plain
from classifier.vocabulary import stem
from intake.domain.errors import ConfigError

SHIPPED = Path(__file__).with_name("concepts.toml")
SECTIONS = ("subject", "symptom", "reach", "wanted", "negation", "place", "silent")
MOST_WORDS = 5  # of a phrase
LEAST_PART = 4  # letters of a beginning or an end


class Meaning(NamedTuple):
    """One entry of the table: `subject` `vpn`, `symptom` `fails`."""

    section: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """`exact` by written form, `stems` by stem, `phrases` by the stems of two words or more, `begins` and `ends` by parts of
    words; `passing` are subjects that give way to any other; `ranks` are all
    words that are written anywhere, subjects of one word 0 and others 1."""

    exact: Mapping[str, tuple[Meaning, ...]]
    stems: Mapping[str, tuple[Meaning, ...]]
    phrases: Mapping[tuple[str, ...], tuple[Meaning, ...]]
    begins: Mapping[str, tuple[Meaning, ...]]
    ends: Mapping[str, tuple[Meaning, ...]]
    passing: frozenset[str]
    ranks: Mapping[str, int]

    def of_word(self, word: str, stemmed: str) -> tuple[Meaning, ...]:
        """Of one word alone; `word` without accents."""
        found = self.exact.get(word, ()) + self.stems.get(stemmed, ())
        if found or len(word) <= LEAST_PART:
            return found
        for length in range(len(word), LEAST_PART - 1, -1):
            part = self.begins.get(word[:length]) or self.ends.get(word[-length:])
            if part:
                return part
        return ()


def load(path: Path = SHIPPED) -> Concepts:
    """Raises ConfigError that names the entry."""
    try:
        return parse(path.read_bytes(), path.name)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): reinstall the package") from error


def parse(raw: bytes, name: str = SHIPPED.name) -> Concepts:
    try:
        table: Mapping[str, object] = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from error
    if unknown := table.keys() - {*SECTIONS, "along_the_way"}:
        raise ConfigError(f"{name}: unknown table {min(unknown)!r}; it may have {', '.join(SECTIONS)}")
    kinds: dict[str, defaultdict[str, list[Meaning]]] = {kind: defaultdict(list) for kind in ("=", "", "*<", "*>")}
    phrases: defaultdict[tuple[str, ...], list[Meaning]] = defaultdict(list)
    ranks: dict[str, int] = {}
    for meaning, entry in _entries(table, name):
        kind, key = _kind(entry)
        words = [plain(word) for word in WORD.findall(key.lower())]
        if (
            not words
            or len(words) > MOST_WORDS
            or (kind and len(words) > 1)
            or (kind in {"*<", "*>"} and len(key) < LEAST_PART)
        ):
            raise ConfigError(f"{name}: {meaning.section}.{meaning.name} {entry!r} must have one to {MOST_WORDS} words")
        for word in words:
            ranks[word] = min(ranks.get(word, 1), int(meaning.section != SECTIONS[0] or len(words) > 1))
        if len(words) > 1:
            phrases[tuple(map(stem, words))].append(meaning)
        else:
            kinds[kind][words[0] if kind else stem(words[0])].append(meaning)
    return Concepts(
        exact=_frozen(kinds["="]),
        stems=_frozen(kinds[""]),
        phrases={key: tuple(dict.fromkeys(found)) for key, found in phrases.items()},
        begins=_frozen(kinds["*<"]),
        ends=_frozen(kinds["*>"]),
        passing=frozenset(_texts(_record(table.get("along_the_way", {}), name).get("subjects", []), name, "along_the_way")),
        ranks=ranks,
    )


def _kind(entry: str) -> tuple[str, str]:
    if entry.startswith("="):
        return "=", entry[1:]
    if entry.endswith("*"):
        return "*<", entry[:-1]
    if entry.startswith("*"):
        return "*>", entry[1:]
    return "", entry


def _frozen(found: Mapping[str, list[Meaning]]) -> dict[str, tuple[Meaning, ...]]:
    return {key: tuple(dict.fromkeys(meanings)) for key, meanings in found.items()}


def _entries(table: Mapping[str, object], name: str) -> Iterator[tuple[Meaning, str]]:
    for section in SECTIONS:
        for key, entries in _record(table.get(section, {}), f"{name}: [{section}]").items():
            for entry in _texts(entries, name, f"{section}.{key}"):
                yield Meaning(section, key), entry


def _record(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} must be a table of lists")
    return {str(key): item for key, item in value.items()}


def _texts(value: object, name: str, where: str) -> list[str]:
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) != len(value):
        raise ConfigError(f"{name}: {where} must be a list of texts")
    return texts

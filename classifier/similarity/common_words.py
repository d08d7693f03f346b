"""How rare a word is in what people write to help desks. The window is not asked: in a storm its own word is the commonest."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.vocabulary import stem
from intake.domain.errors import ConfigError

SHIPPED = Path(__file__).with_name("common_words.toml")
LEVELS = 6
LEVEL = re.compile(r"level_(\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonWords:
    """`rarity` of stems, 0 (says nothing) to below 1; a stem that is not there has 1. `words` as written."""

    rarity: Mapping[str, float]
    words: frozenset[str]


def load(path: Path = SHIPPED) -> CommonWords:
    """Raises ConfigError."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}): reinstall the package") from error
    rarity: dict[str, float] = {}
    words: set[str] = set()
    for key, value in table.items():
        level = LEVEL.fullmatch(key)
        if level is None or not isinstance(value, str):
            raise ConfigError(f"{path.name}: {key!r} must be level_0 to level_{LEVELS - 1}, a text of words")
        for word in value.split():
            words.add(word)
            stemmed = stem(word)
            rarity[stemmed] = min(rarity.get(stemmed, 1.0), int(level[1]) / LEVELS)
    return CommonWords(rarity=rarity, words=frozenset(words))

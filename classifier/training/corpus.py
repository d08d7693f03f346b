"""The messages that the model learns from: JSON Lines beside their datasheet, all of them written for this project."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from classifier.labelled import LabelledText
from intake.domain.errors import ConfigError
from intake.domain.label import Category, Kind, Level

FOLDER = Path(__file__).parents[1] / "corpus"
WORD = re.compile(r"\w+")
SHINGLE = 3  # words
ALIKE = 0.35  # Jaccard similarity from which two messages count as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`style` names the hand it was written in: `file/style`. Samples of one style are never on both sides of a split."""

    labelled: LabelledText
    style: str


def samples(folder: Path = FOLDER) -> Sequence[Sample]:
    """Raises ConfigError that names the file and the line."""
    return [
        _sample(line, f"{path.name}:{number}", path.stem)
        for path in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
    ]


def _sample(line: str, where: str, file: str) -> Sample:
    try:
        row = cast(dict[str, object], json.loads(line))
        category = None if row["category"] is None else Category(str(row["category"]))
        return Sample(
            labelled=LabelledText(
                text=str(row["text"]),
                kind=category.kind if category else Kind.NONE,
                category=category,
                impact=Level(cast(int, row["impact"])),
                urgency=Level(cast(int, row["urgency"])),
            ),
            style=f"{file}/{row['style']}",
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise ConfigError(f"{where}: not a labelled message ({fault})") from fault


def clusters(texts: Iterable[str]) -> int:
    """How many truly different messages there are: those that share too many shingles count as one."""
    shingled = [_shingles(text) for text in texts]
    places: dict[str, list[int]] = {}
    first = list(range(len(shingled)))
    for place, shingles in enumerate(shingled):
        shared: dict[int, int] = {}
        for shingle in shingles:
            for other in places.setdefault(shingle, []):
                shared[other] = shared.get(other, 0) + 1
            places[shingle].append(place)
        for other, count in shared.items():
            if count / len(shingles | shingled[other]) > ALIKE:
                first[_root(first, place)] = _root(first, other)
    return sum(root == place for place, root in enumerate(first))


def _root(first: list[int], place: int) -> int:
    while first[place] != place:
        place = first[place]
    return place


def _shingles(text: str) -> frozenset[str]:
    words = WORD.findall(text.lower())
    return frozenset(" ".join(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1)))

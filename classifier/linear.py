"""The linear model: one row of small whole numbers for each feature, one column for each question.

All columns of a row are packed into one integer with 32 bits for each, so that adding up a text's features for all
questions at once is one `sum` over a dictionary: no numerics library at run time, and nothing to wait for at start.

The file: a line of JSON, then zlib of the features (one a line) and, behind a NUL, of their codes (a byte for each column,
weight plus 128).
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import sqrt
from operator import mul
from pathlib import Path
from struct import Struct
from typing import NamedTuple, cast

from classifier.features import Units, word_features
from classifier.opinion import CATEGORIES
from intake.domain.errors import ConfigError

SHIPPED = Path(__file__).with_name("model.bin")
BITS = 32
ZERO = 128  # the code of weight 0
LARGEST = 127
FINDING = "@"
REMEMBERED = 20_000  # words, some MB
EXPLAINED = 4_000  # words whose weights are kept unpacked, 2 MB
LARGEST_FILE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the JSON line says. `columns` are the questions; for each the intercept and the size of one step of its weights
    (`steps` for the words, `finding_steps` for the lexicon's findings). The last column of a row is the feature's mass:
    its squared rarity, in steps of `mass_step`."""

    columns: tuple[str, ...]
    intercepts: tuple[float, ...]
    steps: tuple[float, ...]
    finding_steps: tuple[float, ...]
    mass_step: float
    settings: Mapping[str, float]


class Scores(NamedTuple):
    """Of each column, before any link function; `share` is what the weight of a word was multiplied by: the longer the text,
    the smaller."""

    columns: list[float]
    share: float


class Told(NamedTuple):
    """What a word with its pieces says for each column, not yet divided by the length of the text; `least` is the least that it
    says for any category, or 0. `known`: it is told as a whole, not by its pieces alone."""

    columns: Sequence[float]
    least: float
    known: bool


class LinearModel:
    """Safe from any thread."""

    def __init__(self, head: Head, rows: dict[str, int], version: str) -> None:
        self.head, self.version = head, version
        self._rows = rows
        self._unpacked = unpacker(len(head.columns) + 1)
        self._word = lru_cache(maxsize=REMEMBERED)(self._sum_word)
        self.told = lru_cache(maxsize=EXPLAINED)(self._tell)  # of a word
        self.found = lru_cache(maxsize=EXPLAINED)(self._find)  # what a finding says for each column

    def scores(self, units: Units) -> Scores:
        row = self._rows.get
        told = sum(map(self._word, units.words))
        told += sum([row(pair, 0) for pair in units.pairs])
        told += sum([row(lead, 0) for lead in units.leads])
        found = sum([row(finding, 0) for finding in units.findings])
        *weights, mass = self._unpacked(told)
        share = 1 / sqrt(mass * self.head.mass_step) if mass > 0 else 0.0
        *others, _ = self._unpacked(found)
        columns = [
            intercept + weight * step * share + other * finding_step
            for intercept, weight, step, other, finding_step in zip(
                self.head.intercepts, weights, self.head.steps, others, self.head.finding_steps, strict=True
            )
        ]
        return Scores(columns, share)

    def _find(self, finding: str) -> Sequence[float]:
        *columns, _ = self._unpacked(self._rows.get(finding, 0))
        return tuple(map(mul, columns, self.head.finding_steps))

    def knows(self, word: str) -> bool:
        return f"={word}" in self._rows

    def _tell(self, word: str) -> Told:
        *columns, _ = self._unpacked(self._word(word))
        weights = tuple(map(mul, columns, self.head.steps))
        return Told(weights, min(0.0, *weights[: len(CATEGORIES)]), self.knows(word))

    def _sum_word(self, word: str) -> int:
        row = self._rows.get
        return sum([row(feature, 0) for feature in word_features(word)])


def load(path: Path = SHIPPED) -> LinearModel:
    """Raises ConfigError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}): reinstall the package") from error
    return parse(raw, f"{path}: reinstall the package. It")


def parse(raw: bytes, name: str) -> LinearModel:
    """Raises ConfigError: `name` is damaged."""
    try:
        return _parse(raw)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise ConfigError(f"{name} is damaged ({error})") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A feature with its weight for each column; `mass` is its squared rarity, 0 for findings."""

    feature: str
    weights: Sequence[float]
    mass: float


def packed(rows: Sequence[Row], *, intercepts: Sequence[float], columns: Sequence[str], settings: Mapping[str, float]) -> bytes:
    """The file of a model: weights are rounded to 127 steps either way, apart for words and findings."""
    steps = [
        _steps([row.weights for row in rows if row.feature.startswith(FINDING) is findings], columns)
        for findings in (False, True)
    ]
    mass_step = max((row.mass for row in rows), default=0.0) / LARGEST or 1.0
    codes = bytearray()
    for row in rows:
        own = steps[row.feature.startswith(FINDING)]
        codes.extend(ZERO + round(weight / step) for weight, step in zip(row.weights, own, strict=True))
        codes.append(ZERO + round(row.mass / mass_step))
    head = {
        "columns": list(columns),
        "intercepts": [round(value, 6) for value in intercepts],
        "steps": steps[False],
        "finding_steps": steps[True],
        "mass_step": mass_step,
        "settings": dict(settings),
    }
    body = "\n".join(row.feature for row in rows).encode() + b"\0" + bytes(codes)
    return json.dumps(head).encode() + b"\n" + zlib.compress(body, 9)


def _steps(weights: Sequence[Sequence[float]], columns: Sequence[str]) -> list[float]:
    """A little more than the largest weight divided by the steps there are; never 0."""
    largest = [max((abs(row[column]) for row in weights), default=0.0) for column in range(len(columns))]
    return [float(f"{value * 1.0001 / LARGEST:.8g}") or 1.0 for value in largest]


def _parse(raw: bytes) -> LinearModel:
    line, _, packed = raw.partition(b"\n")
    said = cast(Mapping[str, object], json.loads(line))
    head = Head(
        columns=tuple(cast(Sequence[str], said["columns"])),
        intercepts=tuple(cast(Sequence[float], said["intercepts"])),
        steps=tuple(cast(Sequence[float], said["steps"])),
        finding_steps=tuple(cast(Sequence[float], said["finding_steps"])),
        mass_step=float(cast(float, said["mass_step"])),
        settings=cast(Mapping[str, float], said["settings"]),
    )
    unpacker = zlib.decompressobj()
    body = unpacker.decompress(packed, LARGEST_FILE)
    if not unpacker.eof:
        raise ValueError("cut short, or too large")
    names, _, codes = body.partition(b"\0")
    features, width = names.decode().split("\n") if names else [], len(head.columns) + 1
    if len(codes) != len(features) * width:
        raise ValueError("features and weights do not match")
    return LinearModel(head, dict(zip(features, packed_rows(codes, width), strict=True)), sha256(raw).hexdigest()[:10])


def packed_rows(codes: bytes, width: int) -> Iterable[int]:
    size = BITS // 8
    spread = bytearray(len(codes) * size)
    spread[::size] = codes
    step = width * size
    zero = sum(ZERO << (BITS * column) for column in range(width))
    for start in range(0, len(spread), step):
        yield int.from_bytes(spread[start : start + step], "little") - zero


def unpacker(width: int) -> Callable[[int], tuple[int, ...]]:
    """Each column is signed, so a negative one has borrowed from the next: half of what a column holds, added to each and its
    bit turned back, undoes that without a carry."""
    half = sum(1 << (BITS * column + BITS - 1) for column in range(width))
    columns, size = Struct(f"<{width}i"), width * BITS // 8

    def unpacked(packed: int) -> tuple[int, ...]:
        return columns.unpack(((packed + half) ^ half).to_bytes(size, "little"))

    return unpacked

"""What `intake learn` prints as JSON: a public contract, described in docs/shapes.md."""

from typing import TypedDict

from channels.api.shapes import moment
from channels.cli.history_csv import ReadHistory
from intake.domain.correction import Taken
from intake.domain.site_layer import LayerState, SiteLayer


class Layer(TypedDict):
    version: str
    state: LayerState
    in_use: bool
    based_on: str
    made_at: str
    made_by: str
    learnt_from: int
    held_out: int
    before: float
    after: float
    gained: int
    lost: int
    size: int
    state_since: str
    state_by: str


class InUse(TypedDict):
    layer: Layer | None


class Bad(TypedDict):
    line: int
    reason: str


class Imported(TypedDict):
    file: str
    encoding: str
    rows: int
    added: int
    changed: int
    known: int
    twice: int
    bad: list[Bad]
    unused_columns: list[str]
    other_categories: dict[str, int]


def layer(of: SiteLayer, shipped_version: str) -> Layer:
    return {
        "version": of.version,
        "state": of.state,
        "in_use": is_in_use(of, shipped_version),
        "based_on": of.based_on,
        "made_at": moment(of.made_at),
        "made_by": of.made_by,
        "learnt_from": of.figures.learnt_from,
        "held_out": of.figures.held_out,
        "before": of.figures.before,
        "after": of.figures.after,
        "gained": of.figures.gained,
        "lost": of.figures.lost,
        "size": of.size,
        "state_since": moment(of.state_since),
        "state_by": of.state_by,
    }


def in_use(of: SiteLayer | None, shipped_version: str) -> InUse:
    return {"layer": layer(of, shipped_version) if of is not None else None}


def imported(file: str, read: ReadHistory, taken: Taken) -> Imported:
    return {
        "file": file,
        "encoding": read.encoding,
        "rows": read.rows,
        "added": taken.added,
        "changed": taken.changed,
        "known": taken.known,
        "twice": read.twice,
        "bad": [{"line": row.line, "reason": row.reason} for row in read.bad],
        "unused_columns": list(read.unused_columns),
        "other_categories": dict(read.other_categories),
    }


def is_in_use(layer: SiteLayer, shipped_version: str) -> bool:
    """An active layer of another shipped model labels nothing."""
    return layer.state is LayerState.ACTIVE and layer.based_on == shipped_version

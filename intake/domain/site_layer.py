"""What the classifier has learnt at this site: a layer over the shipped model."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LayerState(StrEnum):
    ACTIVE = "active"  # labels what comes in; at most one
    REJECTED = "rejected"  # did not win when it was made
    RETIRED = "retired"  # was active, and was followed by another one or rolled back


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """On `held_out` texts that had not been learnt from: `before` and `after` are the macro-F1 of the kind, by the shipped
    model alone and with what was learnt; `gained` were right only with it, `lost` only without it."""

    learnt_from: int
    held_out: int
    before: float
    after: float
    gained: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLayer:
    """Fresh from the fitting. `based_on` is the version of the shipped model that it belongs to."""

    version: str
    based_on: str
    content: bytes
    figures: Figures
    better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLayer:
    """A kept layer; its content is asked for apart. `made_at` is when its examples were read; `state_by` who or what put it
    into its state, at `state_since`."""

    version: str
    based_on: str
    made_at: datetime
    made_by: str
    size: int
    figures: Figures
    state: LayerState
    state_since: datetime
    state_by: str

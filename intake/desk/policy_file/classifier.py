"""When the desk asks instead of guessing, as the administrator decided: `[classifier]` in desk.toml."""

from dataclasses import dataclass

from intake.desk.policy_file.table import PolicyTable

_NAME = "classifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierPolicy:
    """A label less likely than `ask_below` (0..1; None: as the model ships) is none. With `ask` the requester is asked what it
    is about; without, people at tier 1 find out."""

    ask_below: float | None
    ask: bool


def read_classifier(table: PolicyTable) -> ClassifierPolicy:
    section = table.section(_NAME, ("ask_below", "ask"), may_be_absent=True)
    below, ask = section.get("ask_below"), section.get("ask", True)
    if below is not None and (isinstance(below, bool) or not isinstance(below, int | float) or not 0 <= below <= 1):
        table.fault("ask_below must be a number from 0 (label everything) to 1 (label nothing)", _NAME, "ask_below")
        below = None
    if not isinstance(ask, bool):
        table.fault("ask must be true or false", _NAME, "ask")
    return ClassifierPolicy(ask_below=float(below) if isinstance(below, int | float) else None, ask=ask is True)

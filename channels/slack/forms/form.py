"""What a form is: how it is drawn, and the deed that comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channels.slack.forms.filled import Filled
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.json_value import Json
from channels.slack.presses import Press
from intake.domain.deed import Deed


class FieldFault(ValueError):
    """What stands in a field cannot be: `says` names the words for it (`needed`, `no_ticket`, `past`, `wrong`)."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(f"{field}: {says}")
        self.field = field
        self.says = says


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`draws` its blocks. `deed` of what was filled in raises FieldFault, or ValueError as deeds do. `fields` in their order;
    what is refused without a word about one is shown at the first. `staff`: only they open it, and their deed counts for the
    ticket as they saw it."""

    press: Press
    fields: tuple[str, ...]
    draws: Callable[[Sheet], Sequence[Json]]
    deed: Callable[[Filled, Private], Deed]
    staff: bool = True


def demanded(filled: Filled, name: str) -> str:
    """Raises FieldFault where nothing was written."""
    if not (said := filled.text(name)):
        raise FieldFault(name, "needed")
    return said

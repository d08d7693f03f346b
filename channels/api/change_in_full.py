"""A change with all that is known of it, and what else happens in its window."""

from collections.abc import Sequence
from datetime import datetime

from channels.api import change_records as r
from channels.api import change_shapes
from channels.api.change_waiting import waiting_of
from intake.desk.changes.windows import MOST_LOOKED_AT, conflicts, freezes_in
from intake.desk.policy import Policy
from intake.desk.reading import Reader
from intake.domain.change import ENDED, ChangeStory, Conflict, Stage

TAKES_PLACE = frozenset({Stage.SCHEDULED, Stage.IMPLEMENTING})


def change_in_full(story: ChangeStory, reader: Reader, policy: Policy, now: datetime) -> r.ChangeInFull:
    return {
        **change_shapes.change_story(story),
        "waits_for": [*waiting_of(story, reader, policy, now)()],
        "conflicts": [change_shapes.conflict(each) for each in conflicts_of(story, reader, policy)],
    }


def conflicts_of(story: ChangeStory, reader: Reader, policy: Policy) -> Sequence[Conflict]:
    """Freezes first, then other changes at the same time. None of a change that has ended, or has no window."""
    change = story.line.change
    if change.window is None or change.stage in ENDED:
        return ()
    found = reader.change_windows(change.window, MOST_LOOKED_AT)
    others = [line for line in found if line.change.stage in TAKES_PLACE]
    return [*freezes_in(change.window, change.services, policy), *conflicts(change, change.window, others, policy)]

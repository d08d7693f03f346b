"""What no single row can say about changes and agreements, held by triggers on both databases (`guards.*.sql`).

- A defect fix past draft names its incident, which is one, and stays one: whichever of the two rows is written.
- The work on an emergency begins for a P1 alone.
- Who asked for a change or planned it approves it for no side, and what was decided stays as it was written.
- So do lines of an agreement's book, and no change takes what another one has reserved.

They answer as a check of that name would; `storage.refusals` has the sentences. Whoever updates tickets pays a few
comparisons: the rest is asked only where a label, a merger or a state makes a difference.
"""

from collections.abc import Sequence
from importlib import resources

from sqlalchemy import event
from sqlalchemy.engine import Connection

from storage.agreement_tables import agreement_entries
from storage.change_tables import change_decisions


def statements(text: str) -> Sequence[str]:
    """They stand apart by an empty line."""
    return text.strip().split("\n\n")


agreement_entries.add_is_dependent_on(change_decisions)


@event.listens_for(agreement_entries, "after_create")
def _guard(_table: object, connection: Connection, **_options: object) -> None:
    """With the last of the tables that it is about."""
    guards = resources.files("storage").joinpath(f"guards.{connection.dialect.name}.sql").read_text("utf-8")
    for statement in statements(guards):
        connection.exec_driver_sql(statement)

"""Statements that somebody might send to the database by hand: each fails, or breaks none of the promises of the schema."""

from collections.abc import Sequence

from sqlalchemy import exc, text

from storage.store import SqlStore
from tests.changes.oracle_promises import broken

_AT = "'2026-11-23 09:00:00.000000'"
_WHOLE = (
    f"started_at = {_AT}, ended_at = {_AT}, window_starts = {_AT}, window_ends = '2026-11-24 09:00:00.000000',"
    " window_zone = 'UTC', close_code = 'successful'"
)
_COPIED = (
    "kind, since, author, assessed_by, risk, services, implementation_plan, test_plan, backout_plan, agreement, estimate,"
    " round, asked_at, approve_by, window_starts, window_ends, window_zone, moved, despite, template, implemented_by,"
    " started_at, finished_at, outcome, backed_out, close_code, ended_at, ended_because"
)
_LINE = (
    'insert into agreement_entries (agreement, sequence, predecessor, kind, minutes, "by", at, ticket, from_reserved,'
    " given_back, text, granted_before, reserved_before, spent_before, overdraft_before,"
    " granted_after, reserved_after, spent_after, overdraft_after)"
    " select agreement, sequence + 1, sequence, {what} from agreement_entries e"
    " where sequence = (select max(sequence) from agreement_entries l where l.agreement = e.agreement)"
)
_BEFORE = "granted_after, reserved_after, spent_after, overdraft_after"
_BY = f"'x', {_AT}"
# {one} and {other} are tickets.
STATEMENTS: Sequence[str] = (
    *(
        f"update changes set stage = '{stage}', {_WHOLE} where ticket = {{one}}"
        for stage in ("assessment", "approval", "scheduled", "implementing", "review", "closed")
    ),
    f"update changes set stage = 'closed', {_WHOLE}, cio_approved_by = 'Lee', process_approved_by = 'Lee', author = 'x'",
    f"update changes set stage = 'review', {_WHOLE}, cio_approved_by = 'Lee', process_approved_by = 'Lou'",
    "update changes set cio_approved_by = author, process_approved_by = 'Lou' where ticket = {one}",
    "update changes set process_approved_by = assessed_by where ticket = {one}",
    "update changes set assessed_by = cio_approved_by where ticket = {one}",
    "update changes set author = process_approved_by where ticket = {one}",
    "update changes set cio_approved_by = '' where ticket = {one}",
    "update changes set incident = null where ticket = {one}",
    "update changes set incident = {other} where ticket = {one}",
    "update changes set incident = ticket",
    f"update changes set kind = 'emergency', approve_by = {_AT}, incident = {{other}}, stage = 'implementing', {_WHOLE}",
    f"update changes set kind = 'emergency', approve_by = null, stage = 'review', {_WHOLE} where ticket = {{one}}",
    "update changes set kind = 'normal', template = '' where ticket = {one}",
    "update changes set approve_by = null where ticket = {one}",
    "update changes set ticket = {other} where ticket = {one}",
    "update changes set ticket = {other}, incident = null where ticket = {one}",
    "update tickets set kind = 'enhancement', category = 'defect_fix' where number = {one}",
    "update tickets set category = 'defect_fix'",
    "update tickets set kind = 'service_request', category = 'how_to' where number = {one}",
    "update tickets set kind = 'none', category = null where number = {one}",
    "update tickets set state = 'canceled' where number = {one}",
    "update tickets set merged_into = {other}, state = 'canceled' where number = {one}",
    "update tickets set priority = 'P4' where number = {one}",
    "update tickets set number = number + 100000 where number = {one}",
    "delete from tickets where number = {one}",
    "delete from changes where ticket = {one}",
    f"insert into changes (ticket, incident, stage, cio_approved_by, process_approved_by, {_COPIED})"
    f" select {{one}}, null, 'assessment', '', '', {_COPIED} from changes limit 1",
    f"insert into changes (ticket, incident, stage, cio_approved_by, process_approved_by, {_COPIED})"
    f" select {{one}}, {{other}}, stage, cio_approved_by, process_approved_by, {_COPIED} from changes limit 1",
    "update agreement_entries set minutes = minutes + 60",
    "update agreement_entries set granted_after = granted_after + 60, minutes = minutes + 60 where kind = 'granted'",
    "update agreement_entries set \"by\" = 'somebody else'",
    "delete from agreement_entries where sequence > 1",
    "delete from agreement_entries",
    _LINE.format(
        what=f"'booked', 9999, {_BY}, {{one}}, 0, 0, 'x', {_BEFORE},"
        " granted_after, reserved_after, spent_after + 9999, overdraft_after"
    ),
    _LINE.format(
        what=f"'released', 9999, {_BY}, {{one}}, 0, 0, 'x', {_BEFORE},"
        " granted_after, reserved_after - 9999, spent_after, overdraft_after"
    ),
    _LINE.format(
        what=f"'released', 1, {_BY}, {{one}}, 0, 0, 'x', {_BEFORE},"
        " granted_after, reserved_after - 1, spent_after, overdraft_after"
    ),
    _LINE.format(
        what=f"'amended', -9999, {_BY}, null, 0, 0, 'x', {_BEFORE},"
        " granted_after - 9999, reserved_after, spent_after, overdraft_after"
    ),
    _LINE.format(
        what=f"'amended', 5, {_BY}, null, 0, 0, 'x', granted_after + 60, reserved_after, spent_after, overdraft_after,"
        " granted_after + 65, reserved_after, spent_after, overdraft_after"
    ),
)


def tried(store: SqlStore, statement: str, one: int, other: int) -> Sequence[str]:
    """Which promises it would have broken; it is undone again."""
    with store.engine.connect() as connection:
        transaction = connection.begin()
        try:
            if connection.dialect.name == "postgresql":
                connection.execute(text("set constraints all immediate"))
            connection.execute(text(statement.format(one=one, other=other)))
            return broken(connection, also_desk=False)
        except exc.IntegrityError:  # anything else is a statement that was never tried
            return []
        finally:
            transaction.rollback()

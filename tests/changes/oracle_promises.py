"""What holds at every moment, whoever wrote: asked of the store in plain SQL."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from tests.changes.oracle_rows import rows

_FIT = (
    "exists (select 1 from tickets i where i.number = c.incident and i.kind = 'incident'"
    " and i.merged_into is null and i.state <> 'canceled')"
)
# What the schema itself must hold, against raw SQL as well: each names what is wrong.
SCHEMA: dict[str, str] = {
    "a fix past its draft without an incident": (
        "select c.ticket from changes c join tickets t on t.number = c.ticket where t.category = 'defect_fix'"
        f" and c.stage not in ('draft', 'withdrawn', 'rejected') and not {_FIT}"
    ),
    "carried out without approval": (
        "select ticket from changes where stage in ('implementing', 'review', 'closed')"
        " and (cio_approved_by = '' or process_approved_by = '')"
        " and not (kind = 'standard' and template <> '')"
        " and not (kind = 'emergency' and incident is not null and approve_by is not null)"
    ),
    "scheduled without approval": (
        "select ticket from changes where stage = 'scheduled' and kind <> 'standard'"
        " and (cio_approved_by = '' or process_approved_by = '')"
    ),
    "an emergency that is closed, neither approved nor backed out": (
        "select ticket from changes where stage = 'closed' and kind = 'emergency'"
        " and (cio_approved_by = '' or process_approved_by = '') and close_code <> 'backed_out'"
    ),
    "approved by its author, or by whoever planned it, or twice by one": (
        "select ticket from changes where"
        " (cio_approved_by <> '' and (cio_approved_by) in"
        " ((author), (assessed_by), (process_approved_by)))"
        " or (process_approved_by <> '' and (process_approved_by) in ((author), (assessed_by)))"
    ),
    "approved, and nobody asked": (
        "select ticket from changes where author = '' and (cio_approved_by <> '' or process_approved_by <> '')"
    ),
    "an overdrawn agreement": (
        "select agreement from agreement_entries where granted_after + overdraft_after < reserved_after + spent_after"
    ),
    "a line that does not begin where the line before ended": (
        "select e.agreement from agreement_entries e left join agreement_entries p"
        " on p.agreement = e.agreement and p.sequence = e.sequence - 1"
        " where e.granted_before <> coalesce(p.granted_after, 0) or e.reserved_before <> coalesce(p.reserved_after, 0)"
        " or e.spent_before <> coalesce(p.spent_after, 0) or e.overdraft_before <> coalesce(p.overdraft_after, 0)"
        " or (e.sequence > 1 and p.sequence is null)"
    ),
    "a sum that is not the balance": (
        "select agreement from (select agreement,"
        " sum(case kind when 'granted' then minutes when 'amended' then minutes when 'carried_in' then minutes"
        " when 'carried_out' then -minutes else 0 end) as granted,"
        " sum(case kind when 'reserved' then minutes when 'overdraft' then minutes when 'released' then -minutes"
        " when 'booked' then -from_reserved else 0 end) as reserved,"
        " sum(case kind when 'booked' then minutes else 0 end) as spent,"
        " sum(case kind when 'overdraft' then minutes when 'released' then -given_back else 0 end) as overdraft,"
        " max(sequence) as last, count(*) as many from agreement_entries group by agreement) s"
        " where last <> many or not exists (select 1 from agreement_entries e where e.agreement = s.agreement"
        " and e.sequence = s.last and e.granted_after = s.granted and e.reserved_after = s.reserved"
        " and e.spent_after = s.spent and e.overdraft_after = s.overdraft)"
    ),
    "a change that has less than nothing reserved": (
        "select ticket from agreement_entries where ticket is not null group by agreement, ticket having"
        " sum(case kind when 'reserved' then minutes when 'overdraft' then minutes when 'released' then -minutes"
        " when 'booked' then -from_reserved else 0 end) < 0"
    ),
}
# What the desk sees to on top of it.
DESK: dict[str, str] = {
    "approved by its author, or by whoever planned it, or twice by one, in other capitals": (
        "select ticket from changes where"
        " (cio_approved_by <> '' and lower(cio_approved_by) in"
        " (lower(author), lower(assessed_by), lower(process_approved_by)))"
        " or (process_approved_by <> '' and lower(process_approved_by) in (lower(author), lower(assessed_by)))"
    ),
    "something reserved by a change that has ended": (
        "select e.ticket from agreement_entries e join changes c on c.ticket = e.ticket"
        " where c.stage in ('closed', 'rejected', 'withdrawn') group by e.agreement, e.ticket having"
        " sum(case e.kind when 'reserved' then e.minutes when 'overdraft' then e.minutes when 'released' then -e.minutes"
        " when 'booked' then -e.from_reserved else 0 end) <> 0"
    ),
    "an enhancement without a change": (
        "select number from tickets t where kind = 'enhancement' and state <> 'canceled'"
        " and not exists (select 1 from changes c where c.ticket = t.number)"
    ),
    "a change under way on a ticket that carries none": (
        "select c.ticket from changes c join tickets t on t.number = c.ticket"
        " where t.kind <> 'enhancement' and coalesce(t.category, '') <> 'collateral'"
        " and c.stage not in ('withdrawn', 'rejected')"
    ),
    "a change under way on a ticket that is over": (
        "select c.ticket from changes c join tickets t on t.number = c.ticket"
        " where (t.state = 'canceled' and c.stage not in ('closed', 'rejected', 'withdrawn'))"
        " or (t.state in ('resolved', 'closed') and c.stage not in ('review', 'closed', 'rejected', 'withdrawn'))"
    ),
    "an input without an outcome": (
        "select fault from ledger where outcome not in ('opened', 'appended', 'held', 'applied', 'suppressed')"
    ),
    "an overdraft that no lead allowed": (
        "select agreement from agreement_entries where kind = 'overdraft'"
        " and \"by\" not in ('Lee', 'Lia', 'Lou', 'Lyn', 'Max', 'Rob', 'Ada')"
    ),
    "an incident asked for twice": (
        "select ticket from events where kind = 'incident_wanted' group by ticket having count(*) > 1"
    ),
    "approved by somebody who is no approver": (
        "select ticket from change_decisions where side in ('cio', 'process') and verdict <> 'sent_back'"
        " and \"by\" not in ('Lee', 'Lia', 'Rob', 'Lou', 'Lyn', 'Ada', 'Max', 'Sam', 'Tom', 'LEE')"
    ),
    "decided for a side that is not theirs": (
        "select ticket from change_decisions where verdict <> 'sent_back' and"
        " ((side = 'cio' and \"by\" in ('Lou', 'Lyn', 'Ada')) or (side = 'process' and \"by\" in ('Lee', 'Lia', 'Rob', 'Sam'))"
        " or (\"by\" = 'Sam' and on_behalf_of <> 'Lee') or (\"by\" = 'Tom' and on_behalf_of <> 'Max'))"
    ),
    "a word for colleagues that left the house": (
        "select id from deliveries d where address not like '%@desk.example' and address not like '%@localhost'"
        " and (notice_fields like '%INTERNAL%'"
        " or exists (select 1 from messages m where m.id = d.reply and m.body like '%INTERNAL%'))"
    ),
    "a public message with a word for colleagues": (
        "select id from messages where direction = 'out' and public and body like '%INTERNAL%'"
    ),
}


def broken(connection: Connection, *, also_desk: bool = True) -> Sequence[str]:
    """What does not hold, and of which rows."""
    promises = SCHEMA | DESK if also_desk else SCHEMA
    found = []
    for what, statement in promises.items():
        if bad := rows(connection, statement):
            found.append(f"{what}: {[next(iter(row.values())) for row in bad]}")
    return found

-- A defect fix past draft names its incident.
create trigger tg_changes_incident_inserted after insert on changes
when new.stage not in ('draft', 'withdrawn') and new.incident is null
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_incident') from tickets
    where number = new.ticket and category = 'defect_fix';
end;

create trigger tg_changes_incident_updated after update of ticket, stage, incident on changes
when new.stage not in ('draft', 'withdrawn') and new.incident is null
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_incident') from tickets
    where number = new.ticket and category = 'defect_fix';
end;

create trigger tg_tickets_becomes_fix after update of category on tickets
when new.category = 'defect_fix' and old.category is not 'defect_fix'
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_incident') from changes
    where ticket = new.number and stage not in ('draft', 'withdrawn') and incident is null;
end;

-- What is named is an incident, when it becomes named and when the draft is left.
create trigger tg_changes_names_incident_inserted after insert on changes
when new.incident is not null
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_names_incident')
    where not exists (
        select 1 from tickets
        where number = new.incident and kind = 'incident' and merged_into is null and state <> 'canceled'
    );
end;

create trigger tg_changes_names_incident_updated after update of stage, incident on changes
when new.incident is not null and (
    new.incident is not old.incident
    or (old.stage in ('draft', 'withdrawn', 'rejected') and new.stage not in ('draft', 'withdrawn', 'rejected'))
)
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_names_incident')
    where not exists (
        select 1 from tickets
        where number = new.incident and kind = 'incident' and merged_into is null and state <> 'canceled'
    );
end;

-- It stays one as long as a fix names it that is not rejected or withdrawn.
create trigger tg_tickets_incident_of_fix after update of kind, state, merged_into on tickets
when (old.kind = 'incident' and new.kind <> 'incident')
or (new.merged_into is not null and old.merged_into is null)
or (new.state = 'canceled' and old.state <> 'canceled')
begin
    select raise(abort, 'CHECK constraint failed: ck_tickets_incident_of_fix') from changes
    where incident is not null and incident = new.number and stage not in ('draft', 'withdrawn', 'rejected');
end;

create trigger tg_tickets_incident_deleted before delete on tickets
begin
    select raise(abort, 'CHECK constraint failed: ck_tickets_incident_of_fix') from changes
    where incident is not null and incident = old.number and stage not in ('draft', 'withdrawn', 'rejected');
end;

-- "insert or replace" is an update that no trigger on updates sees.
create trigger tg_tickets_replaced after insert on tickets
when new.kind <> 'incident' or new.category = 'defect_fix' or new.merged_into is not null or new.state = 'canceled'
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_incident') from changes
    where new.category = 'defect_fix' and ticket = new.number and stage not in ('draft', 'withdrawn') and incident is null;
    select raise(abort, 'CHECK constraint failed: ck_tickets_incident_of_fix') from changes
    where incident is not null and incident = new.number and stage not in ('draft', 'withdrawn', 'rejected');
end;

-- The work on an emergency begins for a P1.
create trigger tg_changes_p1_inserted after insert on changes
when new.kind = 'emergency' and new.stage in ('implementing', 'review', 'closed')
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_p1')
    where not exists (select 1 from tickets where number = new.incident and priority = 'P1');
end;

create trigger tg_changes_p1_updated after update of kind, stage on changes
when new.kind = 'emergency' and new.stage in ('implementing', 'review', 'closed')
and (old.kind <> 'emergency' or old.stage not in ('implementing', 'review', 'closed'))
begin
    select raise(abort, 'CHECK constraint failed: ck_changes_p1')
    where not exists (select 1 from tickets where number = new.incident and priority = 'P1');
end;

-- Nobody decides for a side on what they asked for or planned themselves, nor does who stands in for them.
create trigger tg_change_decisions_own after insert on change_decisions
when new.verdict = 'approved' and new.side <> 'product_owner'
begin
    select raise(abort, 'CHECK constraint failed: ck_change_decisions_own') from changes
    where ticket = new.ticket and round = new.round and (
        lower(author) in (lower(new.by), lower(new.on_behalf_of)) and author <> ''
        or lower(assessed_by) in (lower(new.by), lower(new.on_behalf_of)) and assessed_by <> ''
    );
end;

-- What was decided stays as it was written.
create trigger tg_change_decisions_updated before update on change_decisions
begin
    select raise(abort, 'CHECK constraint failed: ck_change_decisions_kept');
end;

create trigger tg_change_decisions_deleted before delete on change_decisions
begin
    select raise(abort, 'CHECK constraint failed: ck_change_decisions_kept');
end;

create trigger tg_change_decisions_replaced before insert on change_decisions
when exists (select 1 from change_decisions where id = new.id) or exists (
    select 1 from change_decisions
    where ticket = new.ticket and round = new.round and side = new.side
    and side <> 'product_owner' and verdict <> 'sent_back' and new.verdict <> 'sent_back'
)
begin
    select raise(abort, 'UNIQUE constraint failed: change_decisions');
end;

-- Lines of the book stay as they were written, also where "insert or replace" would take one away unseen.
create trigger tg_agreement_entries_updated before update on agreement_entries
begin
    select raise(abort, 'CHECK constraint failed: ck_agreement_entries_kept');
end;

create trigger tg_agreement_entries_deleted before delete on agreement_entries
begin
    select raise(abort, 'CHECK constraint failed: ck_agreement_entries_kept');
end;

create trigger tg_agreement_entries_replaced before insert on agreement_entries
when exists (select 1 from agreement_entries where agreement = new.agreement and sequence = new.sequence)
begin
    select raise(abort, 'UNIQUE constraint failed: agreement_entries.agreement, agreement_entries.sequence');
end;

-- Also for who has not asked SQLite to keep to foreign keys: each line begins where the one before it ended.
create trigger tg_agreement_entries_follows after insert on agreement_entries
when new.sequence > 1
begin
    select raise(abort, 'FOREIGN KEY constraint failed')
    where not exists (
        select 1 from agreement_entries
        where agreement = new.agreement and sequence = new.predecessor
        and granted_after = new.granted_before and reserved_after = new.reserved_before
        and spent_after = new.spent_before and overdraft_after = new.overdraft_before
    );
end;

-- A change uses up what it has reserved itself, before anything else, and gives back its overdraft first.
create trigger tg_agreement_entries_own after insert on agreement_entries
when new.kind in ('released', 'booked')
begin
    select raise(abort, 'CHECK constraint failed: ck_agreement_entries_own')
    from (
        select
            sum(case when kind in ('reserved', 'overdraft') then minutes when kind = 'released' then -minutes
                else -from_reserved end) as reserved,
            sum(case when kind = 'overdraft' then minutes else -given_back end) as overdraft
        from agreement_entries
        where ticket is not null and ticket = new.ticket and agreement = new.agreement
    )
    where reserved < 0 or overdraft < 0
    or (new.kind = 'released' and new.given_back < new.minutes and overdraft > 0)
    or (new.kind = 'booked' and new.from_reserved < new.minutes and reserved > 0);
end;

-- The row that a decision rests on is locked first and read anew by the next statement: of two at once each would otherwise
-- see the other's old one.
-- A defect fix past draft names its incident; what is named is one, when it becomes named and when the draft is left.
create function changes_and_incidents() returns trigger language plpgsql as $$
begin
    if new.stage not in ('draft', 'withdrawn') and new.incident is null then
        perform 1 from tickets where number = new.ticket for share;
        perform 1 from tickets where number = new.ticket and category = 'defect_fix';
        if found then
            raise exception using errcode = 'check_violation', table = 'changes', constraint = 'ck_changes_incident',
                message = 'violates check constraint ck_changes_incident';
        end if;
    end if;
    if new.incident is null then
        return null;
    end if;
    if tg_op = 'UPDATE' then
        if new.incident is not distinct from old.incident and not (
            old.stage in ('draft', 'withdrawn', 'rejected') and new.stage not in ('draft', 'withdrawn', 'rejected')
        ) then
            return null;
        end if;
    end if;
    perform 1 from tickets where number = new.incident for share;
    perform 1 from tickets
    where number = new.incident and kind = 'incident' and merged_into is null and state <> 'canceled';
    if not found then
        raise exception using errcode = 'check_violation', table = 'changes', constraint = 'ck_changes_names_incident',
            message = 'violates check constraint ck_changes_names_incident';
    end if;
    return null;
end $$;

create trigger tg_changes_incident after insert or update of ticket, stage, incident on changes
for each row execute function changes_and_incidents();

create function tickets_becoming_fixes() returns trigger language plpgsql as $$
begin
    perform 1 from changes where ticket = new.number and stage not in ('draft', 'withdrawn') and incident is null;
    if found then
        raise exception using errcode = 'check_violation', table = 'changes', constraint = 'ck_changes_incident',
            message = 'violates check constraint ck_changes_incident';
    end if;
    return null;
end $$;

create trigger tg_tickets_becomes_fix after update of category on tickets
for each row when (new.category = 'defect_fix' and old.category is distinct from 'defect_fix')
execute function tickets_becoming_fixes();

-- It stays one as long as a fix names it that is not rejected or withdrawn.
create function tickets_with_fixes() returns trigger language plpgsql as $$
begin
    perform 1 from changes
    where incident is not null and incident = new.number and stage not in ('draft', 'withdrawn', 'rejected');
    if found then
        raise exception using errcode = 'check_violation', table = 'tickets', constraint = 'ck_tickets_incident_of_fix',
            message = 'violates check constraint ck_tickets_incident_of_fix';
    end if;
    return null;
end $$;

create trigger tg_tickets_incident_of_fix after update of kind, state, merged_into on tickets
for each row when (
    (old.kind = 'incident' and new.kind <> 'incident')
    or (new.merged_into is not null and old.merged_into is null)
    or (new.state = 'canceled' and old.state <> 'canceled')
) execute function tickets_with_fixes();

-- The work on an emergency begins for a P1.
create function changes_and_p1() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.kind = 'emergency' and old.stage in ('implementing', 'review', 'closed') then
            return null;
        end if;
    end if;
    perform 1 from tickets where number = new.incident for share;
    perform 1 from tickets where number = new.incident and priority = 'P1';
    if not found then
        raise exception using errcode = 'check_violation', table = 'changes', constraint = 'ck_changes_p1',
            message = 'violates check constraint ck_changes_p1';
    end if;
    return null;
end $$;

create trigger tg_changes_p1 after insert or update of kind, stage on changes
for each row when (new.kind = 'emergency' and new.stage in ('implementing', 'review', 'closed'))
execute function changes_and_p1();

-- Nobody decides for a side on what they asked for or planned themselves, nor does who stands in for them.
create function change_decisions_own() returns trigger language plpgsql as $$
begin
    perform 1 from changes where ticket = new.ticket for share;
    perform 1 from changes
    where ticket = new.ticket and round = new.round and (
        lower(author) in (lower(new."by"), lower(new.on_behalf_of)) and author <> ''
        or lower(assessed_by) in (lower(new."by"), lower(new.on_behalf_of)) and assessed_by <> ''
    );
    if found then
        raise exception using errcode = 'check_violation', table = 'change_decisions',
            constraint = 'ck_change_decisions_own', message = 'violates check constraint ck_change_decisions_own';
    end if;
    return null;
end $$;

create trigger tg_change_decisions_own after insert on change_decisions
for each row when (new.verdict = 'approved' and new.side <> 'product_owner') execute function change_decisions_own();

-- What was decided, and lines of the book, stay as they were written.
create function rows_kept() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'check_violation', table = tg_table_name, constraint = 'ck_' || tg_table_name || '_kept',
        message = 'violates check constraint ck_' || tg_table_name || '_kept';
end $$;

create trigger tg_change_decisions_kept before update or delete on change_decisions
for each row execute function rows_kept();

create trigger tg_change_decisions_truncated before truncate on change_decisions
for each statement execute function rows_kept();

create trigger tg_agreement_entries_kept before update or delete on agreement_entries
for each row execute function rows_kept();

create trigger tg_agreement_entries_truncated before truncate on agreement_entries
for each statement execute function rows_kept();

-- A change uses up what it has reserved itself, before anything else, and gives back its overdraft first.
create function agreement_entries_own() returns trigger language plpgsql as $$
declare
    reserved bigint;
    overdraft bigint;
begin
    select
        sum(case when kind in ('reserved', 'overdraft') then minutes when kind = 'released' then -minutes
            else -from_reserved end),
        sum(case when kind = 'overdraft' then minutes else -given_back end)
    into reserved, overdraft
    from agreement_entries
    where ticket is not null and ticket = new.ticket and agreement = new.agreement;
    if reserved < 0 or overdraft < 0
        or (new.kind = 'released' and new.given_back < new.minutes and overdraft > 0)
        or (new.kind = 'booked' and new.from_reserved < new.minutes and reserved > 0)
    then
        raise exception using errcode = 'check_violation', table = 'agreement_entries',
            constraint = 'ck_agreement_entries_own', message = 'violates check constraint ck_agreement_entries_own';
    end if;
    return null;
end $$;

create trigger tg_agreement_entries_own after insert on agreement_entries
for each row when (new.kind in ('released', 'booked')) execute function agreement_entries_own();

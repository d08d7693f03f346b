"""The process holds where nobody asks the desk: whoever writes SQL by hand is refused as well."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import exc

from intake.domain.change import Stage
from intake.domain.errors import PolicyViolation
from intake.domain.label import Category, Kind
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.harness.patience import wait_until
from tests.storage.by_hand import AT, done, refused, refused_in_a_shell
from tests.storage.change_examples import A_DRAFT, A_FIX, A_REQUEST, AN_INCIDENT, APPROVED, carry, fix
from tests.storage.examples import A_TICKET, NOW, open_ticket

LIVE = [stage for stage in Stage if stage not in {Stage.DRAFT, Stage.WITHDRAWN}]
WHOLE = replace(APPROVED, started_at=NOW, finished_at=NOW, ended_at=NOW)  # enough for any stage


def whole(store: SqlStore, stage: Stage, on: int, incident: int | None) -> None:
    with store.begin() as books:
        carry(books, replace(WHOLE, stage=Stage.DRAFT, incident=incident), on)
    code = ", close_code = 'successful'" if stage is Stage.CLOSED else ""
    done(store, f"update changes set stage = '{stage.value}'{code} where ticket = {on}")


@pytest.mark.parametrize("stage", LIVE)
def test_no_fix_without_an_incident_leaves_its_draft(store: SqlStore, stage: Stage) -> None:
    with store.begin() as books:
        number = open_ticket(books, A_FIX)
    with pytest.raises(exc.IntegrityError, match="ck_changes_incident"):
        whole(store, stage, number, None)
    refused(
        store,
        "ck_changes_incident",
        f"update changes set stage = '{stage.value}', close_code = 'successful' where ticket = {number}",
    )


@pytest.mark.parametrize("stage", LIVE)
def test_no_fix_is_inserted_past_its_draft_without_an_incident(store: SqlStore, stage: Stage) -> None:
    with store.begin() as books:
        number, other = open_ticket(books, A_FIX), open_ticket(books, A_FIX)
        carry(books, replace(WHOLE, stage=Stage.DRAFT), other)
    code = "'successful'" if stage is Stage.CLOSED else "null"
    columns = ", ".join(column for column in _columns(store) if column not in {"ticket", "stage", "close_code"})
    refused(
        store,
        "ck_changes_incident",
        f"insert into changes (ticket, stage, close_code, {columns})"
        f" select {number}, '{stage.value}', {code}, {columns} from changes where ticket = {other}",
    )


def _columns(store: SqlStore) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.exec_driver_sql("select * from changes").keys())


@pytest.mark.parametrize("stage", LIVE)
def test_no_incident_is_taken_away_from_a_fix(store: SqlStore, stage: Stage) -> None:
    with store.begin() as books:
        number, incident = open_ticket(books, A_FIX), open_ticket(books, AN_INCIDENT)
    whole(store, stage, number, incident)
    refused(store, "ck_changes_incident", "update changes set incident = null")


@pytest.mark.parametrize("stage", LIVE)
def test_no_change_without_incident_becomes_a_fix(store: SqlStore, stage: Stage) -> None:
    with store.begin() as books:
        number = open_ticket(books, A_REQUEST)
    whole(store, stage, number, None)
    refused(store, "ck_changes_incident", f"update tickets set category = 'defect_fix' where number = {number}")
    done(store, f"update tickets set category = 'how_to', kind = 'service_request' where number = {number}")


def test_a_draft_and_what_was_withdrawn_may_become_a_fix(store: SqlStore) -> None:
    with store.begin() as books:
        draft, withdrawn = carry(books), carry(books, replace(A_DRAFT, stage=Stage.WITHDRAWN, ended_at=NOW))
    for number in (draft, withdrawn):
        done(store, f"update tickets set category = 'defect_fix' where number = {number}")


UNFIT = {
    "is none": replace(A_TICKET, kind=Kind.SERVICE_REQUEST, category=Category.HOW_TO),
    "is canceled": replace(A_TICKET, state=State.CANCELED),
}


@pytest.mark.parametrize("it", list(UNFIT))
def test_a_fix_cannot_name_an_incident_that(store: SqlStore, it: str) -> None:
    number, incident = fix(store, Stage.DRAFT)
    with store.begin() as books:
        unfit = open_ticket(books, UNFIT[it])
    refused(store, "ck_changes_names_incident", f"update changes set incident = {unfit}")
    with pytest.raises(PolicyViolation, match="neither merged nor canceled"), store.begin() as books:
        carry(books, replace(A_DRAFT, incident=unfit))
    done(
        store,
        f"update tickets set kind = '{UNFIT[it].kind.value}', state = '{UNFIT[it].state.value}' where number = {incident}",
    )
    refused(store, "ck_changes_names_incident", f"update changes set stage = 'assessment' where ticket = {number}")


def test_a_fix_cannot_name_an_incident_that_was_merged(store: SqlStore) -> None:
    number, incident = fix(store, Stage.DRAFT)
    with store.begin() as books:
        other = open_ticket(books, AN_INCIDENT)
    done(store, f"update tickets set merged_into = {other} where number = {incident}")
    refused(store, "ck_changes_names_incident", f"update changes set stage = 'assessment' where ticket = {number}")
    done(store, f"update changes set incident = {other}, stage = 'assessment' where ticket = {number}")
    refused(store, "ck_changes_names_incident", f"update changes set incident = {incident}")


LOST = ["kind = 'service_request'", "kind = 'none', category = null", "state = 'canceled'", "merged_into = {other}"]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("stage", [Stage.ASSESSMENT, Stage.APPROVAL])
def test_an_incident_stays_one_while_a_fix_names_it(store: SqlStore, lost: str, stage: Stage) -> None:
    number, incident = fix(store, stage)
    becomes = lost.format(other=number)
    refused(store, "ck_tickets_incident_of_fix", f"update tickets set {becomes} where number = {incident}")
    done(store, f"update tickets set state = 'closed', priority = 'P4', category = 'data_problem' where number = {incident}")
    done(store, f"update changes set stage = 'withdrawn', ended_at = {AT}")
    done(store, f"update tickets set {becomes} where number = {incident}")


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REJECTED])
def test_an_incident_of_a_fix_that_is_not_under_way_is_free(store: SqlStore, stage: Stage) -> None:
    number, incident = fix(store, stage)
    done(store, f"update tickets set merged_into = {number}, state = 'canceled' where number = {incident}")
    if stage is Stage.REJECTED:
        refused(store, "ck_changes_names_incident", f"update changes set stage = 'assessment' where ticket = {number}")


def test_what_is_named_cannot_be_deleted(store: SqlStore) -> None:
    number, incident = fix(store)
    refused(store, "FOREIGN KEY|fk_changes", f"delete from tickets where number = {number}")
    refused_in_a_shell(store, "fk_changes|ck_tickets_incident_of_fix", f"delete from tickets where number = {incident}")


def test_the_desk_is_told_in_words(store: SqlStore) -> None:
    _, incident = fix(store)
    with store.begin() as books:
        ticket = books.tickets.get(incident)
        assert ticket is not None
        with pytest.raises(PolicyViolation, match="A fix names this incident"), books.savepoint():
            books.tickets.save(replace(ticket, state=State.CANCELED))
    with store.begin() as books:
        assert books.tickets.get(incident) == ticket


def test_replacing_a_row_whole_goes_no_way_round(store: SqlStore) -> None:
    """SQLite's "insert or replace" deletes without telling a trigger on deletes."""
    if store.engine.dialect.name != "sqlite":
        return
    _, incident = fix(store)
    with store.begin() as books:
        request = open_ticket(books, A_REQUEST)
        carry(books, replace(A_DRAFT, stage=Stage.ASSESSMENT), request)
    replaced = "insert or replace into tickets ({0}, {1}) select {0}, {2} from tickets where number = {3}"
    with store.engine.connect() as connection:
        names = list(connection.exec_driver_sql("select * from tickets").keys())

    def without(column: str) -> str:
        return ", ".join(name for name in names if name != column)

    refused(store, "ck_tickets_incident_of_fix", replaced.format(without("state"), "state", "'canceled'", incident))
    refused(store, "ck_changes_incident", replaced.format(without("category"), "category", "'defect_fix'", request))
    columns = _columns(store)
    without_incident = ", ".join("null" if name == "incident" else name for name in columns)
    refused(
        store,
        "ck_changes_incident",
        f"insert or replace into changes ({', '.join(columns)})"
        f" select {without_incident} from changes where incident = {incident}",
    )


def _at_once(store: SqlStore, first: str, second: str, why: str) -> None:
    """The first has written and not committed when the second begins: that waits, and is refused."""
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"

    def is_waiting() -> bool:
        with store.engine.connect() as connection:
            return bool(connection.exec_driver_sql(waiting).scalar_one()) or pending.done()

    with ThreadPoolExecutor(1) as pool, store.engine.connect() as connection:
        transaction = connection.begin()
        assert connection.exec_driver_sql(first).rowcount == 1
        pending = pool.submit(refused, store, why, second)
        wait_until(is_waiting, "the second waits for the first")
        transaction.commit()
        pending.result()


@pytest.mark.parametrize("names_first", [False, True])
@pytest.mark.parametrize("lost", ["state = 'canceled'", "kind = 'service_request'", "merged_into = {other}"])
def test_naming_an_incident_and_losing_it_cannot_both_happen_at_once(store: SqlStore, lost: str, *, names_first: bool) -> None:
    """Each would otherwise see the other's old row. On SQLite there is one writer."""
    if store.engine.dialect.name == "sqlite":
        return
    number, incident = fix(store, Stage.DRAFT)
    names = f"update changes set stage = 'assessment' where ticket = {number}"
    loses = f"update tickets set {lost.format(other=number)} where number = {incident}"
    if names_first:
        _at_once(store, names, loses, "ck_tickets_incident_of_fix")
    else:
        _at_once(store, loses, names, "ck_changes_names_incident")


@pytest.mark.parametrize("submits_first", [False, True])
def test_leaving_the_draft_and_becoming_a_fix_cannot_both_happen_at_once(store: SqlStore, *, submits_first: bool) -> None:
    if store.engine.dialect.name == "sqlite":
        return
    with store.begin() as books:
        number = carry(books)
    submits = f"update changes set stage = 'assessment' where ticket = {number}"
    relabels = f"update tickets set category = 'defect_fix' where number = {number}"
    first, second = (submits, relabels) if submits_first else (relabels, submits)
    _at_once(store, first, second, "ck_changes_incident")

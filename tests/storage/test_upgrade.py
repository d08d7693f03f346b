"""A store of the first release, with a ticket that was really worked on, goes on under this one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from intake.desk.policy_file.whole import read_policy
from intake.desk.reading import TicketFilter
from intake.domain.change import Change, ChangeKind, Stage
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AcknowledgePage
from intake.domain.delivery import DeliveryState
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.page import RunState
from intake.domain.ticket import State
from storage.migrate import HEAD, ready_embedded, upgrade, version_of
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk
from tests.harness.postgres import Postgres
from tests.storage.examples import LATER, NOW, mail, name_of

AT = "'2026-11-23 09:00:00.123456'"
ANN = Address(kind=AddressKind.EMAIL, value="ann@x.example", name="Ann")
# What `intake` 0.1.0 wrote for one mail and the team's notice about it, in its own columns.
WRITTEN_BEFORE = (
    f"insert into contacts (id, name, since) values (1, 'Ann', {AT})",
    "insert into contact_addresses (kind, value, name, contact) values ('email', 'ann@x.example', 'Ann', 1)",
    "insert into tickets (number, kind, category, impact, urgency, priority, state, on_hold_reason, tier, assignment_group,"
    " assigned_to, contact_type, caller, short_description, opened_at, updated_at, parent, label_version, confidence, policy,"
    " revision) values (1001, 'incident', 'unavailable', 1, 2, 'P2', 'in_progress', '', 1, 'support', 'bob', 'email', 1,"
    f" 'The printer is on fire', {AT}, {AT}, null, 'lexicon 1', 0.5, 'abc', 3)",
    "insert into ledger (id, channel, external_id, received_at, sha256, size, envelope, outcome, reason, ticket, fault,"
    f" replays) values (2, 'email', 'm1@x', {AT}, 'aa', 3, '{{}}', 'opened', '', 1001, '', 0)",
    "insert into messages (id, ticket, direction, channel, author_kind, author, author_name, subject, body, full_body, at,"
    f" public, held, ledger) values (3, 1001, 'in', 'email', 'email', 'ann@x.example', 'Ann', 'Fire', 'It burns', 'It burns',"
    f" {AT}, true, false, 2), (4, 1001, 'in', 'email', null, null, null, '', 'Me too', 'Me too', {AT}, false, true, null)",
    "insert into attachments (message, position, name, content_type, size, sha256, inline, content_id) values"
    " (3, 0, 'fire.png', 'image/png', 3, 'bb', false, '')",
    "insert into events (id, ticket, kind, at, actor, reason, evidence, data) values"
    f" (5, 1001, 'opened', {AT}, 'ann@x.example', 'by email', '[]', '{{}}'),"
    f" (6, 1001, 'taken', {AT}, 'bob', 'took it', '[]', '{{}}')",
    "insert into threads (channel, kind, value, ticket) values ('email', 'message_id', 'm1@x', 1001)",
    "insert into mirrors (id, ticket, channel, address, ref) values (7, 1001, 'slack', 'C1', 'ts')",
    "insert into deliveries (id, ticket, channel, address, state, rank, due_at, created_at, notice, notice_fields, reply,"
    " mirror, group_key, coalesce_key, attempts, error, sent_ref, sent_at, claimed_by, lease_until) values (8, 1001, 'email',"
    f" 'team@x.example', 'sent', 1, {AT}, {AT}, 'arrival', '{{}}', null, null, '', '', 1, '', 'ref', {AT}, '', null)",
    "insert into timers (id, ticket, kind, due_at, step, state, claimed_by, lease_until) values"
    f" (9, 1001, 'page_unanswered', {AT}, 1, 'running', '', null)",
)
COUNTED = {
    "sqlite": ("insert into counters (name, value) values ('row', 9), ('ticket', 1001)",),
    "postgresql": ("select nextval('row_ids')", "select nextval('ticket_numbers')"),
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """As the first release left it."""
    server: Postgres | None = request.getfixturevalue("pg_server") if request.param == "postgresql" else None
    url = server.empty_database() if server else f"sqlite:///{tmp_path / 'desk.db'}"
    store = SqlStore(url)
    upgrade(store.engine, "0001")
    with store.engine.begin() as connection:
        for sha256, content in (("aa", b"raw"), ("bb", b"png")):
            connection.execute(text("insert into blobs values (:sha256, 3, :content)"), {"sha256": sha256, "content": content})
        for statement in (*WRITTEN_BEFORE, *COUNTED[request.param]):
            connection.execute(text(statement.replace(":", r"\:")))
    yield store
    store.close()
    if server:
        server.drop(url)


@pytest.fixture
def upgraded(old_store: SqlStore) -> SqlStore:
    assert version_of(old_store.engine) == "0001"
    upgrade(old_store.engine)
    assert version_of(old_store.engine) == HEAD
    return old_store


def test_an_old_ticket_tells_its_story(upgraded: SqlStore) -> None:
    with upgraded.looking() as reader:
        story = reader.story(1001)
        lines = reader.tickets(TicketFilter(assigned_to="bob", states=[State.IN_PROGRESS]), limit=9)
        entry, file = reader.entry(2), reader.attachment(3, 0)
        assert entry is not None
        assert file is not None
        assert (reader.raw(entry), file[1]) == (b"raw", b"png")
    assert story is not None
    assert list(lines) == [story.line]
    ticket = story.line.ticket
    assert (story.line.caller, ticket.revision, ticket.opened_at) == ("ann@x.example", 3, NOW)
    assert (ticket.merged_into, ticket.final_response, ticket.resolved_at, ticket.on_hold_until) == (None, None, None, None)
    assert [(said.id, said.author, said.held, said.rejected) for said in story.messages] == [
        (3, ANN, False, False),
        (4, None, True, False),
    ]
    assert [(event.id, event.kind, event.changes) for event in story.events] == [
        (5, EventKind.OPENED, ()),
        (6, EventKind.TAKEN, ()),
    ]
    assert [(delivery.id, delivery.state) for delivery in story.deliveries] == [(8, DeliveryState.SENT)]
    assert (story.notes, story.links, story.merged, story.watchers) == ((), (), (), ())


def test_an_old_ticket_can_be_worked_on(upgraded: SqlStore) -> None:
    home = mail("home@x.example")
    with upgraded.begin() as books:
        ticket = books.tickets.get(1001)
        assert ticket is not None
        other = replace(ticket, number=books.tickets.next_number())
        books.tickets.add(other)
        books.tickets.save(replace(ticket, state=State.CANCELED, merged_into=other.number, closed_at=LATER))
        books.tickets.judge_message(4, public=False, held=False, rejected=True)
        books.tickets.move_message(3, other.number)
        books.contacts.link(home, 1)
        assert books.next_id() > 9
        assert books.outbox.told_since("team@x.example", LATER, 9).last == NOW
        (timer,) = books.timers.claim(now=NOW, until=LATER, replica="one", limit=9)
        assert (timer.id, timer.delivery) == (9, None)
        assert list(books.tickets.merged_into(other.number)) == [1001]
        whole = books.contacts.get(1)
        assert whole is not None
        assert whole.addresses == (ANN, home)


def test_a_ticket_that_waits_for_an_answer_to_its_page_goes_on_waiting(upgraded: SqlStore) -> None:
    """Its ladder is the one of desk.toml as it is now, from the step to which the old desk had come."""
    desk = AtTheDesk(store=upgraded, policy=read_policy(None), senders=(Channel.EMAIL,))
    desk.clock.now = LATER
    (paging,) = desk.story(1001).pagings
    assert (paging.run.id, paging.run.state, paging.run.made, paging.run.ladder) == (9, RunState.RUNNING, 1, None)
    desk.fires_what_is_due()
    (paging,) = desk.story(1001).pagings
    assert [(page.step, page.address) for page in paging.pages] == [(2, "cio@localhost")]
    assert paging.run.ladder == desk.policy.ladders[0]
    desk.does(AcknowledgePage(), "bob", ticket=1001)
    assert desk.story(1001).pagings[0].run.state is RunState.ACKNOWLEDGED


def test_an_old_page_can_be_acknowledged_before_it_climbs(upgraded: SqlStore) -> None:
    desk = AtTheDesk(store=upgraded, policy=read_policy(None), senders=(Channel.EMAIL,))
    desk.does(AcknowledgePage(), "bob", ticket=1001)
    desk.clock.now = LATER
    desk.fires_what_is_due()
    (paging,) = desk.story(1001).pagings
    assert (paging.run.state, paging.pages) == (RunState.ACKNOWLEDGED, ())


def test_an_old_timer_of_a_ticket_that_is_over_wakes_nobody(old_store: SqlStore) -> None:
    with old_store.engine.begin() as connection:
        connection.execute(text("update tickets set state = 'closed'"))
    upgrade(old_store.engine)
    with old_store.begin() as books:
        assert list(books.timers.claim(now=LATER, until=LATER, replica="one", limit=9)) == []
        assert list(books.ladders.of(1001)) == []


def test_an_old_request_for_a_change_is_a_draft_and_one_that_is_over_stays_over(old_store: SqlStore) -> None:
    with old_store.engine.begin() as connection:
        connection.execute(text("update tickets set kind = 'enhancement', category = 'defect_fix'"))
        columns = ", ".join(
            column["name"] for column in inspect(connection).get_columns("tickets") if column["name"] != "number"
        )
        connection.execute(text(f"insert into tickets (number, {columns}) select 1002, {columns} from tickets"))
        connection.execute(text("update tickets set state = 'closed' where number = 1002"))
    upgrade(old_store.engine)
    with old_store.begin() as books:
        assert books.changes.get(1001) == Change(ticket=1001, kind=ChangeKind.NORMAL, stage=Stage.DRAFT, since=NOW)
        assert books.changes.get(1002) is None
        with pytest.raises(PolicyViolation, match="needs its incident"):
            books.changes.save(Change(ticket=1001, kind=ChangeKind.NORMAL, stage=Stage.ASSESSMENT, since=NOW))


def test_a_page_of_an_older_desk_is_taken_by_no_text(old_store: SqlStore) -> None:
    upgrade(old_store.engine, "0008")
    with old_store.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into pages (id, run, ticket, step, repetition, channel, address, team, agent, delivery, at)"
            f" values (20, 9, 1001, 1, 1, 'sms', '+4915112345678', 'cio', '', null, {AT})"
        )
    upgrade(old_store.engine)
    with old_store.looking() as reader:
        assert [(page.address, page.code) for page in reader.pagings(1001)[0].pages] == [("+4915112345678", "")]
    with old_store.begin() as books:
        assert books.texts.page_coded("+4915112345678", "") is None


def test_an_old_card_goes_on_showing_its_ticket_and_nothing_of_chats_is_known(upgraded: SqlStore) -> None:
    with upgraded.begin() as books:
        (mirror,) = books.mirrors.of(1001)
        assert (mirror.id, mirror.ref, mirror.over) == (7, "ts", False)
        assert books.chat.person_with("ann@x.example") is None
        assert list(books.installations.living()) == []
        assert books.texts.heard_last("U1", NOW, Channel.SLACK) is None


def test_an_old_name_leads_to_its_ticket_though_to_no_message(upgraded: SqlStore) -> None:
    with upgraded.begin() as books:
        assert books.threads.bound([name_of("m1@x")]) == {name_of("m1@x"): 1001}
        assert list(books.threads.names(3)) == []
        receipt = books.ledger.receipt_for(Channel.EMAIL, "m1@x")
    assert receipt is not None
    assert receipt.ticket == 1001


def test_an_upgrade_leaves_every_reference_whole(upgraded: SqlStore) -> None:
    if upgraded.engine.dialect.name == "sqlite":
        with upgraded.engine.connect() as connection:
            assert connection.execute(text("pragma foreign_key_check")).all() == []
            assert connection.execute(text("pragma integrity_check")).scalars().all() == ["ok"]


def test_an_upgrade_that_fails_half_way_changes_nothing(old_store: SqlStore) -> None:
    with old_store.engine.begin() as connection:
        connection.execute(text("create table watchers (in_the_way integer)"))
    with pytest.raises(Exception, match="watchers"):
        upgrade(old_store.engine)
    assert version_of(old_store.engine) == "0001"
    assert "merged_into" not in {column["name"] for column in inspect(old_store.engine).get_columns("tickets")}


def test_an_embedded_store_keeps_a_copy_of_what_it_was(old_store: SqlStore, tmp_path: Path) -> None:
    if old_store.engine.dialect.name != "sqlite":
        return
    copy = ready_embedded(old_store.engine, tmp_path / "backups", NOW)
    assert copy is not None
    kept = SqlStore(f"sqlite:///{copy}")
    assert version_of(kept.engine) == "0001"
    with kept.engine.connect() as connection:
        assert connection.execute(text("select count(*) from events")).scalar_one() == 2
    kept.close()

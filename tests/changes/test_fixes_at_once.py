"""Several at once about one incident: one of two wins, whichever is first. And incidents that stand for a storm."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from intake.desk.signed_names import reply_tag
from intake.domain import deed as d
from intake.domain.action import Action
from intake.domain.change import CloseCode, Stage
from intake.domain.channel import Channel
from intake.domain.deed import Deed
from intake.domain.label import Category
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome
from intake.domain.ticket import State, spoken
from storage.store import SqlStore
from tests.changes.change_desk import FIX, PLAN, ChangeDesk, policy
from tests.changes.stages import BROKEN
from tests.desk.at_the_desk import KEYS, mail
from tests.desk.test_at_once import all_at_once, entered
from tests.storms.stormy_desk import StormyDesk
from tests.storms.stormy_desk import policy as stormy_policy

PAIRS = 8
PEOPLE = """
[[agent]]
name = "Cleo"
teams = ["cio"]
mail = "cleo@desk.example"

[[agent]]
name = "Lee"
teams = ["cio_leads"]
role = "lead"

[[agent]]
name = "Lou"
teams = ["process_leads"]
role = "lead"
"""


@pytest.fixture
def on_postgresql(pg_database: str) -> Iterator[ChangeDesk]:
    store = SqlStore(pg_database)
    yield ChangeDesk(store=store, policy=policy())
    store.close()


LOSSES: list[Callable[[ChangeDesk], Deed]] = [
    lambda _: d.Cancel(reason="a mistake"),
    lambda desk: d.Merge(into=desk.breaks(BROKEN)),
    lambda _: d.Relabel(category=Category.HOW_TO),
]


@pytest.mark.postgres
@pytest.mark.parametrize("loss", LOSSES)
def test_an_incident_is_lost_or_its_fix_is_handed_in_and_never_both(
    on_postgresql: ChangeDesk, loss: Callable[[ChangeDesk], Deed]
) -> None:
    desk = on_postgresql
    incidents = [desk.breaks(BROKEN) for _ in range(PAIRS)]
    fixes = [desk.opens(FIX, f"Mend HD-{incident}.") for incident in incidents]
    deeds = [(ticket, d.SubmitChange()) for ticket in fixes] + [(ticket, loss(desk)) for ticket in incidents]
    receipts = all_at_once(desk, deeds)
    for fix, incident, handed_in, lost in zip(fixes, incidents, receipts[:PAIRS], receipts[PAIRS:], strict=True):
        assert {handed_in.outcome, lost.outcome} == {Outcome.APPLIED, Outcome.SUPPRESSED}
        is_incident = desk.ticket(incident).category is BROKEN.category and desk.ticket(incident).state is not State.CANCELED
        assert (desk.change(fix).stage is Stage.ASSESSMENT) is is_incident


@pytest.mark.postgres
def test_two_who_hand_in_and_cross_their_incidents_do_not_wait_for_each_other(on_postgresql: ChangeDesk) -> None:
    """Each names what the other one mends; the locks are taken in one order."""
    desk = on_postgresql
    first, second = desk.breaks(BROKEN), desk.breaks(BROKEN)
    fixes = [desk.opens(FIX, f"Mend HD-{first}."), desk.opens(FIX, f"Mend HD-{second}.")]
    deeds: list[tuple[int, Deed]] = [
        (fixes[0], d.PlanChange(incident=second)),
        (fixes[1], d.PlanChange(incident=first)),
        *((fix, d.SubmitChange()) for fix in fixes),
        (first, d.Merge(into=second)),
    ]
    all_at_once(desk, deeds)
    for fix in fixes:
        change = desk.change(fix)
        if change.stage is not Stage.DRAFT:
            assert change.incident is not None
            assert desk.ticket(change.incident).merged_into is None


def test_what_stands_for_a_storm_is_mended_and_answered_for_all(store: SqlStore) -> None:
    desk = StormyDesk(store=store, policy=stormy_policy(PEOPLE))
    reports = desk.many_report(3)
    parent = desk.parent

    def do(deed: Deed, ticket: int, by: str = "root") -> str:
        agent = desk.policy.agents.get(by)
        receipt = desk.does(deed, agent.principal if agent else by, ticket=ticket)
        assert receipt.outcome is Outcome.APPLIED, receipt.reason
        return receipt.reason

    do(d.ConfirmStorm(), parent)
    fix = int(do(d.OpenFix(text="The firewall drops it."), parent).rpartition("HD-")[2])
    do(PLAN, fix)
    do(d.SubmitChange(), fix)
    dissolved = desk.does(d.DissolveStorm(reason="three loose cables"), "root", ticket=parent)
    assert (dissolved.outcome, spoken(fix) in dissolved.reason) == (Outcome.SUPPRESSED, True)
    assert {desk.ticket(number).parent for number in reports} == {parent}
    do(d.RequestApproval(), fix, "Cleo")
    do(d.ApproveChange(), fix, "Lee")
    do(d.ApproveChange(), fix, "Lou")
    starts = desk.clock().replace(hour=20)
    do(d.ScheduleChange(starts=starts, ends=starts.replace(hour=22)), fix)
    desk.clock.now = starts
    do(d.ImplementChange(), fix)
    do(d.CompleteChange(text="the rule is back"), fix)
    do(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="The VPN connects again."), fix)
    do(d.ResolveAsProposed(), parent)
    assert [len(desk.answers_to(who)) for who in ("p1", "p2", "p3")] == [1, 1, 1]


def test_a_storm_whose_fix_came_to_nothing_is_dissolved(store: SqlStore) -> None:
    desk = StormyDesk(store=store, policy=stormy_policy(PEOPLE))
    desk.many_report(3)
    for deed in (d.ConfirmStorm(), d.OpenFix(text="The firewall drops it.")):
        assert desk.does(deed, "root", ticket=desk.parent).outcome is Outcome.APPLIED
    assert desk.does(d.DissolveStorm(reason="loose cables"), "root", ticket=desk.parent).outcome is Outcome.APPLIED


@pytest.mark.postgres
def test_an_answer_that_names_the_incident_and_a_merge_across_it_both_end_well(on_postgresql: ChangeDesk) -> None:
    """The answer holds the fix and wants the incident, the merge has them the other way round."""
    desk = on_postgresql
    incidents = [desk.breaks(BROKEN) for _ in range(PAIRS)]
    fixes = [desk.opens(FIX, "The report loses a column.") for _ in incidents]
    start = Barrier(2 * PAIRS, timeout=10)

    def answer(place: int) -> Outcome:
        ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, fixes[place]))
        said = mail(f"It is HD-{incidents[place]}.", answers=(ref,), received_at=desk.clock(), external_id=f"answer {place}")
        incoming = replace(desk, _count=5_000 + place).understood(said)
        start.wait()
        return entered(desk, incoming).outcome

    def merge(place: int) -> Outcome:
        action = Action(
            channel=Channel.API,
            external_id=f"merge {place}",
            received_at=desk.clock(),
            deed=d.Merge(into=incidents[place]),
            by=Principal(name="root", role=Role.ADMIN),
            ticket=fixes[place],
        )
        incoming = replace(desk, _count=6_000 + place).understood(action)
        start.wait()
        return entered(desk, incoming).outcome

    with ThreadPoolExecutor(2 * PAIRS) as pool:
        answers = [pool.submit(answer, place) for place in range(PAIRS)]
        merges = [pool.submit(merge, place) for place in range(PAIRS)]
        assert {one.result() for one in answers} == {Outcome.APPENDED}
        assert {one.result() for one in merges} == {Outcome.APPLIED}
    for fix, incident in zip(fixes, incidents, strict=True):
        assert desk.ticket(fix).merged_into == incident
        assert desk.change(fix).stage is Stage.WITHDRAWN

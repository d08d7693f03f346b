"""Two sites may have the same trouble at the same time: each has its own major incident."""

import pytest

from storage.store import SqlStore
from tests.storms.stormy_desk import StormyDesk, policy

SITES = '\n[[site]]\nname = "Lyon"\nimpact = 2\n\n[[site]]\nname = "Porto"\nimpact = 2\n'
TROUBLE = "The printers do not print, the queue is stuck"


@pytest.fixture
def sites(store: SqlStore) -> StormyDesk:
    return StormyDesk(store=store, policy=policy(SITES))


def test_a_report_from_elsewhere_does_not_join_by_way_of_one_that_names_no_place(sites: StormyDesk) -> None:
    for number, place in enumerate((" in Lyon", "", " in Lyon")):
        sites.reports(f"p{number}", TROUBLE + place)
    from_porto = sites.reports("porto", f"{TROUBLE} in Porto")
    assert from_porto not in {member.ticket for member in sites.members()}


def test_a_report_that_names_no_place_joins_those_that_do(sites: StormyDesk) -> None:
    for number in range(3):
        sites.reports(f"p{number}", f"{TROUBLE} in Lyon")
    somewhere = sites.reports("somewhere", TROUBLE)
    assert somewhere in {member.ticket for member in sites.members()}


def test_two_sites_make_two_storms_and_who_names_none_does_not_join_them_together(sites: StormyDesk) -> None:
    sites.reports("l1", f"{TROUBLE} in Lyon")
    sites.reports("o1", f"{TROUBLE} in Porto")
    nowhere = sites.reports("n", TROUBLE)
    for number in (2, 3):
        sites.reports(f"l{number}", f"{TROUBLE} in Lyon")
        sites.reports(f"o{number}", f"{TROUBLE} in Porto")
    parents = [storm.parent for storm in sites.storms]
    assert len(parents) == 2
    callers = [[sites.story(member.ticket).line.caller for member in sites.members(parent)] for parent in parents]
    of_each = [{caller[0] for caller in of_one} - {"n"} for of_one in callers]
    assert sorted(map(sorted, of_each)) == [["l"], ["o"]]
    assert [nowhere in {member.ticket for member in sites.members(parent)} for parent in parents].count(True) == 1


def test_where_somebody_works_is_not_where_it_burns(sites: StormyDesk) -> None:
    for number, place in enumerate(("Lyon", "Porto", "Lyon")):
        sites.reports(f"p{number}", f"{TROUBLE}\n-- \nAnn Example\nPlant {place}")
    assert len(sites.members()) == 3

"""However much came while nobody looked, the next report costs no more than others."""

from tests.storms.stormy_desk import StormyDesk


def test_whether_tens_of_thousands_of_tickets_are_in_storms_can_be_asked_at_once(desk: StormyDesk) -> None:
    tickets = desk.many_report(3)
    with desk.store.begin() as books:
        found = books.storms.memberships(range(100_000))
    assert sorted(member.ticket for member, _ in found) == tickets


def test_a_replica_that_had_nothing_to_do_for_long_takes_up_the_last_reports_alone(desk: StormyDesk) -> None:
    tickets = desk.many_report(5)
    with desk.store.begin() as books:
        assert [seen.number for seen in books.storms.after(0, tickets[:1], 2)] == [tickets[4], tickets[3]]

"""`intake replay`."""

from intake.domain.receipt import Outcome
from tests.cli.at_the_prompt import Desk, Prompt, broken, mail


def quarantined(desk: Desk, name: str = "m1@customer.example") -> str:
    receipt = desk.receives(mail(name=name), parser=broken)
    assert receipt.outcome is Outcome.QUARANTINED
    return str(receipt.id)


def test_after_the_mend_a_quarantined_mail_opens_its_ticket(desk: Desk, intake: Prompt) -> None:
    entry = quarantined(desk)
    ran = intake("replay", entry)
    assert (ran.code, ran.out) == (0, f"{entry} opened HD-1001\n")
    ticket = intake("tickets", "--json").record
    assert ticket["caller"] == "ann@customer.example"
    now = intake("ledger", entry, "--json").record
    assert (now["outcome"], now["ticket"], now["replays"], now["fault"]) == ("opened", "HD-1001", 1, None)


def test_a_second_replay_changes_nothing(desk: Desk, intake: Prompt) -> None:
    entry = quarantined(desk)
    intake("replay", entry)
    again = intake("replay", entry)
    assert (again.code, again.out) == (0, f"{entry} was not in quarantine: opened HD-1001\n")
    assert len(intake("tickets", "--json").records) == 1


def test_what_still_fails_stays_in_quarantine_and_the_exit_code_says_so(desk: Desk, intake: Prompt) -> None:
    entry = str(desk.receives(b"\r\n").id)
    ran = intake("replay", entry, "--json")
    assert ran.code == 1
    assert (ran.record["id"], ran.record["outcome"], ran.record["ticket"]) == (int(entry), "quarantined", None)


def test_an_unknown_id_does_not_keep_the_others_from_running(desk: Desk, intake: Prompt) -> None:
    entry = quarantined(desk)
    ran = intake("replay", "9999", entry, "--json")
    assert ran.code == 1
    unknown, opened = ran.records
    assert unknown["id"] == 9999
    assert "no ledger entry 9999" in str(unknown["error"])
    assert opened["outcome"] == "opened"


def test_all_of_them_oldest_first(desk: Desk, intake: Prompt) -> None:
    first, second = quarantined(desk, "one@customer.example"), quarantined(desk, "two@customer.example")
    ran = intake("replay", "--all")
    assert ran.code == 0
    assert ran.out == f"{first} opened HD-1001\n{second} opened HD-1002\n2 of 2 went through.\n"
    assert intake("replay", "--all").out == "Nothing is in quarantine.\n"


def test_a_mail_that_came_again_meanwhile_is_no_second_ticket(desk: Desk, intake: Prompt) -> None:
    entry = quarantined(desk)
    first = desk.receives(mail())
    ran = intake("replay", entry, "--json")
    assert ran.code == 0
    assert ran.record["outcome"] == "suppressed"
    assert f"ledger {first.id}" in str(ran.record["reason"])
    assert len(intake("tickets", "--json").records) == 1


def test_replay_wants_to_know_what(desk: Desk, intake: Prompt) -> None:
    assert intake("replay").code == 2
    assert intake("replay", "1", "--all").code == 2

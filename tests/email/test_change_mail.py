"""Letters about changes: what outsiders hear of one, and what those who decide on it are told."""

import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from intake.desk.changes.window_told import window_fields
from intake.desk.outbound import About, Outbound
from intake.domain.change import Announcement, Change, ChangeKind, Phase, Risk, Stage, Window
from intake.domain.label import Category, Kind
from intake.domain.notice import NoticeKind
from tests.email.outgoing import ANN, LINKED, MONDAY, PLAIN, TICKET, acknowledgement, as_read, body, html, notices, said, told
from tests.email.test_team_mail import TRUSTING
from tests.email.test_templates import EVIL, Tags, german

MARK = "INTERNAL"
LEE = "lee@desk.example"
WISH = replace(TICKET, kind=Kind.ENHANCEMENT, category=Category.CHANGE_REQUEST, short_description="A wider report")
EVENING = datetime(2026, 12, 8, 21, 0, tzinfo=UTC)
WINDOW = Window(starts=EVENING, ends=EVENING + timedelta(hours=4), time_zone="Europe/Berlin")
WHEN = "Tuesday 8 December 2026, 22:00, to Wednesday 9 December 2026, 02:00, Berlin time (CET)"
CHANGE = Change(
    ticket=1042,
    kind=ChangeKind.NORMAL,
    stage=Stage.APPROVAL,
    since=MONDAY,
    author=f"Cleo {MARK}",
    assessed_by=f"Cora {MARK}",
    risk=Risk.HIGH,
    services=(f"Reports {MARK}",),
    implementation_plan=f"Add it, {MARK}",
    backout_plan=f"Drop it, {MARK}",
    agreement="ACME 2026",
    estimate=390,
    cio_approved_by=f"Lee {MARK}",
    despite=f"because {MARK}",
    window=WINDOW,
)
DECISIONS = {
    "submitted": "we look at what it takes",
    "approved": "your change is approved",
    "scheduled": "Your change has a date",
    "rescheduled": "Your change has another date",
    "sent_back": "We look at your change once more",
    "done": "Your change is done",
    "backed_out": "we have undone it again",
}


def about(outbound: Outbound, change: Change = CHANGE, announcement: Announcement | None = None) -> Outbound:
    """As the desk hands it over: with the change as it is."""
    heard = told(outbound, "Please make the report wider.\n\nAnn").asked
    return replace(outbound, about=(About(asked=heard, change=change, announcement=announcement),))


def decided(decision: str, window: Window | None = None, **fields: str) -> Outbound:
    given = {"decision": decision, "subject": "A wider report", **window_fields(window), **fields}
    return about(notices((WISH, NoticeKind.CHANGE_DECIDED, given), address=ANN))


def approval(**fields: str) -> Outbound:
    given = {"agent": "Lee", "side": "cio", **fields}
    return about(notices((WISH, NoticeKind.APPROVAL_WANTED, given), address=LEE))


def consent(**fields: str) -> Outbound:
    return about(notices((WISH, NoticeKind.CONSENT_WANTED, fields), address="olga@acme.example"))


def announced(phase: Phase = Phase.BEFORE, text: str = "The reports are away for an evening.", **fields: str) -> Outbound:
    words = Announcement(ticket=1042, position=1, phase=phase, text=text)
    given = {"announcement": "1", **window_fields(WINDOW), **fields}
    return about(notices((WISH, NoticeKind.ANNOUNCEMENT, given), address="all@acme.example"), announcement=words)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("decision", "says"), DECISIONS.items())
def test_whoever_asked_for_a_change_hears_each_decision_in_a_plain_sentence(decision: str, says: str) -> None:
    text = body(decided(decision), LINKED)
    assert says in flat(text)
    assert "What happens next" in text
    assert f"{LINKED.public_url}/t/" in text
    assert as_read(decided(decision))["Subject"].startswith("[HD-1042] ")


def test_a_decision_that_the_letter_has_no_words_for_is_news_all_the_same() -> None:
    assert "There is news of your change." in body(decided("something else"))


@pytest.mark.parametrize("decision", ["scheduled", "rescheduled"])
def test_a_window_is_told_in_the_time_of_its_own_place(decision: str) -> None:
    made = decided(decision, WINDOW)
    assert WHEN in flat(body(made))
    assert WHEN in flat(html(made))
    assert "Dienstag, 8. Dezember 2026, 22:00 Uhr, bis Mittwoch, 9. Dezember 2026, 02:00 Uhr, Ortszeit Berlin (CET)" in flat(
        body(made, german(PLAIN))
    )


@pytest.mark.parametrize(
    ("window", "says"),
    [
        (replace(WINDOW, ends=EVENING + timedelta(minutes=90)), "Tuesday 8 December 2026, 22:00 to 23:30, Berlin time (CET)"),
        (replace(WINDOW, time_zone="UTC"), "Tuesday 8 December 2026, 21:00, to Wednesday 9 December 2026, 01:00, UTC"),
        (replace(WINDOW, time_zone="America/Sao_Paulo"), "Tuesday 8 December 2026, 18:00 to 22:00, Sao Paulo time (UTC-03)"),
        (replace(WINDOW, time_zone="No/Where"), "21:00, to Wednesday 9 December 2026, 01:00, UTC"),
        (
            Window(
                starts=datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
                ends=datetime(2026, 10, 25, 3, 0, tzinfo=UTC),
                time_zone="Europe/Berlin",
            ),
            "Sunday 25 October 2026, 00:00 CEST to 04:00, Berlin time (CET)",
        ),
    ],
)
def test_days_clocks_and_zones_are_those_of_the_place(window: Window, says: str) -> None:
    assert says in flat(body(decided("scheduled", window)))


def test_the_window_that_was_told_is_told_though_the_change_has_moved_since() -> None:
    moved = replace(CHANGE, window=replace(WINDOW, starts=EVENING + timedelta(days=7), ends=EVENING + timedelta(days=8)))
    assert "8 December" in body(replace(decided("scheduled", WINDOW), about=(About(change=moved),)))


def test_a_fix_without_its_incident_is_asked_for_one() -> None:
    text = flat(body(notices((WISH, NoticeKind.INCIDENT_WANTED, {"subject": "The report is empty"}), address=ANN)))
    assert "which incident is it about?" in text
    assert "such as HD-7" in text
    assert "write when it happened" in text


def test_an_acknowledgement_of_a_change_says_how_it_goes_on() -> None:
    text = flat(body(acknowledgement(WISH)))
    assert "looks at what it takes. Then both teams that answer for it decide. You hear each decision by mail" in text
    assert "goes on to the team that can" not in text
    assert "both teams" not in body(acknowledgement())


def test_a_product_owner_sees_the_request_the_effort_the_window_and_a_link() -> None:
    text = flat(body(consent(), LINKED))
    for says in ("Please make the report wider.", "6 h 30 min, of the agreement ACME 2026", WHEN, f"{LINKED.public_url}/c/"):
        assert says in text
    assert "Still open" in as_read(consent(reminder="yes"))["Subject"]
    assert "Answer this mail: a person reads it." in flat(body(consent(), PLAIN))


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (announced(), "This concerns you"),
        (announced(Phase.DURING), "begins now"),
        (announced(Phase.AFTER), "is over"),
        (announced(moved="yes"), "at another time"),
        (announced(off="yes"), "does not take place"),
        (announced(backed_out="yes"), "was undone again"),
    ],
)
def test_those_concerned_hear_what_happens_and_when(made: Outbound, says: str) -> None:
    for text in (flat(body(made)), flat(html(made))):
        assert says in text
        assert WHEN in text
        assert "The reports are away for an evening." in text
        assert "/t/" not in text


@pytest.mark.parametrize("made", [announced(moved="yes"), announced(off="yes"), announced(backed_out="yes")])
def test_a_correction_says_what_had_been_announced_as_such(made: Outbound) -> None:
    assert "What we had told you\n> The reports are away for an evening." in body(made)


def test_whoever_may_approve_gets_a_link_that_is_theirs_and_what_they_must_know() -> None:
    text = flat(body(approval(), LINKED))
    for says in ("high", "Reports", "6 h 30 min, of the agreement ACME 2026", "Please make the report wider.", WHEN, "Cleo"):
        assert says in text
    assert text.count(f"{LINKED.public_url}/c/") == 1
    assert "intake change show HD-1042" in text
    assert as_read(approval(reminder="yes"))["Subject"].startswith("Reminder: ")


def test_an_emergency_says_until_when_it_is_to_be_approved() -> None:
    emergency = replace(CHANGE, kind=ChangeKind.EMERGENCY, stage=Stage.IMPLEMENTING, approve_by=EVENING)
    made = replace(approval(afterwards="yes"), about=(About(change=emergency),))
    assert "was begun, and is to be approved afterwards" in flat(body(made))
    assert "Due: Tuesday 8 December 2026, 21:00 UTC" in flat(body(made))


def test_an_answer_to_a_request_for_approval_is_a_note_and_never_goes_to_whoever_asked() -> None:
    mail = as_read(approval(), TRUSTING)
    assert mail["Reply-To"] == TRUSTING.note_address(WISH)
    assert "An answer to this mail decides nothing. It is a note for colleagues." in said("plain", mail)


def test_a_team_hears_of_a_request_for_approval_without_a_link() -> None:
    made = notices((WISH, NoticeKind.APPROVAL_WANTED, {"side": "cio"}), address="cio-leads@localhost")
    assert "A change waits for approval" in body(made, LINKED)
    assert "/c/" not in body(made, LINKED) + html(made, LINKED)


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        (NoticeKind.APPROVAL_OVERDUE, {"why": "CIO did not"}, ("An emergency change is not approved", "CIO did not")),
        (NoticeKind.CHANGE_NEWS, {"why": "both sides approved", "by": "Lee"}, ("News of the change", "both sides approved")),
        (
            NoticeKind.AGREEMENT_LOW,
            {"agreement": "ACME 2026", "why": "80 % is used"},
            ("ACME 2026 is nearly used up", "intake agreement show 'ACME 2026'"),
        ),
        (
            NoticeKind.RESPONSE_PROPOSED,
            {"fix": "HD-1050", "text": "The report is complete again."},
            ("HD-1050 is done: answer HD-1042?", "> The report is complete again.", "intake resolve-as-proposed HD-1042"),
        ),
    ],
)
def test_the_desks_own_people_hear_what_to_do(kind: NoticeKind, fields: dict[str, str], says: tuple[str, ...]) -> None:
    alone, digest = notices((WISH, kind, fields)), notices((WISH, kind, fields), (TICKET, NoticeKind.ARRIVAL, {}))
    for word in says:
        assert word in body(alone)
    assert says[0] in body(digest)


OUTSIDE = [
    *(decided(decision, WINDOW, why=f"said {MARK}") for decision in DECISIONS),
    about(notices((WISH, NoticeKind.INCIDENT_WANTED, {"why": MARK}), address=ANN)),
    consent(why=MARK),
    *(announced(phase, why=MARK) for phase in Phase),
    announced(off="yes", why=f"because {MARK}"),
    announced(moved="yes", why=f"because {MARK}"),
]


@pytest.mark.parametrize("made", OUTSIDE)
def test_nothing_that_is_for_colleagues_is_in_a_letter_to_outsiders(made: Outbound) -> None:
    for letterhead in (LINKED, german(LINKED)):
        mail = as_read(made, letterhead)
        assert MARK not in str(mail) + said("plain", mail) + said("html", mail)


@pytest.mark.parametrize(
    "made",
    [
        decided("scheduled", WINDOW, subject=EVIL),
        announced(text=EVIL),
        announced(text=EVIL, off="yes"),
        replace(consent(), about=(About(change=replace(CHANGE, agreement=EVIL)),)),
        replace(approval(), about=(About(change=replace(CHANGE, services=(EVIL,), author=EVIL)),)),
        notices((WISH, NoticeKind.RESPONSE_PROPOSED, {"fix": EVIL, "text": EVIL})),
        notices((WISH, NoticeKind.AGREEMENT_LOW, {"agreement": EVIL, "why": EVIL})),
    ],
)
def test_what_people_wrote_about_a_change_stays_text(made: Outbound) -> None:
    assert not {name for name, _ in Tags(html(made, LINKED)).seen} & {"script", "img"}
    assert "{{ ticket.number }}" in html(made, LINKED)


def test_a_command_in_a_letter_is_no_other_command_whatever_the_agreement_is_called() -> None:
    name = "ACME $(reboot) `reboot`; it's 2026"
    made = notices((WISH, NoticeKind.AGREEMENT_LOW, {"agreement": name, "why": "80 % is used"}))
    for text in (body(made), body(made, german(PLAIN))):
        (line,) = [line for line in text.splitlines() if "intake agreement show" in line]
        assert shlex.split(line) == ["intake", "agreement", "show", name]


def test_no_two_letters_share_a_link_and_a_requesters_letter_has_none_to_decide() -> None:
    assert "/c/" not in body(decided("approved"), LINKED) + html(decided("approved"), LINKED)
    one, other = approval(), replace(approval(), deliveries=(replace(approval().delivery, id=78),))
    assert body(one, LINKED) != body(other, LINKED)

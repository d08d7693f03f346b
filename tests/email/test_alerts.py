"""A monitor's mails about one object belong together, and only those; what a person writes about an alert is a person's."""

import tomllib
from pathlib import Path

import pytest

from channels.email.machine_mail.alert import Alert, alert_of, is_alert
from channels.email.mail_json import as_json
from channels.email.read import read
from channels.email.reading.headers import Headers
from intake.domain.message import Nature
from tests.email.letters import letter

SENDER = "monitor@watch.example"
NONE = Headers(firsts={})

KEYS = ("problem", "repeat", "recovery", "other")
SUBJECTS = tomllib.loads(Path(__file__).with_name("alert_subjects.toml").read_text("utf-8"))["object"]
ABOUT = {row["monitor"]: row for row in SUBJECTS}
KNOWN = [name for name in ABOUT if not name.startswith(("nobody's", "back to"))]


def about(subject: str, sender: str = SENDER) -> Alert:
    alert = alert_of(subject, sender, NONE)
    assert alert is not None
    return alert


@pytest.mark.parametrize("name", ABOUT)
def test_problem_repeat_and_recovery_of_one_object_find_one_another(name: str) -> None:
    problem, repeat, recovery, other = (about(ABOUT[name][key]) for key in KEYS)
    assert problem.fingerprint == repeat.fingerprint == recovery.fingerprint != other.fingerprint
    assert [each.recovery for each in (problem, repeat, recovery, other)] == [False, False, True, False]


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_monitor_needs_no_header_that_says_so(name: str) -> None:
    for subject in (ABOUT[name][key] for key in KEYS):
        assert read(letter("See the subject.", subject=subject, sender=f"Watch <{SENDER}>")).nature is Nature.ALERT


@pytest.mark.parametrize("name", ABOUT)
def test_what_a_person_writes_about_an_alert_is_a_persons(name: str) -> None:
    for subject in (ABOUT[name][key] for key in KEYS):
        for prefix in ("RE: ", "Fwd: ", "AW: ", "WG: ", "Re: [EXTERN] "):
            assert not is_alert(prefix + subject, SENDER, NONE)
        assert read(letter("Any idea what this is?", subject=subject)).nature is Nature.HUMAN


DIFFERENT = [
    ("Host 10.1.22.33 is down", "Host 10.1.23.33 is down"),
    ("Port 1/24 is down on sw1", "Port 1/25 is down on sw1"),
    ("Gi1/0/24 down", "Gi1/0/25 down"),
    ("Disk full on web1", "Disk failing on web1"),
    ("Sensor id 17 is down", "Sensor id 18 is down"),
    ("Monitor 5 is dark", "Server 5 is dark"),
    ("https://shop.example/a is down", "https://shop.example/b is down"),
    ("C: is full on files", "D: is full on files"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_objects_are_kept_apart(one: str, other: str) -> None:
    assert about(one).fingerprint != about(other).fingerprint


SAME = [
    ("Queue mail at 93% since 12:04", "Queue mail at 97.5% since Mon 5 Jan 2026 13:04:22 UTC"),
    ("Event 4711: link lost", "Event 4712: link lost"),
    ("Backup of db1 failed (attempt 1/3)", "Backup of db1 failed (attempt 2/3)"),
    ("ALARM: pump 7 dry for 5m", "ALARM: pump 7 dry for 1h 5m"),
    ("[Incident #12] CRITICAL - pump 7", "[Incident #13] WARNING - pump 7"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_only_counts_or_dates_makes_no_difference(one: str, other: str) -> None:
    assert about(one).fingerprint == about(other).fingerprint


def test_the_same_words_from_another_monitor_are_about_something_else() -> None:
    assert about("Link is down: Lyon").fingerprint != about("Link is down: Lyon", "other@watch.example").fingerprint


def test_a_subject_that_names_no_object_has_no_fingerprint() -> None:
    for subject in ("", "ALERT", "[FIRING:1]", "OK", "!!", "Problem 4711"):
        assert alert_of(subject, SENDER, NONE) is None


NOT_WELL = [
    "Tokyo office link lost", "Set up of backup failed", "Look: printer on fire", "The okapi server", "Upstream lost",
    "db1 is not OK", "web1 has not recovered", "web1 is no longer up", "Backup broken", "Clear the queue on web1",
    "Normalization job late", "PROBLEM: check says status is OK", "Update 4 available on web1 soon", "web1 not back to normal",
    "[FIRING:1, RESOLVED:2] web1", "Resolve host web1 fails", "Greenhouse too hot", "UPS battery low", "Resolver timeouts",
    "Please sign up", "Weekly wrap up", "Your order is complete", "Set up web1", "Weekly report is now available", "UPS ok?",
    "System up to date", "3 updates available on web1", "Line up for lunch", "Backup job cannot be completed successfully",
    "web1 was not resolved", "Meeting moved to normal room",
]  # fmt: skip


@pytest.mark.parametrize("subject", NOT_WELL)
def test_a_word_of_recovery_elsewhere_in_the_subject_is_none(subject: str) -> None:
    alert = alert_of(subject, SENDER, NONE)
    assert alert is None or not alert.recovery


def test_who_sends_for_machines_is_told_from_people() -> None:
    shape = "[FIRING:1] HighLatency (api)"
    machines = ("nagios@x.example", "it-monitoring@x.example", "alerts+eu@x.example", "root@web1.example", "noreply@x.example")
    people = ("ada@x.example", "sally.root@x.example", "status.quo@x.example", "helpdesk@x.example", "monique@x.example")
    assert all(is_alert(shape, sender, NONE) for sender in machines)
    assert not any(is_alert(shape, sender, NONE) for sender in people)
    assert is_alert(shape, "ada@x.example", Headers(firsts={"x-mailer": "Heirloom mailx 12.5"}))
    assert not is_alert(shape, "alerts@x.example", Headers(firsts={"in-reply-to": "<1@x.example>"}))


def test_a_gateways_warning_in_front_of_a_subject_changes_nothing() -> None:
    shape = "[FIRING:1] HighLatency (api)"
    assert about(f"[EXTERNAL] {shape}") == about(shape)
    assert is_alert(f"[EXT] {shape}", SENDER, NONE)
    assert not is_alert(f"[EXT] RE: {shape}", SENDER, NONE)


def test_a_vendor_that_threads_its_alerts_is_still_a_monitor() -> None:
    raw = letter("x", subject="[FIRING:1] Latency", sender="a@grafana.net", headers="References: <1@grafana.net>")
    assert read(raw).nature is Nature.ALERT


def test_a_monitor_that_marks_its_mail_bulk_is_no_list() -> None:
    raw = letter("x", subject="** PROBLEM Host Alert: web1 is DOWN **", sender="watch@x.example", headers="Precedence: bulk")
    assert read(raw).nature is Nature.ALERT


def test_what_is_read_of_an_alert_is_printed() -> None:
    raw = letter("x", subject="Link to Lyon is up", sender=SENDER, headers="Auto-Submitted: auto-generated")
    mail = read(raw)
    assert mail.alert == about("Link to Lyon is up")
    assert as_json(mail, "a.eml")["alert"] == {"fingerprint": about("Link to Lyon is up").fingerprint, "recovery": True}
    assert read(letter("x", subject="Link to Lyon is up")).alert is None


@pytest.mark.parametrize(
    ("subject", "nature"),
    [
        ("CRITICAL: db1 is down", Nature.ALERT),
        ("RESOLVED: db1", Nature.ALERT),
        ("We have received your request", Nature.AUTO_REPLY),
        ("Re: CRITICAL: db1 is down", Nature.AUTO_REPLY),
    ],
)
def test_a_monitor_that_threads_its_mails_is_no_autoresponder(subject: str, nature: Nature) -> None:
    raw = letter("x", subject=subject, sender=SENDER, headers="Auto-Submitted: auto-generated\nIn-Reply-To: <1@mon.example>")
    assert read(raw).nature is nature

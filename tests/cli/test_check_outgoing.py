"""`intake check` on the words of outgoing mail and on its signature."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt
from tests.cli.test_check import SHIPPED, any_ports, line

__all__ = ["any_ports"]


@pytest.fixture
def key(folder: Path) -> Path:
    path = folder / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(path), "2048"], check=True, capture_output=True, timeout=60)
    path.chmod(0o600)
    return path


def signs(monkeypatch: pytest.MonkeyPatch, domain: str, key: Path) -> None:
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", "desk@it.example.com,helpdesk@example.com")
    monkeypatch.setenv("INTAKE_DKIM_DOMAIN", domain)
    monkeypatch.setenv("INTAKE_DKIM_SELECTOR", "desk")
    monkeypatch.setenv("INTAKE_DKIM_KEY", str(key))


def test_templates_that_are_sound_are_counted(intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "mail" / "fr").mkdir(parents=True)
    (folder / "mail" / "fr" / "reply.txt").write_text("Subject: {{ subject }}\n\n{{ text }}\n", "utf-8")
    monkeypatch.setenv("INTAKE_TEMPLATES", "mail")
    ran = intake("check")
    assert ran.code == 0
    assert "ok       templates    mail, 1 of your own; languages: de, en, fr" in ran.out


def test_a_language_without_words_is_warned_of(intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    boxes = '\n[[mailbox]]\naddress = "{}@x.example"\nteam = ""\nlanguage = "{}"\n'
    text = SHIPPED + "".join(boxes.format(tag.lower(), tag) for tag in ("de", "de-AT", "en", "fr-CA"))
    (folder / "desk.toml").write_text(text, "utf-8")
    monkeypatch.setenv("INTAKE_POLICY", "desk.toml")
    monkeypatch.setenv("INTAKE_MAIL_ADDRESS", "de@x.example, de-at@x.example, en@x.example, fr-ca@x.example")
    ran = intake("check")
    assert ran.code == 0
    assert ran.out.count("leaves in English") == 1
    assert "mail from fr-ca@x.example leaves in English: there are no words in 'fr-CA'" in ran.out


def test_a_broken_template_is_named_with_its_line_and_nothing_starts(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "mail").mkdir()
    (folder / "mail" / "reply.txt").write_text("Subject: {{ subject }}\n\n{{ txet }}\n", "utf-8")
    monkeypatch.setenv("INTAKE_TEMPLATES", "mail")
    monkeypatch.setenv("INTAKE_DATA_DIR", str(folder / "data"))
    ran = intake("check")
    assert ran.code == 1
    assert "mail/reply.txt:3: 'txet' is undefined" in line(ran.out, "templates")
    served = intake("serve")
    assert served.code == 1
    assert "mail/reply.txt:3: 'txet' is undefined" in served.err
    assert "Traceback" not in served.err
    assert "The desk is open" not in served.out


def test_the_record_to_publish_is_shown(intake: Prompt, monkeypatch: pytest.MonkeyPatch, key: Path) -> None:
    signs(monkeypatch, "example.com", key)
    ran = intake("check")
    assert ran.code == 0
    assert 'desk._domainkey.example.com. IN TXT ( "v=DKIM1; k=rsa; p=MII' in line(ran.out, "dkim")
    assert ran.out.count("dkim  ") == 1


def test_a_signature_that_counts_for_nothing_is_warned_of(intake: Prompt, monkeypatch: pytest.MonkeyPatch, key: Path) -> None:
    key.chmod(0o644)
    signs(monkeypatch, "it.example.com", key)
    ran = intake("check")
    assert ran.code == 0
    assert "mail from helpdesk@example.com is signed for it.example.com" in ran.out
    assert "desk@it.example.com is signed" not in ran.out
    assert f"chmod 600 {key}" in ran.out


def test_a_key_that_will_not_do_is_a_fault_and_nothing_starts(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    signs(monkeypatch, "example.com", folder / "nowhere.pem")
    monkeypatch.setenv("INTAKE_DATA_DIR", str(folder / "data"))
    ran = intake("check")
    assert ran.code == 1
    assert "nowhere.pem cannot be read: No such file" in line(ran.out, "dkim")
    served = intake("serve")
    assert (served.code, "nowhere.pem cannot be read" in served.err) == (1, True)


@pytest.mark.parametrize("missing", ["DOMAIN", "SELECTOR", "KEY"])
def test_a_signature_that_is_half_set_is_a_fault(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, key: Path, missing: str
) -> None:
    signs(monkeypatch, "example.com", key)
    monkeypatch.delenv(f"INTAKE_DKIM_{missing}")
    ran = intake("check")
    assert ran.code == 1
    assert "go together: set all three, or none" in line(ran.out, "settings")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("INTAKE_MAIL_NAME", "two\tnames", "must be a name of at most 64 characters"),
        ("INTAKE_MAIL_NAME", "x" * 65, "must be a name of at most 64 characters"),
        ("INTAKE_DKIM_DOMAIN", "-example.com", "must look like example.com"),
        ("INTAKE_DKIM_SELECTOR", "a b", "must look like example.com"),
    ],
)
def test_a_wrong_word_is_said(intake: Prompt, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    assert says in line(intake("check").out, "settings")

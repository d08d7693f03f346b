"""The settings: their example file, and what is said of a wrong one."""

from pathlib import Path

import pytest

from channels.cli.settings import CLASSES, env_key
from channels.cli.settings_shown import example
from tests.cli.at_the_prompt import Prompt

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SECRET = "hunter2-in-plain-sight"


def test_the_example_file_is_the_generated_one(intake: Prompt) -> None:
    assert EXAMPLE.read_text("utf-8") == example(), "run: intake settings --example > .env.example"
    assert intake("settings", "--example").out == example()


def test_the_example_file_names_every_setting_and_changes_none(intake: Prompt, folder: Path) -> None:
    (folder / ".env").write_text(example(), "utf-8")
    for kind in CLASSES:
        for field in kind.model_fields:
            assert f"\n# {env_key(field)}=" in example()
    assert ".env" not in intake("settings").out


def test_an_example_that_is_uncommented_as_it_stands_means_the_defaults(intake: Prompt, folder: Path) -> None:
    keys = [line.removeprefix("# ") for line in example().splitlines() if line.startswith("# INTAKE_")]
    (folder / ".env").write_text("\n".join(keys), "utf-8")
    before = intake("check")
    (folder / ".env").unlink()
    assert before.code == intake("check").code == 0


def test_a_wrong_setting_is_named_by_its_key_with_its_fault_and_its_mend(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("INTAKE_QUEUE_DEPTH", "many")
    (folder / ".env").write_text("INTAKE_SMTP_RELAY=mail.example.com\n")
    ran = intake("serve")
    assert ran.code == 1
    assert "INTAKE_QUEUE_DEPTH (in the environment): should be a valid integer" in ran.err
    assert "INTAKE_SMTP_RELAY (in .env): must look like smtp://host:25" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "settings",
    [
        {"INTAKE_SECRET_KEYS": "hunter2"},
        {"INTAKE_SMTP_RELAY": f"http://user:{SECRET}@relay"},
        {"INTAKE_DATABASE_URL": f"mysql://user:{SECRET}@db/desk"},
        {"INTAKE_DATABASE_URL": f"{SECRET} is no url"},
    ],
)
@pytest.mark.parametrize("command", ["serve", "check", "settings", "tickets"])
def test_a_secret_is_never_repeated(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], command: str
) -> None:
    monkeypatch.setenv("INTAKE_DEBUG", "1")
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    ran = intake(command)
    assert "hunter2" not in ran.out + ran.err


def test_settings_are_listed_with_where_they_come_from(intake: Prompt, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("INTAKE_SMTP_RELAY", f"smtp://user:{SECRET}@relay.example.com:587")
    (folder / ".env").write_text("INTAKE_QUEUE_DEPTH=7\nINTAKE_QUEUE_DEEP=7\n")
    ran = intake("settings")
    lines = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines()}
    assert lines["INTAKE_SMTP_RELAY"] == ["smtp://user:***@relay.example.com:587", "environment"]
    assert lines["INTAKE_QUEUE_DEPTH"] == ["7", ".env"]
    assert lines["INTAKE_LOG_LEVEL"] == ["info", "default"]
    assert "did you mean INTAKE_QUEUE_DEPTH?" in ran.err


def test_a_dotenv_that_is_no_text_is_a_clear_fault(intake: Prompt, folder: Path) -> None:
    (folder / ".env").write_bytes(b"INTAKE_LOG_LEVEL=\xff\n")
    ran = intake("tickets")
    assert ran.code == 1
    assert ran.err.startswith("intake: .env is not UTF-8 text")

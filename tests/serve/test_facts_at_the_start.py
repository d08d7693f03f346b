"""What `intake serve` says when it has opened."""

from pathlib import Path

from channels.email.settings import EmailSettings
from channels.serve.compose import Settings, put_together
from channels.serve.desk_at_work import OpenDoors
from channels.serve.main import facts
from channels.serve.settings import DeskSettings
from tests.harness.policy_copy import write_policy


def said(folder: Path, addresses: str) -> list[str]:
    policy = write_policy(folder)
    with policy.open("a") as more:
        more.write('\n[[mailbox]]\naddress = "hilfe@localhost"\n[[team]]\nname = "night"\nmail = "desk@localhost"\n')
    desk = DeskSettings(data_dir=folder, policy=policy)
    email = EmailSettings.model_validate({"mail_address": addresses})
    parts = put_together(Settings(desk=desk, email=email))
    lines = facts(parts, OpenDoors(smtp="127.0.0.1:2525", web="127.0.0.1:8080"))
    return [line.removeprefix("  warning").strip() for line in lines if line.startswith("  warning")]


def test_addresses_that_are_mixed_up_are_told_at_the_start(tmp_path: Path) -> None:
    strange, told = said(tmp_path, "desk@localhost")
    assert strange == "[[mailbox]] hilfe@localhost is not among INTAKE_MAIL_ADDRESS: mail to it is refused"
    assert told == "[[team]] night has the mail desk@localhost, which is the desk itself: nobody would be told"


def test_addresses_that_fit_together_are_no_news(tmp_path: Path) -> None:
    assert said(tmp_path, "help@localhost, hilfe@localhost") == []

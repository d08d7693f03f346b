"""Whole mails beside what `intake parse` prints for them. `python -m tests.email.test_golden` writes the answers anew."""

import json
from pathlib import Path

import pytest

from channels.email.mail_json import as_json
from channels.email.read import read

GOLDEN = Path(__file__).with_name("golden")
MAILS = sorted(GOLDEN.glob("*.eml"))
KEYS = {
    "file", "message_id", "subject", "from", "to", "cc", "reply_to", "in_reply_to", "references", "body", "reply", "signature",
    "quoted", "full", "cut_by", "nature", "bounce", "alert", "attachments", "forward", "notes",
}  # fmt: skip


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_a_mail_is_printed_as_its_golden_answer(mail: Path) -> None:
    printed = as_json(read(mail.read_bytes()), mail.name)
    assert printed == json.loads(mail.with_suffix(".json").read_text("utf-8"))
    assert set(printed) == KEYS


def rewrite() -> None:
    for mail in MAILS:
        answer = json.dumps(as_json(read(mail.read_bytes()), mail.name), ensure_ascii=False, indent=2)
        mail.with_suffix(".json").write_text(f"{answer}\n", "utf-8")


if __name__ == "__main__":
    rewrite()

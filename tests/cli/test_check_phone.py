"""`intake check` on the phone, and `intake setup twilio`: read at three in the morning."""

import stat
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from channels.cli.check_fallback import check_fallback
from channels.cli.check_phone import check_phone
from channels.cli.check_spool import check_spool
from channels.cli.finding import Finding, Verdict
from channels.cli.kept_fallback import keep
from channels.cli.settings import read_desk_settings, read_phone_settings
from channels.serve.spool import Spool
from intake.desk.policy_file.whole import read_policy
from tests.cli.at_the_prompt import Prompt
from tests.cli.test_check import any_ports
from tests.harness.phone_line import A_PHONE, NUMBER, TOKEN
from tests.serve.spooled import said

__all__ = ["any_ports"]

SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")
ROBIN = '[[agent]]\nname = "Robin"\nteams = ["support"]\nphone = "+491701111111"\n'
KIM = '[[agent]]\nname = "Kim"\nteams = ["cio"]\nphone = "+491702222222"\n'
LEE = '[[agent]]\nname = "Lee"\nteams = ["cio_leads", "process", "process_leads"]\nrole = "lead"\nphone = "+491703333333"\n'
Writes = Callable[[str], Path]


@pytest.fixture
def policy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Writes:
    def write(more: str) -> Path:
        path = folder / "desk.toml"
        path.write_text(SHIPPED + more, "utf-8")
        monkeypatch.setenv("INTAKE_POLICY", str(path))
        return path

    return write


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Configured, at a desk that is reached from outside."""
    for key, text in A_PHONE.environment.items():
        monkeypatch.setenv(key, text)
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://desk.example.com")


def found() -> list[Finding]:
    """Without asking the vendor, and without the fallback."""
    return list(check_phone(read_desk_settings(), read_phone_settings(), fallback=False))


@pytest.mark.usefixtures("phone")
def test_people_with_phones_on_the_ladder_are_in_order(policy: Writes) -> None:
    policy(ROBIN + KIM + LEE)
    (only,) = found()
    assert only.verdict is Verdict.OK
    assert NUMBER in only.says


def test_without_a_phone_nothing_is_said_of_it() -> None:
    assert found() == []


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("", "nobody whom a P1 would ring has a phone"),
        (ROBIN.replace("phone", "# phone") + KIM + LEE, "step 1 pages by phone and sms, and nobody in it has a phone"),
        (ROBIN + KIM + LEE + KIM.replace("Kim", "Max").replace("phone", "# phone"), "without a phone: Max;"),
        (ROBIN + KIM + LEE + '\n[[line]]\nnumber = "+4989123456"\nlanguage = "de"\n', "[[line]] +4989123456 is not among"),
    ],
)
def test_whoever_could_not_be_rung_is_named(policy: Writes, more: str, named: str) -> None:
    policy(more)
    assert any(named in one.says for one in found()), [one.says for one in found()]


@pytest.mark.usefixtures("phone")
def test_a_ladder_that_pages_by_mail_alone_is_warned_of(policy: Writes) -> None:
    path = policy(ROBIN + KIM + LEE)
    before, _, rest = path.read_text("utf-8").partition("[page]\n")
    after = rest[rest.index("\n# [[ladder]]") :]
    step = '{ page = "team", tier = 3, by = ["email"], wait_minutes = 5 }'
    ladder = f'[[ladder]]\nname = "l"\npriorities = ["P1", "P2"]\nsteps = [{step}]\n'
    path.write_text(before + after + ladder, "utf-8")
    assert any("no step of a ladder for P1 or P2 pages by phone" in one.says for one in found())


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://desk.example.com", "not encrypted"),
        ("https://10.1.2.3", "cannot reach"),
        ("http://localhost:8080", "cannot reach"),
        ("https://desk.example.com:8443", "names a port"),
    ],
)
def test_an_address_that_the_vendor_may_not_reach_is_warned_of(
    policy: Writes, monkeypatch: pytest.MonkeyPatch, url: str, named: str
) -> None:
    policy(ROBIN + KIM + LEE)
    monkeypatch.setenv("INTAKE_PUBLIC_URL", url)
    assert any(named in one.says and one.verdict is Verdict.WARNING for one in found())


@pytest.mark.usefixtures("phone")
def test_another_number_to_call_is_warned_of(policy: Writes, monkeypatch: pytest.MonkeyPatch) -> None:
    policy(ROBIN + KIM + LEE)
    monkeypatch.setenv("INTAKE_DESK_PHONE", "+49 89 123456")
    assert any("people are told to call +4989123456" in one.says for one in found())


@pytest.mark.parametrize("missing", ["ACCOUNT_SID", "AUTH_TOKEN", "NUMBER"])
def test_half_of_the_settings_is_a_fault_that_names_the_other_half(
    intake: Prompt, phone: None, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(f"INTAKE_TWILIO_{missing}")
    ran = intake("check")
    assert ran.code == 1
    assert f"not set: INTAKE_TWILIO_{missing}" in ran.out
    assert intake("serve").code == 1
    assert TOKEN not in ran.out + ran.err


@pytest.mark.usefixtures("phone")
def test_without_a_public_address_the_desk_does_not_start(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTAKE_PUBLIC_URL")
    checked, served = intake("check"), intake("serve")
    assert (checked.code, served.code) == (1, 1)
    assert "set INTAKE_PUBLIC_URL" in checked.out
    assert "INTAKE_PUBLIC_URL must be set" in served.err


@pytest.mark.usefixtures("phone")
def test_a_vendor_that_is_away_is_a_fault_and_holds_up_nobody(intake: Prompt) -> None:
    ran = intake("check")
    assert ran.code == 1
    assert "the vendor cannot be reached" in ran.out


def spooled() -> list[str]:
    return [f"{one.verdict.value}: {one.says}" for one in check_spool(read_desk_settings(), read_phone_settings())]


def test_what_lies_in_the_spool_is_told_also_without_a_phone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTAKE_DATA_DIR", str(tmp_path))
    assert spooled() == []
    first, second = Spool(tmp_path / "spool"), Spool(tmp_path / "spool")
    first.keep(said("one"))
    second.keep(said("two"))
    (told,) = spooled()
    assert told.startswith("warning: 2 inputs of callers")
    (tmp_path / "spool" / "000000000001.json").write_bytes(b"{")
    assert list(first.oldest(9)) == []
    told, junk = spooled()
    assert told.startswith("warning: 1 input ")
    assert junk.startswith("warning: 1 file in ")


@pytest.mark.usefixtures("phone")
def test_a_replica_that_could_keep_nothing_on_its_disk_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("INTAKE_DATA_DIR", str(tmp_path / "file"))
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://desk@127.0.0.1/desk")
    assert spooled()[0].startswith("fault: ")


def test_setting_up_says_first_what_must_be_set(intake: Prompt) -> None:
    ran = intake("setup", "twilio")
    assert ran.code == 1
    assert "INTAKE_TWILIO_ACCOUNT_SID" in ran.err
    assert "INTAKE_PUBLIC_URL" in ran.err


@pytest.mark.usefixtures("phone")
def test_setting_up_prints_what_to_paste_where_and_whom_the_fallback_rings(intake: Prompt, policy: Writes) -> None:
    policy(ROBIN + KIM + LEE)
    ran = intake("setup", "twilio")
    assert ran.code == 0
    for part in ("twilio/voice#", "twilio/status#rc=3&rp=all", "twilio/sms#rc=3&rp=all"):
        assert f"https://desk.example.com/{part}" in ran.out
    assert "it rings Robin and Kim at once" in ran.out
    (twiml,) = [line for line in ran.out.splitlines() if line.startswith("<?xml")]
    assert "+491701111111" in twiml
    assert "+491703333333" not in twiml, "the third step is not rung"
    assert "<Record" in twiml
    assert TOKEN not in ran.out
    assert "A2P" not in ran.out
    assert "warning" not in ran.out


@pytest.mark.usefixtures("phone")
def test_it_fits_a_narrow_terminal_but_for_what_is_pasted(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_TWILIO_NUMBER", f"{NUMBER},+14155550100")
    ran = intake("setup", "twilio")
    wide = [line for line in ran.out.splitlines() if len(line) > 80 and not line.strip().startswith(("<?xml", "https://"))]
    assert wide == []
    for key in (*A_PHONE.environment, "INTAKE_PUBLIC_URL"):
        monkeypatch.delenv(key)
    assert [line for line in intake("setup", "twilio").err.splitlines() if len(line) > 81] == []


@pytest.mark.usefixtures("phone")
def test_a_data_folder_that_is_made_for_the_fallback_is_as_private_as_the_desk_makes_it(
    intake: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTAKE_DATA_DIR", str(tmp_path / "new"))
    assert intake("setup", "twilio").code == 0
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.usefixtures("phone")
def test_an_american_number_is_told_of_its_registration(intake: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_TWILIO_NUMBER", "+14155550100")
    assert "A2P 10DLC" in intake("setup", "twilio").out


@pytest.mark.usefixtures("phone")
def test_each_number_has_a_fallback_in_its_language(intake: Prompt, monkeypatch: pytest.MonkeyPatch, policy: Writes) -> None:
    policy(ROBIN + '\n[[line]]\nnumber = "+4989123456"\nlanguage = "de-DE"\n')
    monkeypatch.setenv("INTAKE_TWILIO_NUMBER", f"{NUMBER},+4989123456")
    english, german = (line for line in intake("setup", "twilio").out.splitlines() if line.startswith("<?xml"))
    assert 'language="en-US"' in english
    assert 'language="de-DE"' in german


@pytest.mark.usefixtures("phone")
def test_a_fallback_that_names_other_people_than_the_rota_is_out_of_date(intake: Prompt, policy: Writes) -> None:
    path = policy(ROBIN + KIM + LEE)

    def about_the_fallback() -> list[str]:
        checked = check_fallback(read_desk_settings(), read_phone_settings(), read_policy(path))
        return [one.says for one in checked]

    assert "no fallback was printed" in about_the_fallback()[0]
    intake("setup", "twilio")
    assert about_the_fallback() == []
    path.write_text(path.read_text("utf-8").replace("+491702222222", "+491704444444"), "utf-8")
    (says,) = about_the_fallback()
    assert "rings +491702222222, Robin; on call for a P1 now: Robin, Kim" in says
    keep(read_desk_settings(), NUMBER, "<Response/>")
    assert "rings nobody" in about_the_fallback()[0]

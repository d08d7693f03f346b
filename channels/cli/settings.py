"""Reading the settings, and saying what is wrong with them as the administrator wrote them: by their INTAKE_ key."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource

from channels.api.settings import ApiSettings
from channels.email.settings import EmailSettings
from channels.phone.settings import TwilioSettings
from channels.serve.settings import DeskSettings
from channels.slack.settings import SlackSettings
from intake.domain.errors import ConfigError

if TYPE_CHECKING:
    from channels.serve.compose import Settings

CLASSES: Sequence[type[BaseSettings]] = (DeskSettings, EmailSettings, ApiSettings, TwilioSettings, SlackSettings)
PREFIX = "INTAKE_"
NOT_SETTINGS = {"INTAKE_DEBUG"}  # read where it is used; not kept in a .env
TEST_PREFIX = "INTAKE_TEST_"
DOTENV = ".env"

Kind = TypeVar("Kind", bound=BaseSettings)


def read_settings() -> "Settings":
    """All of them. Raises ConfigError that lists every fault."""
    from channels.serve.compose import Settings  # noqa: PLC0415 - heavy; most commands need less

    if faults := dict.fromkeys(fault for kind in CLASSES for fault in faults_of(kind)):
        raise ConfigError("\n".join(faults))
    return Settings(
        desk=DeskSettings(), email=EmailSettings(), api=ApiSettings(), phone=TwilioSettings(), slack=SlackSettings()
    )


def read_desk_settings() -> DeskSettings:
    return _read(DeskSettings)


def read_email_settings() -> EmailSettings:
    return _read(EmailSettings)


def read_phone_settings() -> TwilioSettings:
    return _read(TwilioSettings)


def read_slack_settings() -> SlackSettings:
    return _read(SlackSettings)


def faults_of(kind: type[BaseSettings]) -> list[str]:
    """What keeps these settings from being read; empty if nothing does."""
    try:
        _read(kind)
    except ConfigError as fault:
        return str(fault).split("\n")
    return []


def env_key(field: str) -> str:
    return f"{PREFIX}{field.upper()}"


def known_keys() -> list[str]:
    return [env_key(field) for kind in CLASSES for field in kind.model_fields]


def where_set(key: str) -> str:
    """`environment`, `.env`, or empty where nobody set it. The environment wins."""
    return next((place for place, keys in _keys_in_use() if key in keys), "")


def unknown_keys() -> list[str]:
    """One sentence for each INTAKE_ key that nothing reads, with the likely meaning."""
    known = known_keys()
    return [
        f"{key} (in {_place(place)}) is not a setting{_did_you_mean(key, known)}"
        for place, keys in _keys_in_use()
        for key in sorted(keys)
        if key not in known and key not in NOT_SETTINGS and not key.startswith(TEST_PREFIX)
    ]


def _read(kind: type[Kind]) -> Kind:
    try:
        return kind()
    except ValidationError as fault:
        # Without its cause: pydantic quotes the values, and some are secret.
        raise ConfigError("\n".join(_in_words(kind, fault))) from None
    except UnicodeDecodeError as fault:
        raise ConfigError(f"{DOTENV} is not UTF-8 text (byte {fault.start}): save it as UTF-8") from None
    except OSError as fault:
        raise ConfigError(f"{DOTENV} cannot be read ({fault.strerror}): mend its permissions or remove it") from fault


def _in_words(kind: type[BaseSettings], fault: ValidationError) -> Iterator[str]:
    for error in fault.errors(include_input=False, include_url=False, include_context=False):
        field = str(error["loc"][0]) if error["loc"] else ""
        key = env_key(field)
        place = where_set(key)
        says = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
        meant = kind.model_fields[field].description if field in kind.model_fields else ""
        yield f"{key}{f' (in {_place(place)})' if place else ''}: {says}. It is: {meant}"


def _keys_in_use() -> list[tuple[str, set[str]]]:
    environment = EnvSettingsSource(DeskSettings).env_vars
    try:
        file = DotEnvSettingsSource(DeskSettings, env_file=DOTENV).env_vars
    except (OSError, UnicodeDecodeError):
        file = {}
    places = (("environment", environment), (DOTENV, file))
    return [(name, {key.upper() for key in keys if key.upper().startswith(PREFIX)}) for name, keys in places]


def _place(name: str) -> str:
    return "the environment" if name == "environment" else name


def _did_you_mean(key: str, known: Sequence[str]) -> str:
    likely = get_close_matches(key, known, n=1, cutoff=0.75)
    return f": did you mean {likely[0]}?" if likely else "; it has no effect. `intake settings` lists those there are"

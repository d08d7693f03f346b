"""The composition root: which store, which classifier, which doors. Everything is wired here and nowhere else."""

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from channels.api.parse import parse as parse_request
from channels.api.settings import ApiSettings
from channels.email.parse import parse as parse_mail
from channels.email.settings import EmailSettings
from channels.phone.settings import TwilioSettings
from channels.portal.parse import parse as parse_form
from channels.serve.embedded import own_key
from channels.serve.meters import Sampled
from channels.serve.phone_parsers import parse_call, parse_text
from channels.serve.settings import DeskSettings
from channels.serve.site_classifier import SiteClassifier
from channels.serve.slack_parsers import parse_slack
from channels.slack.settings import SlackSettings
from classifier.classify import TextClassifier
from intake.desk.desk import Desk
from intake.desk.dispatch import Dispatcher
from intake.desk.incoming import Parser
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.ports import Classifier, Clock
from intake.desk.ports_of_storms import Similarity
from intake.desk.raising import Raiser
from intake.desk.storms.memory import Memory
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from storage.reader import SqlReader
from storage.store import SqlStore

PARSERS: Mapping[Channel, Parser] = {
    Channel.EMAIL: parse_mail,
    Channel.API: parse_request,
    Channel.CLI: parse_request,
    Channel.FORM: parse_form,
    Channel.PHONE: parse_call,
    Channel.SMS: parse_text,
    Channel.SLACK: parse_slack,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of them, read and checked."""

    desk: DeskSettings
    email: EmailSettings
    api: ApiSettings = field(default_factory=ApiSettings)
    phone: TwilioSettings = field(default_factory=TwilioSettings)
    slack: SlackSettings = field(default_factory=SlackSettings)

    @property
    def senders(self) -> frozenset[Channel]:
        """By which something can leave."""
        by_channel = (
            (Channel.EMAIL, self.email.smtp_relay is not None),
            (Channel.PHONE, self.phone.is_on),
            (Channel.SMS, self.phone.is_on),
            (Channel.SLACK, self.slack.is_on),
        )
        return frozenset(channel for channel, is_on in by_channel if is_on)

    @property
    def desk_phone(self) -> str:
        """The number that people are told to call; empty where there is none."""
        return self.desk.desk_phone or next(iter(self.phone.twilio_number), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The desk put together, with no door open yet: what the command line works with, and `serve` builds on."""

    settings: Settings
    policy: Policy
    keys: KeyRing
    store: SqlStore
    classifier: SiteClassifier
    desk: Desk
    dispatcher: Dispatcher
    clock: Clock
    replica: str


def utc_now() -> datetime:
    return datetime.now(UTC)


def put_together(settings: Settings, clock: Clock = utc_now, classifier: Classifier | None = None) -> Parts:
    """Without a `classifier` the shipped one is loaded, which takes a while; `take_up` adds what was learnt here. Raises
    ConfigError, or StoreUnavailable from the first use of the store."""
    demand_whole(settings)
    policy = read_policy(settings.desk.policy)
    keys = key_ring(settings.desk)
    replica = f"{socket.gethostname()}:{os.getpid()}"
    memory = Memory(_recent_reports, policy, follows=not settings.desk.embedded)
    own = (*settings.email.mail_address, *settings.phone.twilio_number)
    desk = Desk(policy, keys, clock, senders=settings.senders, own=own, memory=memory)
    return Parts(
        settings=settings,
        policy=policy,
        keys=keys,
        store=SqlStore(settings.desk.store_url),
        classifier=site_classifier(policy, classifier),
        desk=desk,
        dispatcher=Dispatcher(policy=policy, replies=desk.replies, replica=replica, random=Random()),  # noqa: S311 - jitter
        clock=clock,
        replica=replica,
    )


def demand_whole(settings: Settings) -> None:
    """What lies in two places and belongs together. Raises ConfigError."""
    if settings.phone.is_on and not settings.desk.public_url:
        raise ConfigError(
            "INTAKE_PUBLIC_URL must be set when INTAKE_TWILIO_NUMBER is: the vendor signs that very address, and calls it"
        )
    if settings.slack.uses_oauth and not settings.desk.public_url:
        raise ConfigError(
            "INTAKE_PUBLIC_URL must be set when INTAKE_SLACK_CLIENT_ID is: Slack leads people back to it once they agreed"
        )


def _recent_reports() -> Similarity:
    from classifier.similarity.window import RecentReports  # noqa: PLC0415 - a deed at the prompt does without

    return RecentReports()


def site_classifier(policy: Policy, classifier: Classifier | None = None) -> SiteClassifier:
    """As desk.toml wants it. Raises ConfigError."""
    shipped = classifier or TextClassifier(abstain_below=policy.classifier.ask_below)
    return SiteClassifier(shipped, Raiser(policy=policy))


def key_ring(settings: DeskSettings) -> KeyRing:
    if settings.secret_keys:
        return KeyRing([key.get_secret_value().encode() for key in settings.secret_keys])
    if not settings.embedded:
        raise ConfigError(
            "INTAKE_SECRET_KEYS must be set when INTAKE_DATABASE_URL is: replicas share their keys."
            " Make one with: openssl rand -hex 32"
        )
    return KeyRing([own_key(settings.data_dir)])


def depth_gauges(store: SqlStore, waiting: Callable[[], int], clock: Clock) -> Iterable[Sampled]:
    """What only the database knows, asked at each scrape."""
    with store.reading() as connection:
        depths = SqlReader(connection).depths()
    overdue = max(0.0, (clock() - depths.oldest_due).total_seconds()) if depths.oldest_due else 0.0
    by_state: list[tuple[tuple[str, ...], float]] = [
        ((channel, state), float(count)) for channel, state, count in depths.deliveries
    ]
    return [
        ("intake_outbox", "Deliveries by channel and state", ("channel", "state"), by_state),
        ("intake_outbox_overdue_seconds", "How long the oldest due delivery has waited", (), [((), overdue)]),
        ("intake_quarantined", "Inputs in quarantine now", (), [((), float(depths.quarantined))]),
        ("intake_writer_waiting", "Jobs waiting for the writer", (), [((), float(waiting()))]),
    ]

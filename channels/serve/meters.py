"""What Prometheus may ask: counts by channel and outcome, batch sizes, and how deep the outbox is."""

from collections.abc import Callable, Iterable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from intake.desk.sla.running_out import Breach
from intake.domain.channel import Channel
from intake.domain.receipt import Outcome, Receipt

_BATCHES = (1, 2, 5, 10, 20, 50, 100)
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_WHILE_SOMEBODY_WAITS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.2, 2, 5)

Sampled = tuple[str, str, tuple[str, ...], list[tuple[tuple[str, ...], float]]]  # name, help, labels, samples


class Meters:
    """A registry of its own: nothing global, so that two desks can live in one test."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._inputs = Counter("intake_inputs", "Inputs by channel and outcome", ["channel", "outcome"], registry=self.registry)
        self._last = Gauge(
            "intake_last_input_timestamp_seconds", "When the last input came", ["channel", "outcome"], registry=self.registry
        )
        self._duplicates = Counter("intake_duplicates", "Inputs that had come before", ["channel"], registry=self.registry)
        self._refused = Counter("intake_refused", "Inputs told to try again", ["channel"], registry=self.registry)
        self._deliveries = Counter(
            "intake_delivery_attempts", "Delivery attempts by channel and result", ["channel", "result"], registry=self.registry
        )
        self._held = Counter(
            "intake_gate_held",
            "Deliveries that the outbound gate held, by cap: counted in the store, so every replica says the same",
            ["cap", "channel"],
            registry=self.registry,
        )
        self._alarm_mails = Counter("intake_alarm_mails", "Alarm mails by result", ["result"], registry=self.registry)
        self._refits = Counter("intake_refits", "What came of learning from corrections", ["result"], registry=self.registry)
        self._breached = Counter(
            "intake_sla_breached", "Clocks that ran out, by clock and priority", ["clock", "priority"], registry=self.registry
        )
        self._answers = Histogram(
            "intake_phone_answer_seconds",
            "Until the phone's vendor had the beginning of our answer",
            ["what", "status"],
            buckets=_WHILE_SOMEBODY_WAITS,
            registry=self.registry,
        )
        self._slack_answers = Histogram(
            "intake_slack_answer_seconds",
            "Until Slack had the beginning of our answer",
            ["what", "status"],
            buckets=_WHILE_SOMEBODY_WAITS,
            registry=self.registry,
        )
        self._batch = Histogram("intake_commit_batch", "Jobs in one commit", buckets=_BATCHES, registry=self.registry)
        self._commit = Histogram("intake_commit_seconds", "Time of one commit", buckets=_SECONDS, registry=self.registry)

    def taken_in(self, channel: Channel, receipt: Receipt) -> None:
        if receipt.duplicate:
            self._duplicates.labels(channel.value).inc()
            return
        count, last = self._of_outcome(channel, receipt.outcome)
        count.inc()
        last.set_to_current_time()

    @cache  # noqa: B019 - as many as there are channels and outcomes; a label looked up by name costs on every mail
    def _of_outcome(self, channel: Channel, outcome: Outcome) -> tuple[Counter, Gauge]:
        labels = (channel.value, outcome.value)
        return self._inputs.labels(*labels), self._last.labels(*labels)

    def refused(self, channel: Channel) -> None:
        self._refused.labels(channel.value).inc()

    def delivery(self, channel: Channel, result: str) -> None:
        self._deliveries.labels(channel.value, result).inc()

    def held(self, cap: str, channel: str, how_many: int) -> None:
        self._held.labels(cap, channel).inc(how_many)

    def alarm_mail(self, result: str) -> None:
        self._alarm_mails.labels(result).inc()

    def ran_out(self, breach: Breach) -> None:
        self._breached.labels(breach.clock.value, breach.priority.value).inc()

    def learnt(self, result: str) -> None:
        self._refits.labels(result).inc()

    def answered(self, what: str, status: int, seconds: float) -> None:
        self._answers.labels(what, str(status)).observe(seconds)

    def answered_slack(self, what: str, status: int, seconds: float) -> None:
        self._slack_answers.labels(what, str(status)).observe(seconds)

    def committed(self, jobs: int, seconds: float) -> None:
        self._batch.observe(jobs)
        self._commit.observe(seconds)

    def watch(self, gauges: Callable[[], Iterable[Sampled]]) -> None:
        """Ask for these at every scrape."""
        self.registry.register(_AtScrape(gauges))


class _AtScrape(Collector):
    def __init__(self, gauges: Callable[[], Iterable[Sampled]]) -> None:
        self._gauges = gauges

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # without it, registering would already ask

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, text, labels, samples in self._gauges():
            family = GaugeMetricFamily(name, text, labels=labels)
            for values, number in samples:
                family.add_metric(list(values), number)
            yield family

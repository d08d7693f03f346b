"""How long and how much in desk.toml: the outbound gate, the outbox, final responses, links."""

from datetime import timedelta

from intake.desk.policy import DeliveryPolicy, FinalPolicy, GatePolicy
from intake.desk.policy_file.table import PolicyTable

MOST_DAYS = 3_650


def read_gate(table: PolicyTable) -> GatePolicy:
    keys = ("window_minutes", "per_recipient_and_ticket", "per_recipient", "per_instance_per_minute")
    later = {"pages_per_recipient": 20, "digest_lines_per_recipient": 1_000, "per_instance": 5_000}  # may be missing
    section = table.section("gate", (*keys, *later))
    window, on_ticket, recipient, minute = (table.count("gate", section, key) for key in keys)
    pages, lines, instance = (table.count("gate", section, key, default=default) for key, default in later.items())
    return GatePolicy(
        window=timedelta(minutes=window),
        per_recipient_and_ticket=on_ticket,
        per_recipient=recipient,
        pages_per_recipient=pages,
        digest_lines_per_recipient=lines,
        per_instance=instance,
        per_instance_per_minute=minute,
    )


def read_delivery(table: PolicyTable) -> DeliveryPolicy:
    keys = ("first_retry_seconds", "longest_retry_minutes", "give_up_after_hours", "digest_seconds", "lease_seconds")
    section = table.section("delivery", keys)
    first, longest, give_up, digest, lease = (table.count("delivery", section, key) for key in keys)
    return DeliveryPolicy(
        first_retry=timedelta(seconds=first),
        longest_retry=timedelta(minutes=longest),
        give_up_after=timedelta(hours=give_up),
        digest=timedelta(seconds=digest),
        lease=timedelta(seconds=lease),
    )


# What follows came after the first release: a site's desk.toml that does not have it yet means the shipped values.


def read_final(table: PolicyTable) -> FinalPolicy:
    name = "final_response"
    keys = ("bounce_window_seconds", "close_after_working_days", "reopen_window_days")
    section = table.section(name, keys, may_be_absent=True)
    return FinalPolicy(
        bounce_window=timedelta(seconds=table.count(name, section, keys[0], default=600)),
        close_after_working_days=table.count(name, section, keys[1], default=5, most=MOST_DAYS),
        reopen_window=timedelta(days=table.count(name, section, keys[2], default=30, most=MOST_DAYS)),
    )


def read_links_last(table: PolicyTable) -> timedelta:
    section = table.section("portal", ("links_last_days",), may_be_absent=True)
    return timedelta(days=table.count("portal", section, "links_last_days", default=90, most=MOST_DAYS))

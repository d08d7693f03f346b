"""What is said of each field of a deed where it is typed as an option."""

from collections.abc import Mapping

STDIN = "-"

HELP: Mapping[str, str] = {  # a full stop, or the choices, follow
    "assigned_to": "Whose it is from now on: a name in desk.toml",
    "assignment_group": "A team in desk.toml, such as support",
    "reason": "Why, for the timeline",
    "until": "Such as 2026-12-01T09:00+01:00; without a zone it is UTC",
    "tried": "What has been tried already",
    "to_leads": "Straight to the leads",
    "text": f"What to say; {STDIN} reads it from stdin",
    "channel": "Which way; unset: the one used last. One of",
    "into": "The ticket that goes on, such as HD-1042",
    "storm": "The major incident, such as HD-900",
    "next_update": "When they hear more, such as 2026-12-01T09:00+01:00; unset: as desk.toml says",
    "message": "The message's number, as `intake ticket` shows it",
    "other": "The other ticket, such as HD-1042",
    "kind": "One of",
    "category": "It brings its kind with it. One of",
    "impact": "From the worst to the least",
    "urgency": "From the worst to the least",
    "address": "Such as ann@example.com, +4930123456 or U0123456789",
    "event": "The event's number, as `intake ticket` shows it",
    "files": "A file to send along; may be given several times",
    "incident": "The incident that it is for, such as HD-7",
    "risk": "How much may go wrong. One of",
    "services": "A service that it touches; may be given several times",
    "implementation_plan": f"How it is done, step by step; {STDIN} reads it from stdin",
    "test_plan": f"How it is seen that it works; {STDIN} reads it from stdin",
    "backout_plan": f"How it is undone; {STDIN} reads it from stdin",
    "template": "A [[change_template]] in desk.toml",
    "agreement": "The work agreement, such as 'ACME 2026'",
    "minutes": "How long: 90m, 1h30m, 1.5h, 12h",
    "side": "For whom, where you stand for both. One of",
    "comment": "What to say about it",
    "round": "Only if approval is asked for that often, as `intake change show` has it",
    "starts": "Such as 2026-12-08T22:00, local time in --time-zone; or with an offset",
    "ends": "Such as 2026-12-09T02:00, local time in --time-zone; or with an offset",
    "time_zone": "Such as Europe/Berlin; unset: the desk's own",
    "despite": "Why it may stand in a freeze",
    "backed_out": "It was undone again",
    "close_code": "How it ended. One of",
    "final_response": f"Also answer whoever asked, with these words; {STDIN} reads them from stdin",
    "title": "What is to be done",
    "task": "The task's number, as `intake change show` has it",
    "phase": "When they are told. One of",
    "lead": "How long before the window: 90m, 24h, 2d",
    "announcement": "The announcement's number, as `intake change show` has it",
    "worked_on": "The day of the work, such as 2026-11-23; unset: today",
    "emergency": "For a P1: work begins at once, and is approved afterwards",
    "party": "Whose hours they are",
    "spenders": "A team or an agent who may reserve and book; may be given several times",
    "product_owners": "The mail address of who speaks for the party; may be given several times",
    "carry_over": "What the next agreement gets of what is left at most: 10h, or all; unset: nothing",
    "more": "So many hours more: 90m, 1h30m, 12h",
    "fewer": "So many hours fewer: 90m, 1h30m, 12h",
}
HELP_OF: Mapping[tuple[str, str], str] = {  # where a deed means something else by the same name
    ("add_task", "assigned_to"): "Whose task it is: a name in desk.toml",
    ("resolve_as_proposed", "text"): f"Other words than the proposed ones; {STDIN} reads them from stdin",
    ("complete_change", "text"): f"What was done, and how it went; {STDIN} reads it from stdin",
    ("close_change", "text"): f"What the review found; {STDIN} reads it from stdin",
    ("book_hours", "text"): f"What was done in these hours; {STDIN} reads it from stdin",
    ("book_hours", "agreement"): "The work agreement; needed where the change has no estimate",
    ("approve_overdraft", "agreement"): "The work agreement; needed where the change has no estimate",
    ("open_fix", "text"): f"What is to be mended, and how; {STDIN} reads it from stdin",
    ("reject_change", "reason"): "Why, for whoever asked for it",
    ("withdraw_change", "reason"): "Why, for whoever asked for it",
    ("add_audience", "address"): "A mail address, such as sales@example.com",
    ("drop_audience", "address"): "A mail address, such as sales@example.com",
    ("open_agreement", "starts"): "Its first day, such as 2026-01-01",
    ("open_agreement", "ends"): "Its last day, such as 2026-12-31",
    ("amend_agreement", "ends"): "Its last day from now on, such as 2026-12-31",
    ("amend_agreement", "spenders"): "Who may reserve and book from now on; may be given several times",
    ("amend_agreement", "product_owners"): "Who speaks for the party from now on; may be given several times",
    ("close_agreement", "into"): "The next agreement of the same party, which gets what is left",
}
METAVARS: Mapping[str, str] = {
    "until": "MOMENT",
    "next_update": "MOMENT",
    "starts": "TIME",
    "ends": "TIME",
    "worked_on": "DAY",
    "assigned_to": "NAME",
    "assignment_group": "TEAM",
    "into": "NUMBER",
    "other": "NUMBER",
    "storm": "NUMBER",
    "incident": "NUMBER",
    "task": "NUMBER",
    "round": "NUMBER",
    "announcement": "NUMBER",
    "message": "ID",
    "event": "ID",
    "files": "FILE",
    "services": "SERVICE",
    "spenders": "NAME",
    "product_owners": "ADDRESS",
    "agreement": "NAME",
    "template": "NAME",
    "minutes": "HOURS",
    "lead": "HOURS",
    "more": "HOURS",
    "fewer": "HOURS",
    "carry_over": "HOURS",
    "time_zone": "ZONE",
    **dict.fromkeys(("implementation_plan", "test_plan", "backout_plan", "final_response"), "TEXT"),
}
METAVARS_OF: Mapping[tuple[str, str], str] = {
    ("open_agreement", "starts"): "DAY",
    ("open_agreement", "ends"): "DAY",
    ("amend_agreement", "ends"): "DAY",
    ("close_agreement", "into"): "NAME",
}
NAMES: Mapping[str, str] = {  # where an option is not called as the field is
    "files": "--attach",
    "services": "--service",
    "spenders": "--spender",
    "product_owners": "--product-owner",
    "minutes": "--hours",
}


def option_name(field: str) -> str:
    return NAMES.get(field, f"--{field.replace('_', '-')}")


def help_of(verb: str, field: str) -> str:
    return HELP_OF.get((verb, field)) or HELP[field]


def metavar_of(verb: str, field: str) -> str:
    return METAVARS_OF.get((verb, field)) or METAVARS.get(field, field.upper())

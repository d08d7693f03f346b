"""What Slack's words for a fault mean for a delivery (docs.slack.dev/reference/methods, the errors of each)."""

from collections.abc import Mapping
from enum import Enum

from channels.slack.vendor.api import SlackFault
from intake.domain.errors import DeliveryError


class Fault(Enum):
    """PERMANENT is about this delivery, DEAD about the person, for everything to come. OURS is mended on our side, and not by
    giving up what waits."""

    DEAD = "this person has left"
    PERMANENT = "this one will not go"
    OURS = "the desk is refused: an administrator must look"
    LIMIT = "too much at once"
    PASSES = "it may pass"


_D, _P, _O, _L, _T = Fault.DEAD, Fault.PERMANENT, Fault.OURS, Fault.LIMIT, Fault.PASSES
FAULTS: Mapping[str, tuple[Fault, str]] = {
    "channel_not_found": (_P, "there is no such channel, or the desk is not in it"),
    "not_in_channel": (_P, "the desk is not in the channel: invite it"),
    "is_archived": (_P, "the channel is archived"),
    "user_not_found": (_P, "there is no such person"),
    "users_not_found": (_P, "there is no such person"),
    "user_not_visible": (_P, "the desk may not see this person"),
    "user_disabled": (_D, "this person's account is closed"),
    "cannot_dm_bot": (_P, "it is a program, which nobody writes to"),
    "messages_tab_disabled": (_P, "this person takes no messages from apps"),
    "thread_not_found": (_P, "the thread is gone"),
    "message_not_found": (_P, "the message is gone"),
    "cant_update_message": (_P, "the message cannot be changed"),
    "edit_window_closed": (_P, "the message cannot be changed any more"),
    "cannot_reply_to_message": (_P, "the message takes no answers"),
    "msg_too_long": (_P, "the text is too long"),
    "msg_blocks_too_long": (_P, "the text is too long"),
    "no_text": (_P, "there is no text"),
    "invalid_blocks": (_P, "the blocks are refused"),
    "invalid_blocks_format": (_P, "the blocks are refused"),
    "invalid_arguments": (_P, "the request is refused"),
    "invalid_metadata_format": (_P, "the request is refused"),
    "invalid_channel": (_P, "it is no channel"),
    "file_not_found": (_P, "the file did not arrive there"),
    "file_uploads_disabled": (_P, "files are not allowed in this workspace"),
    "file_upload_size_restricted": (_P, "the file is too large"),
    "posting_to_channel_denied": (_P, "files may not be shared there"),
    "restricted_action": (_P, "the workspace does not allow it"),
    "restricted_action_read_only_channel": (_P, "the channel is read-only"),
    "restricted_action_thread_only_channel": (_P, "the channel takes threads alone"),
    "restricted_action_non_threadable_channel": (_P, "the channel takes no threads"),
    "restricted_action_thread_locked": (_P, "the thread is locked"),
    "method_not_supported_for_channel_type": (_P, "the channel does not allow it"),
    "token_revoked": (_O, "the desk's token is void: install it again"),
    "token_expired": (_O, "the desk's token has expired: install it again"),
    "invalid_auth": (_O, "the desk's token is refused"),
    "not_authed": (_O, "the desk has no token"),
    "no_token": (_O, "the desk is not installed in this workspace"),
    "account_inactive": (_O, "the desk's own account is closed: install it again"),
    "missing_scope": (_O, "the desk lacks a scope: install it again with the manifest's"),
    "no_permission": (_O, "the desk lacks a permission"),
    "not_allowed_token_type": (_O, "it is the wrong kind of token"),
    "access_denied": (_O, "the desk is refused"),
    "team_access_not_granted": (_O, "the desk is not granted this workspace of the enterprise"),
    "team_not_found": (_O, "the desk is not installed in this workspace"),
    "org_login_required": (_O, "the workspace is being moved"),
    "ekm_access_denied": (_O, "an administrator has taken away access to messages"),
    "enterprise_is_restricted": (_O, "the enterprise does not allow it"),
    "two_factor_setup_required": (_O, "the account lacks its second factor"),
    "unknown_method": (_O, "the API's address is wrong"),
    "foreign_address": (_O, "Slack named an address that is none of its own"),
    "ratelimited": (_L, "too much at once"),
    "rate_limited": (_L, "too much at once"),
    "message_limit_exceeded": (_T, "the workspace's limit of messages is reached"),
    "team_added_to_org": (_T, "the workspace is being moved"),
    "fatal_error": (_T, "an error of theirs"),
    "internal_error": (_T, "an error of theirs"),
    "service_unavailable": (_T, "an error of theirs"),
    "request_timeout": (_T, "it did not arrive in time"),
    "unreachable": (_T, "Slack cannot be reached"),
}
# The channel takes nothing from the desk, or the thread in it is gone: the person may be reached elsewhere.
ROOM_GONE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "thread_not_found",
        "cannot_reply_to_message",
        "posting_to_channel_denied",
        "method_not_supported_for_channel_type",
        *(code for code in FAULTS if code.startswith("restricted_action")),
    }
)
_BY_STATUS: Mapping[str, tuple[Fault, str]] = {
    "http_401": (_O, "the desk is refused"),
    "http_403": (_O, "the desk is refused"),
    "http_404": (_O, "the API's address is wrong"),
    "http_413": (_P, "the request is too large"),
}
_NOBODY = "this person's account is closed"


def meaning(code: str) -> tuple[Fault, str]:
    """What is not known may pass."""
    return FAULTS.get(code) or _BY_STATUS.get(code) or (_T, "an error of theirs")


def delivery_error(fault: SlackFault, *, begun: bool = False) -> DeliveryError:
    """`begun`: part of it stands in Slack already, so that the next try must look for it. Otherwise whoever is asked to wait
    has not been tried."""
    kind, says = meaning(fault.code)
    needs = f" ({fault.needs})" if fault.code == "missing_scope" and fault.needs else ""
    why = f"{OURS_BEGINS if kind is Fault.OURS else REFUSED}: {fault.code}, {says}{needs}"
    return DeliveryError(
        why,
        permanent=kind in {Fault.PERMANENT, Fault.DEAD},
        retry_after=fault.retry_after,
        tried=begun or kind is not Fault.LIMIT,
        dead=kind is Fault.DEAD,
    )


def person_gone() -> DeliveryError:
    return DeliveryError(f"{REFUSED}: account_inactive, {_NOBODY}", permanent=True, dead=True)


REFUSED = "Slack refused it"
OURS_BEGINS = "Slack refuses the desk"  # how the errors begin that an administrator must mend

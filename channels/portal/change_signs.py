"""What stands where the link that asks for a decision shows nothing, for people of the desk and for product owners alike."""

from channels.portal.signs import Sign

_NOTHING_DECIDED = "Nothing was decided by this."

MISSING = Sign(
    status=404,
    heading="This link opens nothing",
    says=(
        "Perhaps it is not complete: copy the whole of it from the mail. Or you are not asked any more.",
        "Any colleague at the desk can tell you how the change stands.",
    ),
)
EXPIRED = Sign(
    status=410,
    heading="This link is too old",
    says=("The links in our mails stop working after a while. A newer letter about the change has one that works.",),
)
TOO_LARGE = Sign(
    status=413,
    heading="That is too much for this form",
    says=(_NOTHING_DECIDED, "Please go back and shorten your text."),
)
NO_FORM = Sign(
    status=415,
    heading="That could not be read",
    says=(_NOTHING_DECIDED, "Please open the link from the mail and use the forms there."),
)
NOT_POSSIBLE = Sign(status=405, heading="That is not possible here", says=("Please open the page from our mail once more.",))
AWAY = Sign(
    status=503,
    heading="The desk cannot look that up just now",
    says=("Nothing is lost. Please try again in a minute.",),
)
BROKEN = Sign(
    status=500,
    heading="Something went wrong on our side",
    says=("If you decided something, open the link once more: the page says whether it counts.",),
)
TRY_LATER = "We could not write it down just now"
TOO_OFTEN = "That was very often in a short time"
CHANGED = "It was not decided by this"

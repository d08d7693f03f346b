"""What stands where the link of a page shows nothing: in few words, for somebody who was asleep a minute ago."""

from channels.portal.signs import Sign

_CLI = "Or answer the page from a terminal: intake take HD-…, with the number from the mail. Any of your colleagues can, too."

MISSING = Sign(
    status=404,
    heading="This link opens nothing",
    says=("Perhaps it is not complete: copy the whole of it from the mail.", _CLI),
)
NO_FORM = Sign(
    status=415, heading="That could not be read", says=("Open the link from the mail and press the button there.", _CLI)
)
AWAY = Sign(
    status=503,
    heading="The desk cannot write it down just now",
    says=("Your answer does not count yet: the next page may go out. Try again in a minute.", _CLI),
)
BROKEN = Sign(
    status=500,
    heading="Something went wrong in the desk",
    says=("Your answer does not count yet: the next page may go out. Try again.", _CLI),
)
TOO_OFTEN = Sign(status=429, heading="That was very often in a short time", says=("Wait a while, then try again.", _CLI))

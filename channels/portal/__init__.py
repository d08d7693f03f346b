"""What a requester sees without logging in: signed links to the page of one ticket."""

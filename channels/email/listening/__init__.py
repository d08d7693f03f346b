"""The doors that take mail: SMTP and LMTP, with their manners and limits."""

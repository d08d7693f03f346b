"""Phone calls and SMS, by Twilio."""

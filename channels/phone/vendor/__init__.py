"""The vendor's API, as far as the desk uses it: calls and texts placed, lists searched, files fetched, the account watched."""

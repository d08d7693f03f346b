"""The process is killed, its disk fills, its database goes away: nothing is lost, nothing is doubled."""

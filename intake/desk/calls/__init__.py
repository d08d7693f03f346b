"""Phone calls at the desk: they open their ticket at the first ring, say more by word and key, reach people, and end."""

"""The doors. Whoever opens them (`serve`) starts the product: the running desk is its open channels."""

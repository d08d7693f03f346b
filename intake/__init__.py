"""The desk itself: its words (`domain`) and its policy (`desk`). It knows none of its neighbours."""

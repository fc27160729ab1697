"""The run store: what was asked, what happened, and where its files are."""

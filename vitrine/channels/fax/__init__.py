"""Faxes: what a gateway sends as a mail becomes a ticket with readable pages (S-07)."""

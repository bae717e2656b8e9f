"""What is new in a message, and what it repeats: `split_quoted(text)`."""

from vitrine.channels.mail.parse.quotes.splitting import split_quoted

__all__ = ["split_quoted"]

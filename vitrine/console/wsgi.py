"""What a WSGI server starts: `vitrine.console.wsgi:application`."""

from vitrine.console.application import application_from

application = application_from()

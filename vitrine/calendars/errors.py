"""What the calendar refuses. `sentence` says why to the person, in the active language."""

from datetime import date, time

from django.utils.translation import gettext as _


class CalendarError(ValueError):
    """Nothing has changed; `sentence` says why."""

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return str(self)


class NoOpening(CalendarError):
    """The desk does not open within two years: hours or closing days are wrong."""

    def __init__(self) -> None:
        super().__init__("The desk does not open within two years.")

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return _("The desk does not open within two years: check the opening hours.")


class FrameEndsBeforeItBegins(CalendarError):
    """A frame closes when it opens, or earlier."""

    def __init__(self, *, opens: time, closes: time) -> None:
        super().__init__(f"{opens}-{closes} ends before it begins.")
        self.opens, self.closes = opens, closes

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return _("The desk cannot open at %(opens)s and close at %(closes)s.") % {
            "opens": f"{self.opens:%H:%M}",
            "closes": f"{self.closes:%H:%M}",
        }


class FramesOverlap(CalendarError):
    """Two frames of one weekday share time."""

    def __init__(self) -> None:
        super().__init__("Two frames of one weekday overlap.")

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return _("Two opening hours of the same weekday overlap.")


class AlreadyClosedThatDay(CalendarError):
    """The day is a closing day already."""

    def __init__(self, *, day: date) -> None:
        super().__init__(f"{day} is a closing day already.")
        self.day = day

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return _("%(day)s is a closing day already.") % {"day": f"{self.day:%d/%m/%Y}"}


class NameMissing(CalendarError):
    """A closing day has no name in French or in Dutch."""

    def __init__(self) -> None:
        super().__init__("A closing day needs a name in French and in Dutch.")

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return _("A closing day needs a name in French and in Dutch.")


class YearOutOfRange(CalendarError):
    """Closing days are computed for 2000 to 2100."""

    def __init__(self, *, year: int) -> None:
        super().__init__(f"No closing days are known for {year}.")

    @property
    def sentence(self) -> str:
        """Why, for the person who tried."""
        return _("Closing days are computed for the years 2000 to 2100.")

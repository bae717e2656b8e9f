"""What the worker does at regular times; the tasks themselves live in the `jobs` rooms."""

from procrastinate import App


def register(app: App) -> None:
    """Called by procrastinate when Django is ready."""

from vitrine.publication.publishing import Published, current, current_event, publish, refresh

__all__ = ["Published", "current", "current_event", "publish", "refresh"]

"""How the desk shows things: pages and parts, rows, working time in words."""

from vitrine.desk.rendering.pages import (
    DESK,
    LEADERS,
    READERS,
    StaffRequest,
    open_to,
    render_page,
    wants_part,
)

__all__ = ["DESK", "LEADERS", "READERS", "StaffRequest", "open_to", "render_page", "wants_part"]

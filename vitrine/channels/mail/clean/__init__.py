"""Mail pages made safe to look at: `clean_html(html: str) -> str`. Pure; the one entrance."""

from vitrine.channels.mail.clean.page import CleanPage, ShowPicture, clean_html, clean_page
from vitrine.channels.mail.clean.signs import without_misleading_signs

__all__ = ["CleanPage", "ShowPicture", "clean_html", "clean_page", "without_misleading_signs"]

"""Files that came by any channel: measured, judged, made ready for a ticket."""

from vitrine.channels.files.receiving import MAX_FILES, received_files, sniffed_type

__all__ = ["MAX_FILES", "received_files", "sniffed_type"]

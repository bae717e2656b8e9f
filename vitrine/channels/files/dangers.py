"""What may be dangerous about a file, from its name and its first bytes. Nothing is unpacked."""

from vitrine.kernel.archives import Archive
from vitrine.tickets.choices import FileDanger

PROGRAMS = frozenset(
    {
        "ade", "adp", "app", "appx", "bat", "cab", "chm", "cmd", "com", "cpl", "deb", "dll", "dmg",
        "exe", "gadget", "hlp", "hta", "inf", "ins", "iqy", "jar", "jnlp", "js", "jse", "mdb",
        "mde", "msc", "msi", "msix", "msp", "mst", "one", "pif", "ps1", "ps1xml", "psc1", "psd1",
        "psm1", "py", "pyz", "rdp", "reg", "rpm", "scf", "scr", "sct", "sh", "shb", "slk", "sys",
        "theme", "vb", "vbe", "vbs", "vxd", "wll", "ws", "wsc", "wsf", "wsh", "xll",
    }
)  # fmt: skip
SHORTCUTS = frozenset(
    {"lnk", "url", "website", "webloc", "desktop", "library-ms", "search-ms", "appref-ms"}
    | {"settingcontent-ms"}
)
DISKS = frozenset({"iso", "img", "vhd", "vhdx", "vmdk", "udf"})
PAGES = frozenset({"htm", "html", "shtml", "xht", "xhtml", "mht", "mhtml", "svg", "svgz"})
WITH_MACROS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm"})

_PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_SHORTCUT_HEAD = b"L\x00\x00\x00\x01\x14\x02\x00"
_NOTEBOOK_HEAD = b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"
_OLD_OFFICE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_PAGE_HEADS = (b"<!doctype html", b"<html", b"<svg", b"<script", b"<head", b"<body", b"<iframe")
_RUNS_IN_PDF = (b"/Launch", b"/JavaScript", b"/EmbeddedFile")
_DISK_MARK = b"CD001"
_DISK_MARK_AT = 0x8001


def extension(name: str) -> str:
    """What stands behind the last dot, in lower case, without the spaces that hide it."""
    stem, dot, last = name.strip(" ._\u200b").rpartition(".")
    return last.strip().lower() if dot and stem else ""


def danger_of(name: str, *, content: bytes, archive: Archive | None) -> FileDanger | None:
    """The worst that is to be said about a file; None: nothing that we know of.

    archive  what `examined(content)` gave
    """
    claimed, shown = _claimed(extension(name)), _shown(content, archive=archive)
    if shown in (FileDanger.PROGRAM, FileDanger.SHORTCUT, FileDanger.PAGE) and claimed is None:
        is_inside = archive is not None
        return shown if is_inside or not extension(name) else FileDanger.DISGUISED
    return claimed or shown


def _claimed(ending: str) -> FileDanger | None:
    endings = {
        FileDanger.PROGRAM: PROGRAMS,
        FileDanger.SHORTCUT: SHORTCUTS,
        FileDanger.DISK_IMAGE: DISKS,
        FileDanger.MACROS: WITH_MACROS,
        FileDanger.PAGE: PAGES,
    }
    return next((danger for danger, known in endings.items() if ending in known), None)


def _shown(content: bytes, *, archive: Archive | None) -> FileDanger | None:
    """What the bytes show, whatever the name says."""
    if content.startswith((*_PROGRAM_HEADS, _NOTEBOOK_HEAD)):
        return FileDanger.PROGRAM
    if content.startswith(_SHORTCUT_HEAD):
        return FileDanger.SHORTCUT
    if content[_DISK_MARK_AT : _DISK_MARK_AT + len(_DISK_MARK)] == _DISK_MARK:
        return FileDanger.DISK_IMAGE
    if content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE_HEADS):
        return FileDanger.PAGE
    if archive is not None:
        return _packed(archive)
    if content.startswith(_OLD_OFFICE_HEAD):
        return _old_office(content)
    if content.startswith(b"%PDF") and any(mark in content for mark in _RUNS_IN_PDF):
        return FileDanger.MACROS
    return None


def _packed(archive: Archive) -> FileDanger | None:
    endings = {extension(name) for name in archive.names}
    if endings & (PROGRAMS | SHORTCUTS | DISKS):
        return FileDanger.PROGRAM
    if archive.is_locked:
        return FileDanger.LOCKED
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in archive.names)
    return FileDanger.MACROS if has_macros or endings & WITH_MACROS else None


def _old_office(content: bytes) -> FileDanger | None:
    if _MACROS in content:
        return FileDanger.MACROS
    return FileDanger.LOCKED if _LOCKED_OFFICE in content else None

"""RTF of Outlook's own compression (MS-OXRTFCP). Pure, bounded, never raises on bytes."""

import struct

MAX_PLAIN = 4 * 2**20
_HEADER = 16
_NOT_PACKED, _PACKED = 0x414C454D, 0x75465A4C
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss "
    b"\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl"
    b"\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(packed: bytes) -> bytes:
    """`packed` as plain RTF; blank when it is none, cut when it is damaged."""
    if len(packed) < _HEADER:
        return b""
    _size, plain_size, mark = struct.unpack_from("<III", packed)
    if mark == _NOT_PACKED:
        return packed[_HEADER : _HEADER + plain_size]
    if mark != _PACKED or plain_size > MAX_PLAIN:
        return b""
    return _Window(packed).unpacked(plain_size)


class _Window:
    """The last 4 096 bytes, which references point into."""

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self.window = bytearray(_DICTIONARY.ljust(4096, b"\x00"))
        self.write = len(_DICTIONARY)
        self.out = bytearray()

    def unpacked(self, size: int) -> bytes:
        """The first `size` bytes of the plain text."""
        position = _HEADER
        while position < len(self.packed) and len(self.out) < size:
            flags = self.packed[position]
            position = self._run(flags, position=position + 1)
        return bytes(self.out[:size])

    def _run(self, flags: int, *, position: int) -> int:
        """Eight bytes or references; the position behind them."""
        for bit in range(8):
            if position >= len(self.packed):
                break
            if not flags >> bit & 1:
                self._put(self.packed[position])
                position += 1
                continue
            pair = int.from_bytes(self.packed[position : position + 2], "big")
            position += 2
            if pair >> 4 == self.write:
                return len(self.packed)  # a reference to itself is the end
            for step in range((pair & 15) + 2):
                self._put(self.window[((pair >> 4) + step) % 4096])
        return position

    def _put(self, byte: int) -> None:
        self.window[self.write] = byte
        self.out.append(byte)
        self.write = (self.write + 1) % 4096

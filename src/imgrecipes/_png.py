"""Decode PNG files of which every row is there."""

from __future__ import annotations

import io
import math
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.PngImagePlugin import PngImageFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First row and column of the seven passes of an interlaced image, and the steps.
_PASSES = (
    *((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4)),
    *((2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)),
)


def png_size(data: bytes) -> tuple[int, int]:
    """Return the rows and columns that the header declares."""
    columns, rows = struct.unpack(">II", data[16:24])
    return rows, columns


def decode_png(data: bytes) -> tuple[NDArray[Any], bytes]:
    """Return the pixels and the EXIF block, empty if there is none."""
    chunks = _chunks(data)
    names = [name for name, _ in chunks]
    if b"acTL" in names:
        raise ValueError("it is an animation; allowed is one picture")
    unknown = {name for name in names if name[:1].isupper()} - {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND")
    }
    if unknown or names.count(b"IHDR") != 1 or names[0] != b"IHDR":
        raise ValueError(f"it is damaged: its chunks are {b' '.join(names)[:200]!r}")
    header = struct.unpack(">IIBBBBB", chunks[0][1])
    if header[3] not in _CHANNELS:
        raise ValueError(f"it is damaged: there is no colour type {header[3]}")
    if header[2] == 16 and header[3] != 0:
        raise ValueError(
            "it has 16 bits in colour or with alpha; allowed are 8 "
            "(imageio.v3.imread with the plugin opencv reads it)"
        )
    _check_rows([body for name, body in chunks if name == b"IDAT"], header)
    if header[3] == 3 and b"PLTE" not in names:
        raise ValueError("it is damaged: its palette is missing")
    # Pillow limits the size of comments, colour profiles and the like: leave them out.
    needed = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    plain = b"".join(_chunk(*chunk) for chunk in chunks if chunk[0] in needed)
    exif = next((body for name, body in chunks if name == b"eXIf"), b"")
    with PngImageFile(io.BytesIO(data[:8] + plain)) as image:
        if image.mode == "P":
            return _paint(image), exif
        array = np.array(image)
    # Older versions of Pillow widen 16 bits to 32.
    return array.astype(np.uint16) if array.dtype == np.int32 else array, exif


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks, place = list[tuple[bytes, bytes]](), 8
    while not chunks or chunks[-1][0] != b"IEND":
        head = data[place : place + 8]
        body = data[place + 8 : place + 8 + int.from_bytes(head[:4])]
        place += 12 + len(body)
        if place > len(data) or len(body) < int.from_bytes(head[:4]):
            raise ValueError("it is truncated: the end mark is missing")
        if zlib.crc32(head[4:] + body) != int.from_bytes(data[place - 4 : place]):
            raise ValueError(f"it is damaged: wrong checksum in chunk {head[4:]!r}")
        chunks.append((head[4:], body))
    return chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + checksum


def _check_rows(parts: Sequence[bytes], header: tuple[int, ...]) -> None:
    """Check that the compressed data hold as many bytes as the header declares."""
    columns, rows, bits, color, *_, interlaced = header
    pixel = bits * _CHANNELS[color]
    expected = 0
    for row, column, down, across in _PASSES if interlaced else ((0, 0, 1, 1),):
        width = math.ceil((columns - column) / across)
        height = math.ceil((rows - row) / down)
        if width > 0 and height > 0:
            # Each row has a byte for its filter.
            expected += height * (1 + math.ceil(width * pixel / 8))
    unpacker, found = zlib.decompressobj(), 0
    for part in parts:
        for start in range(0, len(part), 2**14):
            # The memory stays small: 16 kB unpack to 16 MB at most.
            found += len(unpacker.decompress(part[start : start + 2**14]))
            if found > expected:
                break
    if found != expected or not unpacker.eof:
        more = " or more" if found > expected else ""
        raise ValueError(
            f"its rows are not complete: the header declares {expected} bytes, the "
            f"data hold {found}{more}"
        )


def _paint(image: PngImageFile) -> NDArray[np.uint8]:
    """Turn the numbers of an image with a palette into its colours."""
    largest, colors = int(np.asarray(image).max()), image.getpalette() or []
    if 3 * largest >= len(colors):
        raise ValueError(
            f"it is damaged: a pixel has colour {largest} of a palette of "
            f"{len(colors) // 3}"
        )
    return np.array(image.convert("RGBA" if "transparency" in image.info else "RGB"))

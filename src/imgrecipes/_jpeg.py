"""Decode JPEG data of which every scan is complete."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

# Coefficients of a block of 8 x 8 pixels that a progressive file may send in parts.
_COEFFICIENTS = 64
_MOST_SCANS = 100
# Bytes that a decoder must not need; most are valid codes of the usual Huffman tables.
_SURPLUS = bytes(range(0x9A, 0xFA, 7)) + bytes(range(0x05, 0x9A, 7))


def jpeg_segments(data: bytes) -> list[tuple[int, bytes]]:
    """Cut JPEG data into (marker, segment); a scan holds its compressed data.

    Raises ValueError if the data end before the end-of-image marker.
    """
    segments, place = list[tuple[int, bytes]](), 2
    while True:
        start = re.compile(rb"\xff+[^\x00\xff]").search(data, place)
        if start is None:
            raise ValueError("it is cut short: the end-of-image marker is missing")
        marker, begin = data[start.end() - 1], start.end()
        if marker == 0xD9:
            return segments
        place = begin + max(2, int.from_bytes(data[begin : begin + 2]))
        if marker == 0xDA:
            # A zero or a restart marker behind 0xFF belongs to the compressed data.
            end = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]").search(data, place)
            place = end.start() if end else len(data)
        segments.append((marker, b"\xff" + bytes([marker]) + data[begin:place]))


def jpeg_size(segments: Sequence[tuple[int, bytes]]) -> tuple[int, int, int]:
    """Return the rows, columns and samples that the frame header declares."""
    frame = _frame(segments)
    return int.from_bytes(frame[5:7]), int.from_bytes(frame[7:9]), frame[9]


def decode_jpeg(segments: Sequence[tuple[int, bytes]]) -> NDArray[np.uint8]:
    """Decode cut JPEG data, or raise ValueError if a part of the image is missing."""
    _check_scans(segments)
    # Of what applications add, only the marks of the colour space change pixels.
    kept = [part for part in segments if part[0] < 0xE0 or part[0] in {0xE0, 0xEE}]
    image = _decode_stream(body for _, body in kept)
    # Where compressed data end too early, libjpeg fills up with grey and says nothing.
    # Then other bytes behind them give other pixels; a complete scan ignores them.
    surplus = (_extend_scan(body) if marker == 0xDA else body for marker, body in kept)
    if not np.array_equal(image, _decode_stream(surplus)):
        raise ValueError("it is cut short: the compressed data of a scan end too early")
    return image


def _extend_scan(scan: bytes) -> bytes:
    """Add surplus bytes behind each part of a scan, and one part more."""
    *parts, last = re.split(rb"\xff+([\xd0-\xd7])", scan)
    marks = b"".join(parts[1::2])
    if marks != bytes(0xD0 + index % 8 for index in range(len(marks))):
        raise ValueError("it is damaged: restart markers are missing")
    pieces = [part + _SURPLUS for part in [*parts[::2], last, b""]]
    ends = [b"\xff" + bytes([0xD0 + index % 8]) for index in range(len(pieces) - 1)]
    return b"".join(map(bytes.__add__, pieces, [*ends, b""]))


def _decode_stream(segments: Iterator[bytes]) -> NDArray[Any]:
    data = b"\xff\xd8" + b"".join(segments) + b"\xff\xd9"
    with JpegImageFile(io.BytesIO(data)) as image:
        if image.mode not in {"L", "RGB"}:
            raise ValueError(
                f"its mode is {image.mode}; allowed are grey and RGB (PIL.Image.open "
                "reads it)"
            )
        return np.array(image)


def _frame(segments: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the header that declares the size of the image."""
    tables = {0xC4, 0xC8, 0xCC}
    frames = [
        body for kind, body in segments if 0xC0 <= kind < 0xD0 and kind not in tables
    ]
    if len(frames) != 1 or len(frames[0]) < 13:
        raise ValueError("it is damaged: it has no frame header, or more than one")
    if frames[0][1] not in {0xC0, 0xC1, 0xC2}:
        raise ValueError(
            "it is lossless or arithmetic-coded JPEG; allowed are baseline and "
            "progressive"
        )
    return frames[0]


def _check_scans(segments: Sequence[tuple[int, bytes]]) -> None:
    """Check that the scans together send each bit of each coefficient."""
    frame = _frame(segments)
    progressive = frame[1] == 0xC2
    scans = [body for marker, body in segments if marker == 0xDA]
    if len(scans) > _MOST_SCANS:
        raise ValueError(f"it has {len(scans)} scans; allowed are {_MOST_SCANS}")
    components = frame[10 : 10 + 3 * frame[9] : 3]
    # How many of the lowest bits are still missing; None if all are.
    missing: dict[int, list[int | None]]
    missing = {name: [None] * _COEFFICIENTS for name in components}
    for scan in scans:
        count = scan[4] if len(scan) > 4 else 0
        if not 1 <= count <= 4 or len(scan) < 8 + 2 * count:
            raise ValueError("it is damaged: a scan has no header")
        first, last, steps = scan[5 + 2 * count : 8 + 2 * count]
        if not progressive:
            first, last, steps = 0, _COEFFICIENTS - 1, 0
        before, after = divmod(steps, 16)
        for name in scan[5 : 5 + 2 * count : 2]:
            for index in range(first, min(last, _COEFFICIENTS - 1) + 1):
                if name not in missing or missing[name][index] != (before or None):
                    raise ValueError("it is damaged: a scan is missing, or comes twice")
                missing[name][index] = after
    if not scans or any(rest != 0 for bits in missing.values() for rest in bits):
        raise ValueError("it is cut short: scans are missing")

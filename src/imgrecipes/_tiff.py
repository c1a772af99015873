"""Decode TIFF files, with each strip and tile checked against the header."""

from __future__ import annotations

import io
import math
import os
import re
import struct
import zlib
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
import tifffile
from PIL.TiffImagePlugin import TiffImageFile

from imgrecipes._jpeg import decode_jpeg, jpeg_segments, jpeg_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import IntEnum
    from pathlib import Path

    from numpy.typing import NDArray

# Types of values in tags, in the letters of struct.
_VALUES = dict(
    zip((1, 2, 3, 4, 6, 7, 8, 9, 13, 16, 17, 18), "BsHIbshiIQqQ", strict=True)
)
_TAGS = {
    256: "columns",
    257: "rows",
    258: "bits",
    259: "compression",
    262: "colors",
    266: "fill_order",
    270: "text",
    273: "strips",
    274: "orientation",
    277: "samples",
    278: "strip_rows",
    279: "strip_sizes",
    284: "planar",
    317: "predictor",
    322: "tile_columns",
    323: "tile_rows",
    324: "tiles",
    325: "tile_sizes",
    339: "kind",
    347: "tables",
    32997: "depth",
}
_KINDS = {1: "uint", 2: "int", 3: "float", 5: "complex int", 6: "complex"}
_DTYPES = {
    *(f"{kind}{bits}" for kind in ("uint", "int") for bits in (8, 16, 32, 64)),
    *("bool", "float16", "float32", "float64"),
}
_PLAIN, _LZW, _JPEG, _PACKBITS = 1, 5, 7, 32773
_DEFLATE = (8, 32946)
# What tifffile takes for planes of one image although they are in other files.
_SCATTERED = ("mmstack", "ndtiff", "scanimage")


class _Page(NamedTuple):
    """What the tags of a page say of its pixels."""

    number: int
    start: int
    rows: int
    columns: int
    samples: int
    dtype: np.dtype[Any]
    colors: int
    orientation: int
    # The samples of a pixel are in separate planes.
    separate: bool
    compression: int
    predictor: int
    fill_order: int
    # Rows and columns of a strip or a tile.
    block: tuple[int, int]
    tiled: bool
    places: Sequence[int]
    sizes: Sequence[int]
    tables: bytes


def check_pixels(shape: Sequence[int], max_pixels: int) -> None:
    """Raise ValueError if a header declares more than `max_pixels`."""
    if math.prod(shape) > max_pixels:
        size = " x ".join(str(length) for length in shape)
        raise ValueError(
            f"the header declares {size} = {math.prod(shape)} pixels; allowed are "
            f"max_pixels = {max_pixels}"
        )


def read_tiff(path: Path, max_pixels: int) -> tuple[NDArray[Any], int, bool]:
    """Return the pixels, their orientation, and whether the last axis is samples."""
    with path.open("rb") as file:
        directories = list(_directories(file))
        pages = [
            _parse_page(number, *found) for number, found in enumerate(directories)
        ]
        first = pages[0]
        check_pixels((first.rows, first.columns), max_pixels)
        for page in pages:
            _check_blocks(page)
        if sum(sum(page.sizes) for page in pages) > _length(file):
            raise ValueError("it is damaged: its strips overlap")
        texts = [tags.get("text", (b"",))[0] for _, _, tags in directories]
        if any(b"<!ENTITY" in text for text in texts):
            raise ValueError("its metadata define XML entities, which may explode")
        axes, lengths, order, place = _arrange(path, pages, texts[0])
        planes = [n for axis, n in zip(axes, lengths, strict=True) if axis != "S"]
        check_pixels(planes, max_pixels)
        one = first.rows * first.columns * first.samples
        _check_imagej(texts[0], math.prod(planes) // (first.rows * first.columns))
        if first.orientation != 1 and planes[-2:] != [first.rows, first.columns]:
            raise ValueError(f"its orientation is of other axes than {axes}, {lengths}")
        if len(order) == 1 and place is not None and math.prod(lengths) > one:
            # ImageJ describes all planes of a large stack in a single page.
            size = math.prod(lengths) * first.dtype.itemsize
            data = _take(file, place, size, 0)
            array = np.frombuffer(data, first.dtype).reshape(lengths)
            array = np.moveaxis(array, axes.index("S"), -1) if "S" in axes else array
        elif math.prod(lengths) == one * len(order):
            _check_alike(order)
            shape = (first.rows, first.columns, first.samples)
            stack = np.empty((len(order), *shape), first.dtype.newbyteorder("="))
            for page, out in zip(order, stack, strict=True):
                _decode_page(file, page, out)
            array = stack.reshape(*planes, *shape[2 : 2 + ("S" in axes)])
        else:
            raise ValueError(
                f"its metadata describe {math.prod(lengths)} values, its pages hold "
                f"{one * len(order)}"
            )
    native = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    return native, first.orientation, "S" in axes


def _length(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _take(file: IO[bytes], place: int, size: int, number: int) -> bytes:
    """Read bytes that belong to a page; none are claimed that the file lacks."""
    if place <= 0 or size < 0 or place + size > _length(file):
        raise ValueError(f"page {number} is cut short; the file ends too early")
    file.seek(place)
    return file.read(size)


def _directories(
    file: IO[bytes],
) -> Iterator[tuple[str, int, dict[str, tuple[Any, ...]]]]:
    """Yield the byte order, place and tags of each page."""
    head = file.read(16)
    order = "<" if head.startswith(b"II") else ">"
    big = b"+" in head[2:4]
    count, entry, pointer = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    (start,) = struct.unpack_from(order + pointer, head, 8 if big else 4)
    seen, number, spent = set[int](), 0, 0
    while start or not number:
        if start in seen:
            raise ValueError(f"the pointer to page {number} leads back to an old page")
        seen.add(start)
        place = start + struct.calcsize(count)
        head = _take(file, start, place - start, number)
        length = struct.unpack(order + count, head)[0] * struct.calcsize("=" + entry)
        spent += length
        table = _take(file, place, length, number)
        tags: dict[str, tuple[Any, ...]] = {}
        for tag, kind, many, inline in struct.iter_unpack(order + entry, table):
            if tag not in _TAGS or kind not in _VALUES:
                continue
            form = f"{order}{many}{_VALUES[kind]}"
            size = struct.calcsize("=" + _VALUES[kind]) * many
            data = inline[:size]
            if size > len(inline):
                spent += size
                where = struct.unpack(order + pointer, inline)[0]
                data = _take(file, where, size, number)
            tags[_TAGS[tag]] = struct.unpack(form, data)
        # Directories that overlap would take far more time than the file has bytes.
        if spent > 4 * _length(file) + 2**20:
            raise ValueError("it is damaged: its pages overlap")
        yield order, start, tags
        number += 1
        end = place + length
        file.seek(end)
        tail = file.read(struct.calcsize(pointer))
        if len(tail) < struct.calcsize(pointer):
            raise ValueError(f"page {number} is missing; the file ends too early")
        (start,) = struct.unpack(order + pointer, tail)


def _parse_page(
    number: int, order: str, start: int, tags: dict[str, tuple[Any, ...]]
) -> _Page:
    def get(name: str, default: int) -> int:
        return int((tags.get(name) or (default,))[0])

    rows, columns, samples = get("rows", 0), get("columns", 0), get("samples", 1)
    colors, compression = get("colors", -1), get("compression", _PLAIN)
    separate = get("planar", 1) == 2 and samples > 1
    # Decoders of JPEG turn YCbCr into RGB, if they get the samples together.
    allowed = (1, 2, 6) if compression == _JPEG and not separate else (1, 2)
    if rows < 1 or columns < 1 or get("depth", 1) != 1:
        raise ValueError(
            f"page {number} has {columns} columns, {rows} rows and the depth "
            f"{get('depth', 1)}; allowed are pages of pixels"
        )
    if colors not in allowed or not 1 <= samples <= 4:
        raise ValueError(
            f"its colours are {_name(tifffile.PHOTOMETRIC, colors)}, {samples} samples "
            "a pixel; allowed are MINISBLACK and RGB with up to 4 (tifffile.imread "
            "reads the numbers as they are stored)"
        )
    if compression not in {_PLAIN, _LZW, _JPEG, _PACKBITS, *_DEFLATE}:
        raise ValueError(
            f"its compression is {_name(tifffile.COMPRESSION, compression)}; allowed "
            "are none, LZW, PackBits, Deflate and JPEG (try PIL.Image.open, or "
            "tifffile.imread with the package imagecodecs, and save it as PNG)"
        )
    tiled = "tiles" in tags
    block = rows, columns
    if tiled:
        block = get("tile_rows", 0), get("tile_columns", 0)
    elif 1 <= get("strip_rows", rows) < rows:
        block = get("strip_rows", rows), columns
    return _Page(
        number,
        start,
        rows,
        columns,
        samples,
        _sample_dtype(tags, order),
        colors,
        get("orientation", 1),
        separate,
        compression,
        get("predictor", 1),
        get("fill_order", 1),
        block,
        tiled,
        tags.get("tiles" if tiled else "strips", ()),
        tags.get("tile_sizes" if tiled else "strip_sizes", ()),
        tags.get("tables", (b"",))[0],
    )


def _name(names: type[IntEnum], value: int) -> str:
    """Return the name of a number in an enumeration, or the number."""
    known = {int(member): str(member.name) for member in names}
    return known.get(value, str(value))


def _sample_dtype(tags: dict[str, tuple[Any, ...]], order: str) -> np.dtype[Any]:
    bits, kinds = set(tags.get("bits", (1,))), set(tags.get("kind", (1,)))
    if len(bits) != 1 or len(kinds) != 1:
        raise ValueError(f"its samples differ: bits {sorted(bits)}")
    size, kind = bits.pop(), kinds.pop()
    name = f"{_KINDS.get(kind, f'kind {kind} of ')}{size}"
    name = "bool" if name == "uint1" else name
    if name not in _DTYPES:
        raise ValueError(f"its samples are {name}; allowed are {sorted(_DTYPES)}")
    return np.dtype(name).newbyteorder("<" if order == "<" else ">")


def _grid(page: _Page) -> tuple[int, int, int]:
    """Return how many strips or tiles are below, beside and behind each other."""
    down = -(-page.rows // page.block[0])
    across = -(-page.columns // page.block[1])
    return down, across, page.samples if page.separate else 1


def _check_blocks(page: _Page) -> None:
    """Check that there are as many strips or tiles as the header declares."""
    number, (rows, columns) = page.number, page.block
    # A tile is larger than a small image, but not without bounds.
    if min(rows, columns) < 1 or rows * columns > 4 * page.rows * page.columns + 2**22:
        raise ValueError(f"page {number} has tiles of {rows} x {columns} pixels")
    needed = math.prod(_grid(page))
    if not page.places or not all(page.places):
        raise ValueError(f"page {number} is cut short; the file ends too early")
    if not len(page.places) == len(page.sizes) == needed:
        raise ValueError(
            f"page {number} is not complete: it has {len(page.places)} strips or "
            f"tiles of {len(page.sizes)} sizes, its header declares {needed}"
        )


def _check_alike(pages: Sequence[_Page]) -> None:
    for page in pages:
        for name in ("rows", "columns", "samples", "dtype", "colors", "orientation"):
            values = getattr(pages[0], name), getattr(page, name)
            if values[0] != values[1]:
                raise ValueError(
                    f"its pages differ in {name}: {values[0]}, {values[1]}"
                )


def _arrange(
    path: Path, pages: list[_Page], text: bytes
) -> tuple[str, list[int], list[_Page], int | None]:
    """Return the axes, lengths and pages of the image, and where its pixels start.

    They follow the metadata of OME, ImageJ and others, which tifffile knows.
    """
    known = tifffile.TIFF.FILE_FLAGS
    flags: dict[str, Any] = {
        f"is_{kind}": False for kind in _SCATTERED if kind in known
    }
    if not _check_ome(path, pages, text):
        flags["is_ome"] = False
    with tifffile.TiffFile(path, _multifile=False, **flags) as tiff:
        if len(tiff.series) != 1:
            raise ValueError(
                f"it holds {len(tiff.series)} images that differ in shape or dtype; "
                "allowed is one, or pages that are alike (tifffile.imread reads one "
                "of them: key=0)"
            )
        (series,) = tiff.series
        smaller = {
            page.offset for level in series.levels[1:] for page in level.pages if page
        }
        found = {page.start: page for page in pages if page.start not in smaller}
        axes, lengths, place = series.axes, [*series.shape], series.dataoffset
        if place is None:
            starts = [page and page.offset for page in series.pages]
        else:
            # The pages follow each other without a gap.
            ordered = sorted(found.values(), key=lambda page: page.places[0])
            starts = [page.start for page in ordered]
    if set(starts) != set(found):
        raise ValueError(
            f"it is not complete: its metadata describe {len(starts)} pages, it holds "
            f"{len(found)}"
        )
    return axes, lengths, [found[start] for start in starts if start], place


def _check_ome(path: Path, pages: Sequence[_Page], text: bytes) -> bool:
    """Return whether OME metadata describe this file; refuse them if pages lack."""
    if not text.rstrip(b"\0 \r\n\t").endswith(b"OME>"):
        return True
    numbers = rb"\s(?:First[A-Z]|IFD|NumPlanes|PlaneCount)=[\"'](\d+)"
    largest = max(map(int, re.findall(numbers, text)), default=0)
    described = sum(
        math.prod(map(int, re.findall(rb"\sSize[XYZCT]=[\"'](\d+)", pixels)))
        for pixels in re.findall(rb"<(?:\w+:)?Pixels\s[^>]*>", text)
    )
    stored = sum(page.rows * page.columns * page.samples for page in pages)
    if described == stored and largest <= len(pages):
        return True
    names = set(re.findall(rb"\sFileName=[\"']([^\"']*)", text))
    if described and not names - {path.name.encode()}:
        raise ValueError(
            f"it is not complete: its OME metadata describe {described} values and up "
            f"to {largest} planes, its {len(pages)} pages hold {stored} values"
        )
    # The metadata of an image in several files: this one gives its own pages.
    return False


def _check_imagej(text: bytes, count: int) -> None:
    declared = re.search(rb"^images=(\d+)", text, re.MULTILINE)
    if text.startswith(b"ImageJ=") and declared and int(declared[1]) > count:
        raise ValueError(
            f"it is not complete: its ImageJ metadata describe {int(declared[1])} "
            f"planes, it holds {count}"
        )


def _decode_page(file: IO[bytes], page: _Page, out: NDArray[Any]) -> None:
    """Fill `out` with the samples of a page."""
    down, across, behind = _grid(page)
    inner, (rows, columns) = page.samples // behind, page.block
    for plane in range(behind):
        chosen = slice(plane * down * across, (plane + 1) * down * across)
        pieces = [
            _take(file, place, size, page.number)
            for place, size in zip(page.places[chosen], page.sizes[chosen], strict=True)
        ]
        blocks = _decode_blocks(page, pieces, inner)
        for index, block in enumerate(blocks):
            row, column = index // across * rows, index % across * columns
            part = out[row : row + rows, column : column + columns]
            part = part[..., plane * inner : (plane + 1) * inner]
            part[...] = block[: part.shape[0], : part.shape[1]]


def _decode_blocks(
    page: _Page, pieces: list[bytes], inner: int
) -> Iterator[NDArray[Any]]:
    """Yield the samples of each strip or tile."""
    rows, columns = page.block
    heights = [rows] * len(pieces)
    if not page.tiled:
        heights[-1] = page.rows - rows * (len(pieces) - 1)
    if page.fill_order == 2:
        table = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
        pieces = [piece.translate(table) for piece in pieces]
    if page.compression == _JPEG:
        for piece, height in zip(pieces, heights, strict=True):
            yield _decode_jpeg_block(page, piece, (height, columns, inner))
        return
    bits = 1 if page.dtype == np.bool_ else 8 * page.dtype.itemsize
    width = -(-columns * inner * bits // 8)
    if page.compression in {_LZW, _PACKBITS}:
        pieces = _unpack_with_libtiff(pieces, width, heights, page.compression)
    for piece, height in zip(pieces, heights, strict=True):
        size, data = width * height, piece
        if page.compression in _DEFLATE:
            unpacker = zlib.decompressobj()
            # Asked for one byte more, zlib goes on to the checksum.
            data = unpacker.decompress(piece, size + 1)
            data = data if len(data) > size or unpacker.eof else b""
        if len(data) < size:
            raise ValueError(
                f"a strip or tile of page {page.number} is not complete; its header "
                f"declares {size} bytes"
            )
        flat = np.frombuffer(data, np.uint8, size).reshape(height, width)
        yield _to_samples(page, flat, (height, columns, inner))


def _unpack_with_libtiff(
    pieces: Sequence[bytes], width: int, heights: Sequence[int], compression: int
) -> list[bytes]:
    """Unpack pieces of `width` bytes a row, as grey levels in a TIFF of their own.

    So Pillow, which knows few kinds of pixels, unpacks all of them.
    """
    count, start = len(pieces), 8 + 2 + 9 * 12 + 4
    places = [start + 8 * count]
    for piece in pieces[:-1]:
        places.append(places[-1] + len(piece))
    sizes = [len(piece) for piece in pieces]
    many = count > 1
    tags = [
        *((256, 1, width), (257, 1, sum(heights)), (258, 1, 8), (259, 1, compression)),
        *((262, 1, 1), (273, count, start if many else places[0]), (277, 1, 1)),
        *((278, 1, heights[0]), (279, count, start + 4 * count if many else sizes[0])),
    ]
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    head += b"".join(struct.pack("<HHII", tag, 4, *values) for tag, *values in tags)
    lists = struct.pack(f"<I{2 * count}I", 0, *places, *sizes)
    with TiffImageFile(io.BytesIO(head + lists + b"".join(pieces))) as image:
        data = image.tobytes()
    ends = np.cumsum([width * height for height in heights]).tolist()
    return [data[end - width * n : end] for end, n in zip(ends, heights, strict=True)]


def _to_samples(
    page: _Page, flat: NDArray[np.uint8], shape: tuple[int, int, int]
) -> NDArray[Any]:
    """Turn rows of bytes into samples of the given shape."""
    rows, columns, inner = shape
    if page.dtype == np.bool_:
        bits = np.unpackbits(flat, axis=1, count=columns * inner)
        return bits.view(bool).reshape(shape)
    # Only these compressions know a predictor: differences instead of the samples.
    predictor = page.predictor if page.compression in {_LZW, *_DEFLATE} else 1
    if predictor == 1:
        return flat.view(page.dtype).reshape(shape)
    if predictor == 2 and page.dtype.kind in "ui":
        native = page.dtype.newbyteorder("=")
        steps = flat.view(page.dtype).reshape(shape).astype(native)
        return steps.cumsum(axis=1, dtype=native)
    if predictor == 3 and page.dtype.kind == "f":
        # First all highest bytes of a row, then all second ones, and so on.
        steps = flat.reshape(rows, -1, inner).cumsum(axis=1, dtype=np.uint8)
        steps = steps.reshape(rows, page.dtype.itemsize, columns * inner)
        order = np.ascontiguousarray(steps.swapaxes(1, 2))
        return order.view(page.dtype.newbyteorder(">")).reshape(shape)
    raise ValueError(
        f"its predictor is {predictor} for {page.dtype}; allowed are 1 to 3"
    )


def _decode_jpeg_block(
    page: _Page, piece: bytes, shape: tuple[int, int, int]
) -> NDArray[np.uint8]:
    if len(page.tables) > 2**14:
        raise ValueError(f"it is damaged: JPEG tables of {len(page.tables)} bytes")
    tables = jpeg_segments(page.tables) if page.tables else []
    parts = [*tables, *jpeg_segments(piece)]
    # Only the tag tells the colours; the marks of applications would override it.
    transform = 1 if page.colors == 6 else 0
    adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform])
    parts = [part for part in parts if not 0xE0 <= part[0] < 0xF0]
    rows, columns, samples = jpeg_size(parts)
    if not (shape[0] <= rows <= page.block[0] and (columns, samples) == shape[1:]):
        raise ValueError(
            f"a strip or tile holds {rows} x {columns} pixels of {samples} samples, "
            f"its header declares {shape}"
        )
    if page.dtype != np.uint8:
        raise ValueError(f"it stores {page.dtype} as JPEG; allowed is uint8")
    return decode_jpeg([(0xEE, adobe), *parts]).reshape(rows, columns, samples)

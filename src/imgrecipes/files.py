"""Files: read and write images, raw data and whole folders, map what is too large."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import gzip
import math
import os
import re
import secrets
import shutil
import stat
import struct
import warnings
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import tifffile
from PIL import Image, ImageFile

from imgrecipes._checks import (
    check_choice,
    check_flag,
    check_image,
    check_integer,
    check_integers,
)
from imgrecipes._jpeg import decode_jpeg, jpeg_segments, jpeg_size
from imgrecipes._png import decode_png, png_size
from imgrecipes._tiff import check_pixels, read_tiff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

_FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


def read_image(
    path: str | os.PathLike[str], max_pixels: int = 2**27, upright: bool = True
) -> NDArray[np.generic]:
    """Read a PNG, JPEG or TIFF file into an array, complete and upright.

    Parameters
    ----------
    path : str or path
        The file. Its first bytes tell the format, whatever its name.
    max_pixels : int, default 2 ** 27
        Largest number of pixels to accept, over all planes: by default as many as a
        volume of 512 x 512 x 512 has. The header is checked before any pixel is read,
        and no more is decompressed than the header declares.
    upright : bool, default True
        Turn the image as its orientation tag says (EXIF in JPEG and PNG, Orientation in
        TIFF), so that photographs of a turned camera come out upright. With False, the
        rows and columns stay in the order in which they are stored.

    Returns
    -------
    ndarray
        Shape (rows, columns) if grey, (rows, columns, channels) in colour, (planes,
        rows, columns) or (planes, rows, columns, channels) from a TIFF of many pages.
        If OME or ImageJ metadata arrange the pages along several axes, each of them is
        an axis of the array, in place of the planes: (channels, planes, rows, columns)
        for an OME-TIFF with the axes CZYX. OME axes of length 1 are left out.
        The dtype is that of the file: uint8, uint16, bool for one bit a pixel, and in
        TIFF all integers and floats, in the byte order of this machine. Nothing is
        rescaled.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If the file is empty, cut short, incomplete, broken, in another format, larger
        than `max_pixels`, or of a kind that the notes exclude; if `upright` is not a
        bool.

    See Also
    --------
    imageio.v3.imread : many more formats; `rotate` turns photographs upright.
    PIL.ImageOps.exif_transpose : the plain call that turns a photograph upright.
    tifffile.imread : TIFF with all its metadata and compressions.
    skimage.io.imread : the same.
    cv2.imread : the channels come as blue, green, red; 16 bits need a flag.
    SimpleITK.ReadImage : medical formats, with the size of a pixel in millimetres.

    Notes
    -----
    - A PNG with a palette becomes red, green and blue, with alpha if the palette is
      transparent. Grey levels of 2 or 4 bits are spread to 0 to 255, as PNG defines.
    - An alpha channel is kept as the last one: shape (..., 2) or (..., 4). A single
      colour declared transparent is not.
    - An orientation other than 1 to 8, or an EXIF block that cannot be read, counts as
      upright. Gamma and colour profiles are not applied.
    - TIFF may be uncompressed or compressed with LZW, PackBits, Deflate or JPEG. Of an
      OME data set that spans several files, the planes of this file are read.
    - An image is never returned incomplete. Rows, strips and tiles are counted, and a
      JPEG is decoded twice: libjpeg replaces missing data by grey without an error, so
      other bytes behind the data must not change the pixels. Neither JPEG nor most
      kinds of TIFF have a checksum, so a changed byte in the middle may go unnoticed.
    - Refused rather than read wrongly: PNG in colour or with alpha of 16 bits (Pillow
      would drop 8 of them), animated PNG, JPEG in CMYK, TIFF other than grey with black
      as 0 or RGB, TIFF whose pages differ in shape.
    - Pillow's switch ``ImageFile.LOAD_TRUNCATED_IMAGES`` would fill what a file lacks
      with grey, so it must be off, as it is by default.

    Time and memory grow with the number of pixels.

    Elsewhere: ImageJ ``File > Open...``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from PIL import Image
    >>> from imgrecipes.files import read_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "levels.png")
    ...     Image.fromarray(np.array([[0, 1], [2, 65535]], np.uint16)).save(path)
    ...     read_image(path)
    array([[    0,     1],
           [    2, 65535]], dtype=uint16)
    """
    path = _existing_file(path)
    max_pixels = check_integer(max_pixels, "max_pixels", low=1)
    upright = check_flag(upright, "upright")
    with path.open("rb") as file:
        head = file.read(8)
    try:
        image, orientation, color = _decode(path, head, max_pixels)
    # A broken file makes the decoders raise almost anything, SyntaxError included.
    except Exception as error:
        raise ValueError(f"cannot read the image {path}: {error}") from error
    return _turn_upright(image, orientation, color) if upright else image


def write_image(
    path: str | os.PathLike[str], image: ArrayLike, quality: int = 95
) -> None:
    """Write an array to a PNG, JPEG or TIFF file, without rescaling.

    Parameters
    ----------
    path : str or path
        The file; its suffix (.png, .jpg, .jpeg, .tif, .tiff) chooses the format. A file
        that exists is replaced, in one step after all is written.
    image : array_like
        - PNG: bool or uint16, shape (rows, columns); uint8, shape (rows, columns) or
          (rows, columns, channels) with 2 (grey, alpha), 3 (red, green, blue) or 4
          channels (and alpha).
        - JPEG: uint8, shape (rows, columns) or (rows, columns, 3).
        - TIFF: bool, integers and floats of up to 64 bits, shape (rows, columns),
          (planes, rows, columns), or either with a last axis of channels. Except in
          masks, a last axis of length 3 or 4 is always channels.
    quality : int, default 95
        Of JPEG alone, 1 to 100: the higher, the smaller the error, the larger the file.

    Raises
    ------
    FileNotFoundError
        If the folder is missing.
    OSError
        If `path` is read-only, or the system cannot write it (the disk is full).
    TypeError, ValueError
        If the format is unknown, cannot store this dtype or shape, `quality` is not
        from 1 to 100, or `path` is a folder, pipe or device instead of a file.

    See Also
    --------
    imageio.v3.imwrite : many more formats.
    tifffile.imwrite : TIFF with compression, tiles and metadata.
    skimage.io.imsave : the same.
    cv2.imwrite : wants the channels as blue, green, red.
    SimpleITK.WriteImage : medical formats too, with the size of a pixel.

    Notes
    -----
    PNG and TIFF are lossless: `read_image` gives the same array back. Booleans are
    stored as one bit a pixel. JPEG rounds the cosine transform of blocks of 8 x 8
    pixels and, in colour, keeps hue at half the resolution; no `quality` makes it
    exact.

    The bytes go to a temporary file in the same folder, which takes the place of the
    old one at the end. An error or a crash on the way leaves the old file as it was. If
    the process is killed (``kill -9``, a power failure), the hidden temporary file
    stays behind: ``.image.png.<8 letters>.tmp`` beside ``image.png``. Delete it.

    Elsewhere: ImageJ ``File > Save As > Tiff...``; CellProfiler ``SaveImages``.

    References
    ----------
    .. [1] G. K. Wallace, "The JPEG still picture compression standard", Communications
       of the ACM 34(4), 1991, pp. 30-44.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from PIL import Image
    >>> from imgrecipes.files import write_image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "mask.png")
    ...     write_image(path, np.eye(3, dtype=bool))
    ...     with Image.open(path) as file:
    ...         print(file.mode, np.asarray(file).tolist()[0])  # one bit a pixel
    1 [True, False, False]
    """
    suffix = check_choice(_check_path(path).suffix.lower(), "suffix of path", _FORMATS)
    quality = check_integer(quality, "quality", low=1, high=100)
    array = check_image(image)
    color = _check_storable(array, _FORMATS[suffix])
    array = np.ascontiguousarray(array)
    with _new_file(path) as file:
        if _FORMATS[suffix] == "TIFF":
            kind = "rgb" if color else "minisblack"
            tifffile.imwrite(
                file, array, photometric=kind, planarconfig="contig" if color else None
            )
        elif _FORMATS[suffix] == "JPEG":
            Image.fromarray(array).save(file, "JPEG", quality=quality)
        else:
            Image.fromarray(array).save(file, "PNG")


def read_raw(
    path: str | os.PathLike[str], shape: Sequence[int], dtype: DTypeLike
) -> NDArray[Any]:
    """Read a file of bare numbers, which has no header to tell what they are.

    Parameters
    ----------
    path : str or path
        The file. If its name ends in .gz, it is decompressed.
    shape : sequence of int
        Shape of the image: (rows, columns), (planes, rows, columns) and so on.
    dtype : dtype
        Integers or floats as stored, byte order included: ``'>u2'`` are unsigned
        integers of 2 bytes, the high byte first; ``'<u2'`` has the low byte first.

    Returns
    -------
    ndarray, shape `shape`
        The numbers in the byte order of this machine.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If `shape` or `dtype` is not valid, the file holds more or fewer bytes than the
        two say, or the compressed data are cut short or broken.

    See Also
    --------
    open_raw : the same without loading it.
    numpy.fromfile : the plain call; reads a file that is too short without a word.
    SimpleITK.ReadImage : reads such a file if a MetaImage header describes it.

    Notes
    -----
    The last axis varies fastest (C order). A file of the right size can still be read
    wrongly, with another shape, dtype or byte order: look at the picture. Of a
    compressed file, one byte more than expected is decompressed at most.

    Elsewhere: ImageJ ``File > Import > Raw...``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from imgrecipes.files import read_raw
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "two.raw")
    ...     _ = path.write_bytes(bytes([0, 215, 1, 0]))
    ...     print(read_raw(path, (1, 2), ">u2"), read_raw(path, (1, 2), "<u2"))
    [[215 256]] [[55040     1]]
    """
    path = _existing_file(path)
    shape, stored = _check_layout(shape, dtype)
    expected = math.prod(shape) * stored.itemsize
    if path.suffix.lower() == ".gz":
        data = _decompress(path, expected)
        _check_bytes(path, len(data), shape, stored)
        image = np.frombuffer(data, stored)
    else:
        _check_bytes(path, path.stat().st_size, shape, stored)
        image = np.fromfile(path, stored)
    return image.reshape(shape).astype(stored.newbyteorder("="), copy=False)


def write_raw(path: str | os.PathLike[str], image: ArrayLike) -> None:
    """Write the bare numbers of an array to a file, without a header.

    Parameters
    ----------
    path : str or path
        The file. If its name ends in .gz, it is compressed. A file that exists is
        replaced, in one step after all is written.
    image : array_like of integers or floats
        The image. Its byte order is kept: convert to ``'>u2'`` to write that.

    Raises
    ------
    FileNotFoundError
        If the folder is missing.
    OSError
        If `path` is read-only, or the system cannot write it (the disk is full).
    TypeError, ValueError
        If `image` is empty, boolean or a single number, or `path` is a folder, pipe or
        device instead of a file.

    See Also
    --------
    numpy.ndarray.tofile : the plain call.
    numpy.save : a file with a header, which remembers shape and dtype.
    SimpleITK.WriteImage : to a name in .mhd, the numbers and a MetaImage header.

    Notes
    -----
    The last axis varies fastest (C order). Shape and dtype are not stored: note them,
    for example in the file's name.

    The old file is replaced in one step, as by `write_image`, and a killed process
    leaves ``.image.raw.<8 letters>.tmp`` beside it.

    Elsewhere: ImageJ ``File > Save As > Raw Data...``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from imgrecipes.files import write_raw
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "two.raw")
    ...     write_raw(path, np.array([215, 256], ">u2"))
    ...     list(path.read_bytes())
    [0, 215, 1, 0]
    """
    check_image(image)
    array = np.ascontiguousarray(image)
    if array.dtype.kind == "b":
        raise TypeError("image has dtype bool; allowed are numbers (a mask is uint8)")
    if not np.ndim(image):
        raise ValueError(f"image is {image!r}; it must be an array with an axis")
    with _new_file(path) as file:
        if _check_path(path).suffix.lower() == ".gz":
            # Without name and time, equal images make equal files.
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                packed.write(array.data)
        else:
            file.write(array.data)


def open_raw(
    path: str | os.PathLike[str], shape: Sequence[int], dtype: DTypeLike
) -> np.memmap[Any, np.dtype[Any]]:
    """Map a file of bare numbers into memory: nothing is loaded until it is used.

    Parameters
    ----------
    path : str or path
        The file, not compressed.
    shape : sequence of int
        Shape of the image: (rows, columns), (planes, rows, columns) and so on.
    dtype : dtype
        Integers or floats as stored, byte order included, such as ``'>u2'``.

    Returns
    -------
    memmap, shape `shape`
        A read-only array whose pixels lie in the file. It keeps the byte order of the
        file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If `shape` or `dtype` is not valid, the file is compressed, or holds more or
        fewer bytes than the two say.

    See Also
    --------
    read_raw : load the whole file.
    numpy.memmap : the plain call; can also map a part, or map for writing.
    tifffile.memmap : maps a TIFF file that is not compressed.

    Notes
    -----
    Opening takes the same time for a file of any size. The operating system reads a
    page of it, commonly 4096 bytes, when one of its pixels is first used, and may
    forget it again. A slice along the first axis is one piece of the file; a slice
    along the last touches every row. Do not cut the file short while it is mapped.

    Elsewhere: ImageJ ``File > Import > Raw...``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from imgrecipes.files import open_raw
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "volume.raw")
    ...     _ = path.write_bytes(bytes(range(24)))
    ...     volume = open_raw(path, (2, 3, 4), np.uint8)
    ...     print(volume[1, 2])
    ...     del volume  # Windows deletes no file that is still mapped
    [20 21 22 23]
    """
    path = _existing_file(path)
    shape, stored = _check_layout(shape, dtype)
    if path.suffix.lower() == ".gz":
        raise ValueError(f"{path} is compressed; decompress it, or use read_raw")
    _check_bytes(path, path.stat().st_size, shape, stored)
    return np.memmap(path, stored, mode="r", shape=shape)


def iter_images(
    folder: str | os.PathLike[str],
    pattern: str = "*",
    max_pixels: int = 2**27,
    upright: bool = True,
    errors: str = "raise",
) -> Iterator[tuple[Path, Any]]:
    """Read the images of a folder one after the other, in natural order.

    Parameters
    ----------
    folder : str or path
        The folder. Folders inside it are not searched.
    pattern : str, default "*"
        Which names to read, such as ``"scan_*.png"``.
    max_pixels : int, default 2 ** 27
        As for `read_image`.
    upright : bool, default True
        As for `read_image`.
    errors : {"raise", "warn", "return"}, default "raise"
        What to do with a file that cannot be read:

        - "raise": raise the error. The next call of `next` goes on with the file after.
        - "warn": skip the file with a warning.
        - "return": give the error in place of the image.

    Returns
    -------
    iterator of (path, ndarray)
        The path of each file and its image, read when its turn comes, so that one image
        at a time is in memory. Empty if no name fits. With ``errors="return"``, an
        exception stands in place of an image that cannot be read.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    OSError, TypeError, ValueError
        If an argument is not valid, or, with ``errors="raise"``, when its turn comes, a
        file cannot be read.

    See Also
    --------
    sort_naturally : the order.
    skimage.io.imread_collection : a list of images that loads on demand.
    pathlib.Path.glob : the paths alone.
    SimpleITK.ImageSeriesReader : reads files of one shape, named in order, as a volume.

    Notes
    -----
    Only names that end in .png, .jpg, .jpeg, .tif or .tiff count, in small or capital
    letters, and no hidden ones. The names are listed at the call, the images are read
    later.

    Elsewhere: ImageJ ``File > Import > Image Sequence...``; CellProfiler ``Images``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from PIL import Image
    >>> from imgrecipes.files import iter_images
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for number in (1, 2, 10):
    ...         gray = np.full((4, 4), number, np.uint8)
    ...         Image.fromarray(gray).save(Path(folder, f"scan_{number}.png"))
    ...     for path, image in iter_images(folder):
    ...         print(path.name, image.max())
    scan_1.png 1
    scan_2.png 2
    scan_10.png 10
    """
    folder = _check_path(folder, "folder")
    if not isinstance(pattern, str):
        raise TypeError(f"pattern is {pattern!r}; it must be a string such as '*.png'")
    max_pixels = check_integer(max_pixels, "max_pixels", low=1)
    upright = check_flag(upright, "upright")
    errors = check_choice(errors, "errors", ("raise", "warn", "return"))
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir fails on long names
        raise FileNotFoundError(f"folder is {str(folder)!r}; there is no such folder")
    paths = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _FORMATS
        and fnmatch.fnmatch(path.name, pattern)
        and not path.name.startswith(".")
        and path.is_file()
    ]

    def read(path: Path) -> tuple[Path, Any] | None:
        try:
            return path, read_image(path, max_pixels, upright)
        except (OSError, TypeError, ValueError) as error:
            if errors == "raise":
                raise
            if errors == "return":
                return path, error
            warnings.warn(str(error), stacklevel=2)
            return None

    # Not a generator, which an error would end.
    return filter(None, map(read, sort_naturally(paths)))


def sort_naturally(paths: Iterable[str | os.PathLike[str]]) -> list[Any]:
    r"""Sort names as people count: 2 before 10.

    Parameters
    ----------
    paths : iterable of str or path
        The names or paths.

    Returns
    -------
    list
        The same objects in natural order.

    Raises
    ------
    TypeError
        If one of `paths` is neither a string nor a path, or `paths` is itself one.

    See Also
    --------
    sorted : compares character by character, 10 before 2.
    natsort.natsorted : the same with signs, decimals and languages.

    Notes
    -----
    A name is cut into digits and the text between. Digits compare as whole numbers,
    text without regard to capital letters. Names that are equal by this, such as ``a1``
    and ``a01``, follow character by character. Sorting n names takes
    :math:`O(n \log n)` comparisons.

    Examples
    --------
    >>> from imgrecipes.files import sort_naturally
    >>> sort_naturally(["scan_10.png", "scan_2.png", "Scan_1.png"])
    ['Scan_1.png', 'scan_2.png', 'scan_10.png']
    """
    if isinstance(paths, str | bytes | os.PathLike) or not np.iterable(paths):
        raise TypeError(f"paths is {paths!r}; it must be a list of names or paths")

    def key(path: str | os.PathLike[str]) -> tuple[list[Any], str]:
        name = _name_of(path, "paths")
        parts: list[Any] = re.split("([0-9]+)", name.casefold())
        # Longer is larger once leading zeros are gone; int() refuses very long digits.
        digits = [part.lstrip("0") for part in parts[1::2]]
        parts[1::2] = [(len(number), number) for number in digits]
        return parts, name

    return sorted(paths, key=key)


def _name_of(path: object, argument: str) -> str:
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(name, str):
        raise TypeError(f"{argument} is {path!r}; it must be a string or a path")
    return name


def _check_path(path: str | os.PathLike[str], argument: str = "path") -> Path:
    name = _name_of(path, argument)
    if "\0" in name:
        raise ValueError(f"{argument} is {name!r}; no name contains the character 0")
    return Path(name)


def _existing_file(path: str | os.PathLike[str]) -> Path:
    file = _check_path(path)
    if not os.path.exists(file):  # noqa: PTH110 - Path.exists fails on long names
        raise FileNotFoundError(f"path is {str(file)!r}; there is no such file")
    _check_regular(file, file.stat().st_mode)
    return file


def _check_regular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, device or broken link"
        raise ValueError(f"path is {str(path)!r}; it must be a file, not {kind}")


@contextlib.contextmanager
def _new_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file that takes its place at `path` only if all goes well."""
    given = _check_path(path)
    target = Path(os.path.realpath(given))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"path is {str(path)!r}; its folder does not exist")
    exists = os.path.lexists(target)
    if exists:
        mode = target.lstat().st_mode
        _check_regular(given, mode)
        # The administrator may write everything; the mode says what is meant.
        if not mode & 0o222 or not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "The file is read-only", str(given))
    # Not from tempfile, whose files nobody else may read. Names may have 255 bytes.
    name = f".{target.name[:50]}.{secrets.token_hex(4)}.tmp"
    temporary = target.with_name(name)
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if exists:
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        # The caller knows the target, not the temporary file.
        reason = f"cannot write the file: {error.strerror or error}"
        raise OSError(error.errno or errno.EIO, reason, str(given)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _decode(
    path: Path, head: bytes, max_pixels: int
) -> tuple[NDArray[np.generic], int, bool]:
    """Return the pixels, their orientation, and whether the last axis is channels."""
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise ValueError("PIL.ImageFile.LOAD_TRUNCATED_IMAGES is on; it must be off")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        data = path.read_bytes()
        check_pixels(png_size(data), max_pixels)
        image, exif = decode_png(data)
        return image, _exif_orientation(exif), image.ndim == 3
    if head.startswith(b"\xff\xd8\xff"):
        segments = jpeg_segments(path.read_bytes())
        check_pixels(jpeg_size(segments)[:2], max_pixels)
        image = decode_jpeg(segments)
        mark = b"Exif\0\0"
        notes = [body[4:] for marker, body in segments if marker == 0xE1]
        exif = next((note[6:] for note in notes if note.startswith(mark)), b"")
        return image, _exif_orientation(exif), image.ndim == 3
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return read_tiff(path, max_pixels)
    found = f"it starts with {head!r}" if head else "it is empty"
    raise ValueError(f"{found}; allowed are whole PNG, JPEG and TIFF files")


def _exif_orientation(exif: bytes) -> int:
    """Return the orientation in an EXIF block, which has the structure of a TIFF."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2], "<")
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(order + "HHIH", exif, place)
            if tag == 0x0112:
                return int(value)
    except struct.error:
        pass  # cut short: as good as none
    return 1


def _turn_upright(
    image: NDArray[np.generic], orientation: int, color: bool
) -> NDArray[np.generic]:
    """Move the first row and column to where the orientation says they belong."""
    rows = image.ndim - 2 - color
    if orientation in {5, 6, 7, 8}:
        image = image.swapaxes(rows, rows + 1)
    if orientation in {3, 4, 7, 8}:
        image = np.flip(image, rows)
    if orientation in {2, 3, 6, 7}:
        image = np.flip(image, rows + 1)
    return np.ascontiguousarray(image)


def _check_storable(array: NDArray[Any], form: str) -> bool:
    """Return whether the last axis holds channels."""
    dtypes = {"PNG": ("?", "u1", "u2"), "JPEG": ("u1",)}.get(form)
    if dtypes is None:
        dtypes = ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")
    names = [np.dtype(dtype).name for dtype in dtypes]
    if array.dtype.name not in names:
        raise TypeError(
            f"image has dtype {array.dtype}; {form} stores {', '.join(names)} (nothing "
            "is rescaled for you: scale, round and convert first)"
        )
    channels = {"PNG": (2, 3, 4), "JPEG": (3,), "TIFF": (3, 4)}[form]
    if array.dtype == np.bool_ or (form == "PNG" and array.dtype != np.uint8):
        channels = ()
    planes = 1 if form == "TIFF" else 0
    color = array.ndim > 2 and array.shape[-1] in channels
    if not 2 <= array.ndim - color <= 2 + planes:
        raise ValueError(
            f"image has shape {array.shape}; {form} stores {array.dtype} as "
            f"{'(planes, rows, columns) or ' if planes else ''}(rows, columns), "
            f"with {channels or 'no'} channels on a last axis"
        )
    if form == "JPEG" and max(array.shape) > 65535:
        raise ValueError(
            f"image has shape {array.shape}; JPEG stores up to 65535 rows and columns"
        )
    return color


def _check_layout(
    shape: Sequence[int], dtype: DTypeLike
) -> tuple[tuple[int, ...], np.dtype[Any]]:
    try:
        stored = np.dtype(dtype) if isinstance(dtype, str | type | np.dtype) else None
    except TypeError:
        stored = None
    if stored is None or stored.kind not in "uif":
        found = repr(dtype) if stored is None else stored
        raise TypeError(
            f"dtype is {found}; allowed are integers and floats (a mask is uint8)"
        )
    lengths = check_integers(shape, "shape", low=1)
    if not 1 <= len(lengths) <= 32:
        raise ValueError(f"shape is {lengths}; it needs 1 to 32 axes")
    return lengths, stored


def _check_bytes(
    path: Path, found: int, shape: tuple[int, ...], stored: np.dtype[Any]
) -> None:
    expected = math.prod(shape) * stored.itemsize
    if found != expected:
        more = " or more" if path.suffix.lower() == ".gz" and found > expected else ""
        raise ValueError(
            f"{path} holds {found} bytes{more}; shape {shape} of {stored.str!r} needs "
            f"{expected}"
        )


def _decompress(path: Path, expected: int) -> bytearray:
    data = bytearray()
    try:
        with gzip.open(path) as file:
            # In pieces, so that a wrong shape does not claim memory in advance.
            while block := file.read(min(2**20, expected + 1 - len(data))):
                data += block
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is not a whole gzip file: {error}") from error
    return data

"""What `imgrecipes.files` promises."""

import contextlib
import errno
import gzip
import inspect
import io
import logging
import mmap
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib import cbook
from PIL import Image, ImageFile, ImageOps

from imgrecipes.files import (
    iter_images,
    open_raw,
    read_image,
    read_raw,
    sort_naturally,
    write_image,
    write_raw,
)
from imgrecipes.samples import face, mri_slice

SIDE = st.integers(1, 7)
NUMBERS = [f"{kind}{size}" for kind in "ui" for size in (1, 2, 4, 8)]
NUMBERS += ["f2", "f4", "f8"]
# Each example writes to its own name in one folder, or replaces the last: both fine.
files = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NOISE = np.random.default_rng(0).integers(0, 65536, (3, 16, 20, 3), dtype=np.uint16)


@st.composite
def storable(draw, form):
    """Draw an image that `form` stores without loss."""
    rows, columns, planes = draw(SIDE), draw(SIDE), draw(SIDE)
    shapes = {"png": [(rows, columns)], "tif": [(rows, columns)]}[form]
    dtypes = ["?", "u1", "u2"] if form == "png" else ["?", *NUMBERS]
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    if form == "png" and dtype == np.uint8:
        shapes += [(rows, columns, channels) for channels in (2, 3, 4)]
    if form == "tif":
        shapes += [(planes, rows, columns)]
        shapes += [(planes, rows, columns, n) for n in (3, 4) if dtype != np.bool_]
    image = draw(hnp.arrays(dtype, draw(st.sampled_from(shapes))))
    order = draw(st.sampled_from("<>"))
    return image.astype(dtype.newbyteorder(order))[::-1]


def chunk(name, data):
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def png_file(rows, columns, bits, color, data):
    header = struct.pack(">IIBBBBB", columns, rows, bits, color, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def encoded(save, *arguments, **keywords):
    stream = io.BytesIO()
    save(stream, *arguments, **keywords)
    return stream.getvalue()


@pytest.fixture
def broken(tmp_path):
    """Check that these bytes are refused, by a message that names the file."""

    def check(data, reason, name="broken.png", **keywords):
        path = tmp_path / name
        path.write_bytes(data)
        pattern = re.escape(str(path)) + ".*" + reason
        with pytest.raises(ValueError, match=pattern) as caught:
            read_image(path, **keywords)
        assert type(caught.value) is ValueError

    return check


def test_face_survives_png_and_raw(tmp_path):
    image = face()
    assert (image.shape, image.dtype) == ((768, 1024, 3), np.uint8)
    write_image(tmp_path / "face.png", image)
    np.testing.assert_array_equal(read_image(tmp_path / "face.png"), image)
    write_raw(tmp_path / "face.raw", image)
    assert (tmp_path / "face.raw").stat().st_size == 2359296
    back = read_raw(tmp_path / "face.raw", (768, 1024, 3), np.uint8)
    np.testing.assert_array_equal(back, image)


def test_mri_slice_is_big_endian():
    path = cbook.get_sample_data("s1045.ima.gz", asfileobj=False)
    image = read_raw(path, (256, 256), ">u2")
    np.testing.assert_array_equal(image, mri_slice())
    assert (image.dtype, image.dtype.isnative) == (np.uint16, True)
    assert image.max() == 215
    assert read_raw(path, (256, 256), "<u2").max() == 55040


@pytest.mark.parametrize("form", ["png", "tif"])
def test_png_and_tiff_are_lossless(tmp_path, form):
    @files
    @given(storable(form))
    def check(image):
        before = image.copy()
        path = tmp_path / f"image.{form}"
        write_image(path, image)
        back = read_image(path)
        assert back.dtype == image.dtype.newbyteorder("=")
        assert back.flags.writeable
        np.testing.assert_array_equal(back, image)
        np.testing.assert_array_equal(image, before)
        other = tifffile.imread(path) if form == "tif" else Image.open(path)
        np.testing.assert_array_equal(np.asarray(other), image)

    check()
    assert [path.name for path in tmp_path.iterdir()] == [f"image.{form}"]


def test_pages_of_other_writers_are_planes(tmp_path):
    path = tmp_path / "pages.tif"
    pages = [Image.fromarray(plane) for plane in NOISE[..., 0]]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    np.testing.assert_array_equal(read_image(path), NOISE[..., 0])
    tifffile.imwrite(path, NOISE[..., 0], byteorder=">", imagej=True)
    np.testing.assert_array_equal(read_image(path), NOISE[..., 0])
    channels_first = np.moveaxis(NOISE, -1, 1)
    tifffile.imwrite(path, channels_first, photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(read_image(path), NOISE)


def test_jpeg_loses_less_at_higher_quality(tmp_path):
    image = face()[:128, :128]
    errors, sizes = [], []
    for quality in (10, 50, 95):
        path = tmp_path / "face.JPG"
        write_image(path, image, quality)
        back = read_image(path)
        np.testing.assert_array_equal(back, np.asarray(Image.open(path)))
        errors.append(np.abs(back.astype(int) - image).mean())
        sizes.append(path.stat().st_size)
    assert errors == sorted(errors, reverse=True)
    assert 0 < errors[-1] < 5 < errors[0]
    assert sizes == sorted(sizes)
    gray = np.full((9, 17), 100, np.uint8)
    write_image(tmp_path / "flat.jpeg", gray)
    np.testing.assert_array_equal(read_image(tmp_path / "flat.jpeg"), gray)


def test_palette_becomes_colors(tmp_path):
    path = tmp_path / "palette.png"
    image = Image.frombytes("P", (2, 2), bytes([0, 1, 1, 0]))
    image.putpalette([255, 0, 0, 0, 9, 200])
    image.save(path)
    red, blue = [255, 0, 0], [0, 9, 200]
    assert read_image(path).tolist() == [[red, blue], [blue, red]]
    image.save(path, transparency=1)
    assert read_image(path)[0].tolist() == [[*red, 255], [*blue, 0]]


# Where the first row and the first column of the stored image belong, by EXIF.
SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def photograph(name, image, orientation):
    """Encode an image with a note of how the camera was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(image)
    form = {"jpg": "JPEG", "png": "PNG", "tif": "TIFF"}[name]
    more = {"quality": 100} if form == "JPEG" else {}
    return encoded(picture.save, form, exif=exif, **more)


@pytest.mark.parametrize("name", ["jpg", "png", "tif"])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("orientation", SIDES)
def test_photographs_come_out_upright(tmp_path, name, color, orientation):
    side = {"top": 0, "left": 0, "bottom": -1, "right": -1}
    shape = (16, 24, 3) if color else (16, 24)
    stored = np.full(shape, 100, np.uint8)
    stored[0], stored[:, 0], stored[0, 0] = 200, 0, 250
    path = tmp_path / f"turned.{name}"
    path.write_bytes(photograph(name, stored, orientation))
    back = read_image(path)
    flat = back[..., 1] if color else back
    first_row, first_column = SIDES[orientation]
    lying = first_row in {"left", "right"}
    assert back.shape[:2] == ((24, 16) if lying else (16, 24))
    rows, columns = (flat.T, flat) if lying else (flat, flat.T)
    assert abs(int(np.median(rows[side[first_row]])) - 200) < 20
    assert abs(int(np.median(columns[side[first_column]])) - 0) < 20
    plain = read_image(path, upright=False)
    assert plain.shape == shape
    assert np.abs(plain.astype(int) - stored).max() < 50 * (name == "jpg") + 1
    if name != "tif":  # which Pillow turns by itself, depending on its version
        with Image.open(path) as opened:
            turned = ImageOps.exif_transpose(opened)
            np.testing.assert_array_equal(np.asarray(turned), back)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_changes_nothing(tmp_path, orientation):
    path = tmp_path / "turned.png"
    image = NOISE[0, ..., 0]
    path.write_bytes(photograph("png", image, orientation))
    np.testing.assert_array_equal(read_image(path), image)
    whole = photograph("jpg", face()[:16, :24], 6)
    path.write_bytes(whole.replace(b"Exif\0\0MM\0*", b"Exif\0\0MMMM"))
    path.write_bytes(whole.replace(b"MM\0*\0\0\0\x08", b"MM\0*\0\0\xff\xff"))
    assert read_image(path).shape == (16, 24, 3)
    with pytest.raises(TypeError, match="upright is 'yes'; allowed are True and False"):
        read_image(path, upright="yes")


def test_gray_levels_of_two_bits_are_spread(tmp_path):
    path = tmp_path / "four.png"
    path.write_bytes(png_file(1, 4, 2, 0, bytes([0, 0b00_01_10_11])))
    assert read_image(path).tolist() == [[0, 85, 170, 255]]


def test_kinds_that_would_be_read_wrongly_are_refused(broken):
    row = b"\0" + bytes(48)
    broken(png_file(1, 8, 16, 2, row), "16 bits in colour")
    broken(png_file(1, 8, 16, 4, row), "16 bits in colour or with alpha")
    frames = [Image.new("L", (4, 4), level) for level in (0, 255)]
    moving = encoded(frames[0].save, "PNG", save_all=True, append_images=frames[1:])
    broken(moving, "animation")
    broken(encoded(Image.new("CMYK", (4, 4)).save, "JPEG"), "mode is CMYK")
    gray = np.zeros((4, 4), np.uint8)
    white = encoded(tifffile.imwrite, gray, photometric="miniswhite")
    broken(white, "MINISWHITE")
    with io.BytesIO() as stream:
        with tifffile.TiffWriter(stream) as writer:
            writer.write(gray)
            writer.write(gray[:2])
        broken(stream.getvalue(), "2 images that differ")
    broken(encoded(tifffile.imwrite, gray + 0j), "complex128")
    bands = encoded(
        tifffile.imwrite,
        np.zeros((4, 4, 6), np.uint8),
        photometric="minisblack",
        planarconfig="contig",
    )
    broken(bands, "6 samples a pixel")


def test_a_mask_never_has_channels(tmp_path):
    mask = np.eye(3, dtype=bool)[np.newaxis].repeat(2, axis=0)
    write_image(tmp_path / "mask.tif", mask)
    with tifffile.TiffFile(tmp_path / "mask.tif") as opened:
        page = opened.pages.first
        assert (len(opened.pages), page.shape, page.photometric) == (2, (3, 3), 1)


def test_what_is_no_image_is_refused(broken, tmp_path):
    broken(b"", "is empty.*allowed are whole PNG, JPEG and TIFF")
    broken(b"GIF89a, or so", "starts with b'GIF89a, '.*allowed are")
    broken(b"\xff\xd8\xff" + bytes(100), "", name="broken.jpg")
    with pytest.raises(FileNotFoundError, match=r"absent\.png"):
        read_image(tmp_path / "absent.png")
    with pytest.raises(ValueError, match=r"it must be a file, not a folder"):
        read_image(tmp_path)


def cut_files():
    gray, color = NOISE[0, :, :, 0], (NOISE[0] >> 8).astype(np.uint8)
    pages = [Image.fromarray(plane) for plane in NOISE[..., 0]]
    libtiff = {"save_all": True, "append_images": pages[1:]}
    libtiff["compression"] = "tiff_deflate"
    save = Image.fromarray(color).save
    write = tifffile.imwrite
    tiles = {"tile": (16, 16), "compression": "zlib", "photometric": "rgb"}
    plain = {"photometric": "minisblack", "metadata": None}
    yield "color.png", encoded(save, "PNG")
    yield "gray.png", encoded(Image.fromarray(gray).save, "PNG")
    yield "plain.jpg", encoded(save, "JPEG")
    yield "progressive.jpg", encoded(save, "JPEG", progressive=True)
    yield "color.tif", encoded(write, color, photometric="rgb")
    yield "tiles.tif", encoded(write, NOISE, **tiles)
    yield "pages.tif", encoded(write, NOISE[..., 0], **plain)
    yield "libtiff.tif", encoded(pages[0].save, "TIFF", **libtiff)
    # The tags come last here: without them the colours would pass for bits.
    yield "tail.tif", encoded(save, "TIFF", compression="tiff_deflate")


@pytest.mark.parametrize(("name", "data"), [*cut_files()], ids=lambda part: part[:6])
def test_no_file_cut_short_is_read_wrongly(tmp_path, caplog, name, data):
    caplog.set_level(logging.CRITICAL, "tifffile")
    path = tmp_path / name
    path.write_bytes(data)
    whole = read_image(path)
    for length in range(0, len(data), max(1, len(data) // 200)):
        path.write_bytes(data[:length])
        with contextlib.suppress(ValueError):
            # All the pixels must be there; an end mark may be missing.
            np.testing.assert_array_equal(read_image(path), whole)
            assert length > 0.7 * len(data)
    for part in (0.1, 0.5, 0.7):
        path.write_bytes(data[: int(part * len(data))])
        with pytest.raises(ValueError, match=re.escape(str(path))):
            read_image(path)


def test_a_damaged_png_is_refused(broken):
    data = png_file(2, 2, 8, 0, bytes([0, 1, 2, 0, 3, 4]))
    damaged = bytearray(data)
    damaged[-13] ^= 1  # in the checksum of the pixels
    broken(bytes(damaged), "checksum")
    broken(data[:-12], "truncated")  # the pixels are whole, the end mark is gone


@pytest.mark.parametrize("place", [0, 10**6, None])
def test_a_tiff_without_its_pixels_is_refused(broken, place):
    pixels = NOISE[0, ..., 0]
    data = bytearray(encoded(tifffile.imwrite, pixels, compression="zlib"))
    with tifffile.TiffFile(io.BytesIO(data)) as opened:
        tag = opened.pages[0].tags["StripOffsets"]
    if place is None:
        struct.pack_into("<H", data, tag.offset, 65000)  # some tag nobody knows
    else:
        struct.pack_into("<I", data, tag.valueoffset, place)
    broken(bytes(data), "page 0 is cut short", name="broken.tif")


def test_ome_tiff_has_an_axis_for_each_of_its_axes(tmp_path):
    path = tmp_path / "a.ome.tif"
    stack = NOISE[:2].transpose(3, 0, 1, 2)
    tifffile.imwrite(path, stack, metadata={"axes": "CZYX"})
    np.testing.assert_array_equal(read_image(path), stack)
    tifffile.imwrite(path, stack[:, np.newaxis], metadata={"axes": "CTZYX"})
    np.testing.assert_array_equal(read_image(path), stack)
    tifffile.imwrite(path, stack, metadata={"axes": "TZYX"}, compression="zlib")
    np.testing.assert_array_equal(read_image(path), stack)
    color = {"photometric": "rgb", "planarconfig": "separate"}
    tifffile.imwrite(
        path, np.moveaxis(NOISE, -1, 1), metadata={"axes": "ZSYX"}, **color
    )
    np.testing.assert_array_equal(read_image(path), NOISE)
    blank = np.zeros((2, 5, 20, 30), np.uint16)
    tifffile.imwrite(path, blank, metadata={"axes": "CZYX"})
    assert read_image(path).shape == (2, 5, 20, 30)


def with_text(data, change):
    """Write a changed description at the end of a TIFF."""
    with tifffile.TiffFile(io.BytesIO(data)) as opened:
        tag = opened.pages[0].tags["ImageDescription"]
    text = change(tag.value).encode() + b"\0"
    changed = bytearray(data) + text
    struct.pack_into("<II", changed, tag.offset + 4, len(text), len(data))
    return bytes(changed)


def test_ome_metadata_that_do_not_fit_the_pages_are_refused(broken, tmp_path):
    stack = NOISE[:2].transpose(3, 0, 1, 2)
    data = encoded(tifffile.imwrite, stack, ome=True, metadata={"axes": "CZYX"})
    for old, new in [
        ('SizeZ="2"', 'SizeZ="3"'),
        ('SizeZ="2"', f'SizeZ="{10**9}"'),
        ('PlaneCount="6"', f'PlaneCount="{10**9}"'),
        ('IFD="0"', 'IFD="7"'),
        ("<TiffData ", f'<TiffData FirstZ="{2**32}" '),
    ]:
        changed = with_text(data, lambda text, old=old, new=new: text.replace(old, new))
        assert changed[len(data) :] != data[-len(changed) + len(data) :]
        broken(changed, "not complete: its OME metadata", name="broken.tif")
    shifted = with_text(data, lambda text: text.replace('IFD="0"', 'IFD="1"'))
    broken(shifted, "not complete", name="broken.tif")
    entity = '<!DOCTYPE a [<!ENTITY b "c">]><OME '
    explosive = with_text(data, lambda text: text.replace("<OME ", entity))
    broken(explosive, "XML entities", name="broken.tif")
    # Of a data set in several files, each gives its own planes.
    other = '<TiffData FirstZ="2"><UUID FileName="other.tif">b</UUID></TiffData>'
    spread = with_text(
        data,
        lambda text: text.replace('SizeZ="2"', 'SizeZ="4"').replace(
            "</Pixels>", other + "</Pixels>"
        ),
    )
    path = tmp_path / "first.tif"
    path.write_bytes(spread)
    np.testing.assert_array_equal(read_image(path), stack.reshape(6, 16, 20))


def test_imagej_stacks_are_read_and_have_to_be_complete(broken, tmp_path):
    stack = NOISE[..., 0]
    data = encoded(tifffile.imwrite, stack, imagej=True)
    one = encoded(tifffile.imwrite, stack, imagej=True, truncate=True)
    path = tmp_path / "stack.tif"
    for whole in (data, one):
        path.write_bytes(whole)
        np.testing.assert_array_equal(read_image(path), stack)
    assert b"images=3" in data
    broken(data.replace(b"images=3", b"images=4"), "", name="broken.tif")
    broken(one.replace(b"images=3", b"images=4"), "", name="broken.tif")


ROWS = 5  # of a strip in files made by hand


def tiff_file(image, strips, order="<", tags=()):
    """Write a TIFF by hand, from packed strips, with other tags than the right ones."""
    rows, columns, samples = np.atleast_3d(image).shape
    kind = {"b": 1, "u": 1, "i": 2, "f": 3}[image.dtype.kind]
    bits = 1 if kind == "b" else 8 * image.dtype.itemsize
    sizes = [len(strip) for strip in strips]
    values = {256: columns, 257: rows, 258: [bits] * samples, 259: 1}
    values |= {262: 2 if samples == 3 else 1, 273: sizes, 277: samples, 278: ROWS}
    values |= {279: sizes, 339: [kind] * samples, **dict(tags)}
    values = {tag: np.atleast_1d(value).tolist() for tag, value in values.items()}
    place = 8 + 2 + 12 * len(values) + 4
    data = place + 4 * sum(len(value) for value in values.values())
    places = [data + sum(sizes[:index]) for index in range(len(values[273]))]
    values[273] = [*places, *values[273]][: len(values[273])]
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", 8)
    table, lists = struct.pack(order + "H", len(values)), b""
    for tag, numbers in sorted(values.items()):
        entry = struct.pack(f"{order}{len(numbers)}I", *numbers)
        inline = (
            entry if len(entry) == 4 else struct.pack(order + "I", place + len(lists))
        )
        table += struct.pack(order + "HHI", tag, 4, len(numbers)) + inline
        lists += entry if len(entry) > 4 else b""
    lists = lists.ljust(data - place, b"\0")
    return head + table + bytes(4) + lists + b"".join(strips)


def strips_of(image, pack=bytes):
    return [
        pack(image[row : row + ROWS].tobytes()) for row in range(0, len(image), ROWS)
    ]


def pack_bits(data):
    """PackBits: how often a byte comes, below zero, and the byte."""
    runs = re.finditer(rb"(?s)(.)\1{0,127}", data)
    return b"".join(bytes([(1 - len(run[0])) % 256]) + run[1] for run in runs)


def pack_lzw(data):
    """LZW, by Pillow, of bytes that need not be an image."""
    picture = Image.frombytes("L", (len(data), 1), data)
    packed = encoded(picture.save, "TIFF", compression="tiff_lzw")
    with tifffile.TiffFile(io.BytesIO(packed)) as opened:
        page = opened.pages[0]
        (place,), (size,) = page.dataoffsets, page.databytecounts
    return packed[place : place + size]


PACKED = {5: pack_lzw, 8: zlib.compress, 32946: zlib.compress, 32773: pack_bits}


def differences(image, order):
    """Return the steps between neighbours in a row, which wrap around."""
    steps = image.copy()
    steps[:, 1:] -= image[:, :-1]
    return steps.astype(image.dtype.newbyteorder(order))


def byte_differences(image):
    """Return the steps between the bytes of a row, highest bytes first (TIFF 3)."""
    big = image.astype(image.dtype.newbyteorder(">"))
    rows, samples = len(image), image.shape[2] if image.ndim > 2 else 1
    flat = big.view(np.uint8).reshape(rows, -1, image.dtype.itemsize)
    flat = np.ascontiguousarray(flat.swapaxes(1, 2)).reshape(rows, -1, samples)
    steps = flat.copy()
    steps[:, 1:] -= flat[:, :-1]
    return steps


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", PACKED)
def test_compressed_tiff_is_read_exactly(tmp_path, compression, order):
    path = tmp_path / "packed.tif"
    random = np.random.default_rng(0)
    for dtype in NUMBERS:
        for shape in ((13, 6), (13, 6, 3)):
            image = random.normal(100, 30, shape).astype(dtype)
            stored = image.astype(image.dtype.newbyteorder(order))
            strips = strips_of(stored, PACKED[compression])
            path.write_bytes(tiff_file(image, strips, order, {259: compression}))
            back = read_image(path)
            assert back.dtype == image.dtype
            np.testing.assert_array_equal(back, image)
            if compression == 32773:
                continue
            whole = image.dtype.kind in "ui"
            steps = differences(image, order) if whole else byte_differences(image)
            tags = {259: compression, 317: 2 if whole else 3}
            strips = strips_of(steps, PACKED[compression])
            path.write_bytes(tiff_file(image, strips, order, tags))
            np.testing.assert_array_equal(read_image(path), image)


def test_tiff_with_the_bits_of_bytes_reversed_is_read(tmp_path):
    path = tmp_path / "reversed.tif"
    image = NOISE[0, ..., 0]
    mirrored = [bytes(int(f"{b:08b}"[::-1], 2) for b in s) for s in strips_of(image)]
    path.write_bytes(tiff_file(image, mirrored, tags={266: 2}))
    np.testing.assert_array_equal(read_image(path), image)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate"])
def test_compressed_tiff_of_pillow_is_read(tmp_path, compression):
    path = tmp_path / "packed.tif"
    color = (NOISE[0] >> 8).astype(np.uint8)
    for image in (color, color[..., 0], NOISE[0, ..., 0], color[..., 0] > 99):
        for predictor in (1, 2) if image.dtype != bool else (1,):
            tags = {278: 4, 317: predictor}
            picture = Image.fromarray(image)
            picture.save(path, "TIFF", compression=compression, tiffinfo=tags)
            np.testing.assert_array_equal(read_image(path), image)


@pytest.mark.parametrize("rows", [16, 64])
def test_jpeg_in_tiff_is_read_as_by_pillow(tmp_path, rows):
    path = tmp_path / "photo.tif"
    for image in (face()[300:350, 300:341], face()[300:350, 300:341, 0]):
        picture = Image.fromarray(np.ascontiguousarray(image))
        picture.save(path, "TIFF", compression="jpeg", tiffinfo={278: rows})
        with Image.open(path) as opened:
            np.testing.assert_array_equal(read_image(path), np.asarray(opened))
        assert np.abs(read_image(path).astype(int) - image).mean() < 8


def test_what_cannot_be_unpacked_names_the_way_out(broken):
    mask = Image.fromarray(NOISE[0, ..., 0] > 2**15)
    fax = encoded(mask.save, "TIFF", compression="group4")
    broken(fax, r"CCITT\w+; allowed are none, LZW.*PIL\.Image\.open", "broken.tif")
    image = NOISE[0, ..., 0]
    for compression, name in ((50000, "ZSTD"), (34712, "2000"), (4242, "4242")):
        data = tiff_file(image, strips_of(image), tags={259: compression})
        broken(data, f"{name}; allowed.*tifffile.imread with the package imagecodecs")
    broken(tiff_file(image, strips_of(image), tags={258: 12}), "samples are uint12")
    for tags in ({262: 6}, {262: 6, 259: 7, 277: 3, 284: 2}):
        broken(tiff_file(image, strips_of(image), tags=tags), "colours are YCBCR")
    broken(tiff_file(image, strips_of(image), tags={32997: 2}), "depth 2")


def png_of(header, *chunks, interlaced=0):
    """Write a PNG of this width, height, bits and kind of colour by hand."""
    form = struct.pack(">IIBBBBB", *header, 0, 0, interlaced)
    parts = [(b"IHDR", form), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_png_with_large_metadata_is_read(tmp_path):
    path = tmp_path / "noted.png"
    image = NOISE[0, ..., 0]
    data = encoded(Image.fromarray(image).save, "PNG")
    head, rest = data[:33], data[33:]
    text = chunk(b"tEXt", b"Comment\0" + b"x" * 3 * 10**6)
    packed = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(10**8)))
    profile = chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(10**7)))
    path.write_bytes(head + text + packed + profile + rest)
    np.testing.assert_array_equal(read_image(path), image)


# In which of the seven passes of an interlaced PNG a pixel comes, from the standard.
ADAM7 = np.array(
    [
        *([1, 6, 4, 6, 2, 6, 4, 6], [7] * 8, [5, 6] * 4, [7] * 8),
        *([3, 6, 4, 6, 3, 6, 4, 6], [7] * 8, [5, 6] * 4, [7] * 8),
    ]
)


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("bits", [1, 8, 16])
def test_the_rows_of_png_of_every_size_are_counted(tmp_path, interlaced, bits):
    path = tmp_path / "small.png"
    for rows, columns in np.ndindex(9, 9):
        passes = np.tile(ADAM7, (2, 2))[: rows + 1, : columns + 1]
        passes = passes if interlaced else np.ones_like(passes)
        widths = [n for k in range(1, 8) for n in (passes == k).sum(axis=1) if n]
        size = sum(1 + -(-int(n) * bits // 8) for n in widths)
        for more in (-1, 0, 1):
            part = b"IDAT", zlib.compress(bytes(size + more))
            header = columns + 1, rows + 1, bits, 0
            path.write_bytes(png_of(header, part, interlaced=interlaced))
            if more:
                with pytest.raises(ValueError, match="rows are not complete"):
                    read_image(path)
            else:
                assert read_image(path).shape == (rows + 1, columns + 1)


def test_an_incomplete_png_is_refused(broken):
    rows = [bytes([0, *[row] * 4]) for row in range(3)]
    whole = zlib.compress(b"".join(rows))
    few = zlib.compress(b"".join(rows[:2]))
    broken(png_of((4, 3, 8, 0), (b"IDAT", few)), "rows are not complete.* hold 10")
    broken(png_of((4, 2, 8, 0), (b"IDAT", whole)), "not complete.*or more")
    broken(png_of((4, 3, 8, 0), (b"IDAT", whole[:-4])), "rows are not complete")
    broken(png_of((4, 3, 8, 0)), "rows are not complete.* hold 0")
    broken(png_of((4, 3, 8, 3), (b"IDAT", whole)), "palette is missing")
    short = (b"PLTE", bytes(range(6)))
    broken(png_of((4, 3, 8, 3), short, (b"IDAT", whole)), "colour 2 of a palette of 2")
    broken(png_of((4, 3, 8, 0), (b"CgBI", b""), (b"IDAT", whole)), "its chunks are")
    broken(png_of((4, 3, 8, 7), (b"IDAT", whole)), "no colour type 7")


def test_an_incomplete_tiff_is_refused(broken):
    image = (NOISE[0, :, :18, 0] >> 8).astype(np.uint8)[[*range(16), *range(14)]]
    strips = strips_of(image)
    assert len(strips) == 6
    few = {273: [0] * 3, 279: [len(strip) for strip in strips[:3]]}
    broken(tiff_file(image, strips, tags=few), "not complete: it has 3 strips")
    broken(tiff_file(image, strips, tags=few | {273: [0] * 6}), "6 strips .* 3 sizes")
    broken(tiff_file(image, strips, tags={279: [1] * 6}), "page 0 is not complete")
    tiles = encoded(tifffile.imwrite, image, tile=(16, 16), metadata=None)
    larger = bytearray(tiles)
    with tifffile.TiffFile(io.BytesIO(tiles)) as opened:
        tag = opened.pages[0].tags["ImageLength"]
    struct.pack_into("<I", larger, tag.valueoffset, 33)
    broken(bytes(larger), "it has 4 strips or tiles of 4 sizes, .* declares 6")
    for compression, pack in PACKED.items():
        strips = strips_of(image, pack)
        cut = [*strips[:2], strips[2][: len(strips[2]) // 2], *strips[3:]]
        broken(tiff_file(image, cut, tags={259: compression}), "")
        lost = [*strips[:2], pack(image[:3].tobytes()), *strips[3:]]
        broken(tiff_file(image, lost, tags={259: compression}), "")
    flipped = zlib.compress(strips_of(image)[0], level=0)
    flipped = flipped[:9] + bytes([flipped[9] ^ 1]) + flipped[10:]
    strips = [flipped, *strips_of(image, zlib.compress)[1:]]
    broken(tiff_file(image, strips, tags={259: 8}), "incorrect data check")
    photo = encoded(Image.fromarray(image).save, "TIFF", compression="jpeg")
    with tifffile.TiffFile(io.BytesIO(photo)) as opened:
        page = opened.pages[0]
        place, size = page.dataoffsets[0], page.databytecounts[0]
    cut = photo[: place + size // 2] + b"\xff\xd9" + photo[place + size // 2 + 2 :]
    broken(cut, "compressed data of a scan end too early")


def photos():
    image = np.ascontiguousarray(face()[300:350, 300:377])
    for name, options in {
        "baseline": {},
        "best": {"quality": 100},
        "optimized": {"optimize": True},
        "progressive": {"progressive": True},
        "restarts": {"restart_marker_blocks": 3},
        "both": {"progressive": True, "restart_marker_rows": 1},
    }.items():
        yield name, encoded(Image.fromarray(image).save, "JPEG", **options)
        flat = Image.fromarray(np.full((40, 40), 90, np.uint8))
        yield f"flat {name}", encoded(flat.save, "JPEG", **options)


PHOTOS = dict(photos())


@pytest.mark.parametrize("name", PHOTOS)
def test_a_jpeg_cut_and_closed_is_refused(tmp_path, name):
    path, data = tmp_path / f"{name}.jpg", PHOTOS[name]
    path.write_bytes(data)
    whole = read_image(path)
    np.testing.assert_array_equal(whole, np.asarray(Image.open(path)))
    start = data.index(b"\xff\xda") + 14
    read = 0
    for length in range(start, len(data) - 2, max(1, len(data) // 150)):
        path.write_bytes(data[:length] + b"\xff\xd9")
        with contextlib.suppress(ValueError):
            np.testing.assert_array_equal(read_image(path), whole)
            # Of one grey level, no pixel may be in the last bytes.
            read += "flat" not in name and length < len(data) - 6
    assert read == 0


def test_a_jpeg_without_all_its_scans_is_refused(broken):
    data = encoded(Image.fromarray(face()[:64, :64]).save, "JPEG", progressive=True)
    parts = [match.start() for match in re.finditer(rb"\xff\xc4|\xff\xda", data)]
    broken(data[: parts[-2]] + b"\xff\xd9", "scans are missing")
    broken(data[: parts[0]] + b"\xff\xd9", "scans are missing")
    scans = [match.start() for match in re.finditer(rb"\xff\xda", data)]
    again = data[scans[-1] : -2]
    broken(data[:-2] + again + b"\xff\xd9", "a scan is missing, or comes twice")
    broken(data[:-2] + again * 100 + b"\xff\xd9", "allowed are 100")


def test_a_tiff_is_not_unpacked_beyond_what_it_declares(tmp_path):
    path = tmp_path / "bomb.tif"
    image = np.zeros((5, 64), np.uint8)
    bombs = {8: zlib.compress(bytes(2**27), 9), 32773: b"\x81\0" * 2**20}
    for compression, bomb in bombs.items():
        path.write_bytes(tiff_file(image, [bomb], tags={259: compression}))
        tracemalloc.start()
        start = time.process_time()
        np.testing.assert_array_equal(read_image(path), image)
        took = time.process_time() - start
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2**24
        assert took < 1
        large = {256: 2**15, 257: 2**15, 278: 2**15, 259: compression}
        path.write_bytes(tiff_file(image, [bomb], tags=large))
        with pytest.raises(ValueError, match="32768 x 32768 = 1073741824 pixels"):
            read_image(path)
    tiles = {322: 2**15, 323: 2**15, 324: 8, 325: 10, 259: 8}
    path.write_bytes(tiff_file(image, [bombs[8]], tags=tiles))
    with pytest.raises(ValueError, match="tiles of 32768 x 32768"):
        read_image(path)


def test_a_pointer_that_leads_back_is_refused(broken):
    data = bytearray(tiff_file(np.zeros((5, 3), np.uint8), [bytes(15)]))
    (count,) = struct.unpack_from("<H", data, 8)
    struct.pack_into("<I", data, 10 + 12 * count, 8)
    broken(bytes(data), "the pointer to page 1 leads back", name="broken.tif")
    pages = bytearray(
        encoded(
            tifffile.imwrite, NOISE[..., 0], photometric="minisblack", metadata=None
        )
    )
    place, pointers = 4, []
    while struct.unpack_from("<I", pages, place)[0]:
        (start,) = struct.unpack_from("<I", pages, place)
        place = start + 2 + 12 * struct.unpack_from("<H", pages, start)[0]
        pointers.append(start)
    struct.pack_into("<I", pages, place, pointers[1])
    broken(bytes(pages), "the pointer to page 3 leads back", name="broken.tif")


def test_pages_and_strips_that_overlap_are_refused(broken):
    # Each of them takes little of the file, all together time without end.
    image = np.zeros((5 * 40, 3), np.uint8)
    shared = tiff_file(image, [bytes(15)] * 40, tags={279: [600] * 40})
    broken(shared, "strips overlap", name="broken.tif")
    chain = bytearray(b"II*\0\x08\0\0\0" + bytes(60_000))
    for start in range(8, 10_000, 16):
        struct.pack_into("<H", chain, start, 3000)
        struct.pack_into("<I", chain, start + 2 + 12 * 3000, start + 16)
    broken(bytes(chain), "pages overlap", name="broken.tif")


def flip_bits(data, random):
    for place in spots(data, random, 3):
        data[place] ^= 1 << int(random.integers(8))


def set_bytes(data, random):
    for place in spots(data, random, 2):
        value = random.choice([0, 255, int(random.integers(256))])
        data[place : place + int(random.integers(1, 20))] = bytes([value])


def set_numbers(data, random):
    for place in spots(data, random, 2):
        form = str(random.choice(["<I", ">I", "<H", ">H"]))
        values = [0, 1, 3, 8, 255, 65536, 2**31, 2**32 - 1, len(data)]
        value = int(random.choice(values))
        even = min(place & ~1, len(data) - 4)
        struct.pack_into(form, data, even, value % 256 ** struct.calcsize(form))


def set_digits(data, random):
    digits = [place for place, byte in enumerate(data) if 48 <= byte < 58]
    for place in random.choice(digits, 2):
        data[place] = 48 + int(random.integers(10))
    data[digits[0] : digits[0]] = b"9" * int(random.integers(8))


def drop(data, random):
    (place,) = spots(data, random, 1)
    del data[place : place + int(random.integers(1, 40))]


def repeat(data, random):
    (place,) = spots(data, random, 1)
    data[place:place] = data[place : place + int(random.integers(1, 40))]


def spots(data, random, count):
    """Draw places in the file, half of them near its ends, where headers are."""
    near = random.integers(min(220, len(data)), size=count)
    places = [near, len(data) - 1 - near, *random.integers(len(data), size=(2, count))]
    return np.array(places)[random.integers(4, size=count), range(count)].tolist()


MUTATIONS = (flip_bits, set_bytes, set_numbers, set_digits, drop, repeat)


def fuzz_seeds():
    yield from cut_files()
    photo = np.ascontiguousarray(face()[300:332, 300:340])
    picture, exif = Image.fromarray(photo), Image.Exif()
    exif[0x0112] = 6
    restarts = {"restart_marker_blocks": 2, "exif": exif}
    yield "palette.png", encoded(picture.quantize(16).save, "PNG", exif=exif)
    yield "photo.jpg", encoded(picture.save, "JPEG", **restarts)
    yield "photo.tif", encoded(picture.save, "TIFF", compression="jpeg")
    tags = {278: 4, 274: 6}
    for name in ("tiff_lzw", "packbits"):
        data = encoded(picture.save, "TIFF", compression=name, tiffinfo=tags)
        yield f"{name}.tif", data
    stack = NOISE[:2].transpose(3, 0, 1, 2)
    axes = {"axes": "CZYX"}
    axes |= {"UUID": "urn:uuid:00000000-0000-0000-0000-000000000000"}
    yield "ome.tif", encoded(tifffile.imwrite, stack, ome=True, metadata=axes)
    yield "imagej.tif", encoded(tifffile.imwrite, NOISE[..., 0], imagej=True)
    large = {"bigtiff": True, "rowsperstrip": 4, "byteorder": ">"}
    yield "big.tif", encoded(tifffile.imwrite, NOISE[..., 0], **large, **NO_COLOR)


NO_COLOR = {"photometric": "minisblack", "metadata": None}
FUZZ = dict(fuzz_seeds())


def right_checksums(data):
    """Make the checksums of a damaged PNG right: decoders get to see the damage."""
    place = 8
    while place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4])
        data[end : end + 4] = struct.pack(">I", zlib.crc32(data[place + 4 : end]))
        place = end + 4


@contextlib.contextmanager
def limits(seconds, size):
    """Stop what takes too long or too much memory, where the system can do that."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415 - only Unix has it

    def stop(*_):
        raise TimeoutError

    old = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    handler = signal.signal(signal.SIGALRM, stop)
    resource.setrlimit(resource.RLIMIT_AS, (pages * mmap.PAGESIZE + size, old[1]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, old)


@pytest.mark.parametrize("name", FUZZ)
@pytest.mark.parametrize("seed", range(2))
def test_no_damaged_file_hangs_claims_memory_or_is_read_in_part(
    tmp_path, caplog, name, seed
):
    caplog.set_level(logging.CRITICAL, "tifffile")
    random, path, data = np.random.default_rng(seed), tmp_path / name, FUZZ[name]
    path.write_bytes(data)
    whole, suffix = read_image(path), path.suffix
    ends = {".png": chunk(b"IEND", b""), ".jpg": b"\xff\xd9", ".tif": b""}
    refused = 0
    for number in range(20 * len(MUTATIONS)):
        damaged, exact = bytearray(data), suffix == ".png"
        if number % 6 == 0:
            # Cut, and closed as if it were whole.
            damaged = damaged[: random.integers(len(data))] + ends[suffix]
            exact = True
        else:
            MUTATIONS[number % 6](damaged, random)
            if suffix == ".png" and number % 2:
                right_checksums(damaged)
                exact = False
        path.write_bytes(damaged)
        try:
            with limits(seconds=1, size=2**28):
                image = read_image(path, max_pixels=10**5)
        except ValueError as error:
            named, cause = str(path) in str(error), error.__cause__
            assert named
            assert not isinstance(cause, MemoryError | TimeoutError)
            refused += 1
        else:
            assert image.size <= 4 * 10**5
            if exact:
                np.testing.assert_array_equal(image, whole)
    assert refused > 20


def test_the_switch_that_fills_up_cut_files_is_refused(broken, monkeypatch):
    data = encoded(Image.linear_gradient("L").save, "JPEG")
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    broken(data[:-40], "LOAD_TRUNCATED_IMAGES is on")


def test_size_is_checked_before_decoding(broken, tmp_path):
    side = 2**31 - 1
    broken(png_file(side, side, 8, 2, b""), f"{side} x {side} = .*{2**27}")
    # Between Pillow's own warning and our default, where a limit raised must hold.
    broken(png_file(10_000, 10_000, 8, 0, b""), "max_pixels = 99", max_pixels=99)
    jpeg = bytearray(encoded(Image.new("L", (8, 8)).save, "JPEG"))
    start = jpeg.index(b"\xff\xc0") + 5
    jpeg[start : start + 4] = struct.pack(">HH", 65000, 65000)
    broken(bytes(jpeg), "65000 x 65000 = 4225000000 pixels", name="bomb.jpg")
    tiff = tifffile.TiffFile
    data = bytearray(encoded(tifffile.imwrite, np.zeros((4, 4), np.uint8)))
    with tiff(io.BytesIO(data)) as opened:
        tags = opened.pages[0].tags
        for tag in (tags["ImageWidth"], tags["ImageLength"]):
            struct.pack_into("<I", data, tag.valueoffset, 200_000)
    broken(bytes(data), "200000 x 200000 = .*allowed", name="bomb.tif")
    path = tmp_path / "small.png"
    write_image(path, np.zeros((3, 4), np.uint8))
    assert read_image(path, max_pixels=12).size == 12
    with pytest.raises(ValueError, match=r"3 x 4 = 12 pixels.*max_pixels = 11"):
        read_image(path, max_pixels=11)
    with pytest.raises(ValueError, match="max_pixels is 0"):
        read_image(path, max_pixels=0)


def test_a_raised_limit_reads_what_pillow_would_refuse(tmp_path, monkeypatch):
    path = tmp_path / "large.png"
    write_image(path, np.zeros((30, 30), np.uint8))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert read_image(path, max_pixels=900).shape == (30, 30)


@pytest.mark.parametrize(
    ("name", "image", "error", "message"),
    [
        ("a.png", np.zeros((2, 2)), TypeError, "float64; PNG stores bool, uint8, uint"),
        ("a.png", np.zeros((2, 2), "i8"), TypeError, "int64; PNG.*nothing is rescaled"),
        ("a.jpg", np.zeros((2, 2), "u2"), TypeError, "uint16; JPEG stores uint8"),
        ("a.jpg", np.eye(2, dtype=bool), TypeError, "bool; JPEG stores uint8"),
        ("a.tif", np.zeros((2, 2), complex), TypeError, "image has dtype complex"),
        ("a.tif", np.zeros((2, 2), "g"), TypeError, "floats of up to 64 bits"),
        ("a.png", np.zeros((2, 2, 3), "u2"), ValueError, "uint16 as.*no channels"),
        ("a.png", np.zeros((2, 2, 5), "u1"), ValueError, r"\(2, 3, 4\) channels"),
        ("a.jpg", np.zeros((2, 2, 4), "u1"), ValueError, r"\(3,\) channels"),
        ("a.png", np.zeros(4, "u1"), ValueError, r"shape \(4,\)"),
        ("a.tif", np.zeros((2, 2, 2, 5), "u1"), ValueError, "planes, rows, columns"),
        ("a.png", np.zeros((0, 2), "u1"), ValueError, "image is empty"),
        ("a.jpg", np.zeros((1, 65536), "u1"), ValueError, "up to 65535 rows"),
        ("a.gif", np.zeros((2, 2), "u1"), ValueError, "'.gif'; allowed are .png"),
        ("a", np.zeros((2, 2), "u1"), ValueError, "suffix of path is ''"),
    ],
)
def test_what_the_format_cannot_store_is_refused(tmp_path, name, image, error, message):
    with pytest.raises(error, match=message):
        write_image(tmp_path / name, image)
    assert not list(tmp_path.iterdir())


def test_writing_names_the_wrong_argument(tmp_path):
    gray = np.zeros((2, 2), np.uint8)
    with pytest.raises(ValueError, match="quality is 101; allowed is 1 to 100"):
        write_image(tmp_path / "a.jpg", gray, quality=101)
    with pytest.raises(FileNotFoundError, match="its folder does not exist"):
        write_image(tmp_path / "absent" / "a.png", gray)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ValueError, match="not a folder"):
        write_image(tmp_path / "folder.png", gray)
    with pytest.raises(TypeError, match="a mask is uint8"):
        write_raw(tmp_path / "a.raw", gray > 0)
    with pytest.raises(ValueError, match="image is 3; it must be an array"):
        write_raw(tmp_path / "a.raw", 3)


WRITERS = {
    "a.png": lambda path: write_image(path, np.zeros((2, 2), np.uint8)),
    "a.raw": lambda path: write_raw(path, np.zeros((2, 2), np.uint8)),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_read_only_file_is_not_replaced(tmp_path, name):
    path, link = tmp_path / name, tmp_path / f"link_{name}"
    path.write_bytes(b"keep")
    path.chmod(0o444)
    link.symlink_to(path)
    for place in (path, link):
        with pytest.raises(PermissionError, match="read-only") as caught:
            WRITERS[name](place)
        assert caught.value.filename == str(place)
    assert path.read_bytes() == b"keep"
    path.chmod(0o644)
    WRITERS[name](link)
    assert path.read_bytes() != b"keep"
    assert sorted(tmp_path.iterdir()) == [path, link]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", WRITERS)
def test_only_regular_files_are_replaced_and_read(tmp_path, name):
    pipe, looped, suffix = tmp_path / f"pipe_{name}", tmp_path / name, name[1:]
    os.mkfifo(pipe)
    looped.symlink_to(looped)
    device = tmp_path / f"null{suffix}"
    device.symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        # The whole path may be longer than the name of a socket may be.
        server.bind(os.path.relpath(tmp_path / f"s{suffix}"))
        for place in (pipe, looped, device, tmp_path / f"s{suffix}"):
            with pytest.raises(ValueError, match="it must be a file") as caught:
                WRITERS[name](place)
            assert str(place) in str(caught.value)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert len(list(tmp_path.iterdir())) == 4
    for read in (read_image, lambda path: read_raw(path, (2, 2), np.uint8)):
        with pytest.raises(ValueError, match="it must be a file, not a pipe"):
            read(pipe)
    target, pointer = tmp_path / f"new{suffix}", tmp_path / f"pointer{suffix}"
    pointer.symlink_to(target)
    WRITERS[name](pointer)
    assert pointer.is_symlink()
    assert target.is_file()


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EACCES, PermissionError), (errno.ENOSPC, OSError)]
)
def test_errors_of_the_system_name_the_target(
    tmp_path, monkeypatch, name, number, kind
):
    opened = Path.open

    def fail(path, *arguments):
        assert path.parent == tmp_path
        with opened(path, *arguments):
            raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "open", fail)
    path = tmp_path / name
    with pytest.raises(kind, match=os.strerror(number)) as caught:
        WRITERS[name](path)
    assert (caught.value.filename, caught.value.errno) == (str(path), number)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["image.png", "\u00e9" * 120 + ".png"])
def test_a_temporary_file_tells_whose_it_is(tmp_path, monkeypatch, name):
    """A process that is killed leaves it behind."""
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.extend(tmp_path.iterdir()))
    write_image(tmp_path / name, np.zeros((2, 2), np.uint8))
    pattern = r"\." + re.escape(name[:50]) + r"\.[0-9a-f]{8}\.tmp"
    assert re.fullmatch(pattern, seen[0].name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_killed_process_leaves_the_old_file_and_what_the_docstring_says(tmp_path):
    path = tmp_path / "image.png"
    path.write_bytes(b"old")
    code = (
        "import os, signal, sys, numpy; from imgrecipes.files import write_image\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_image(sys.argv[1], numpy.zeros((2, 2), numpy.uint8))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (left,) = set(tmp_path.iterdir()) - {path}
    assert re.fullmatch(r"\.image\.png\.[0-9a-f]{8}\.tmp", left.name)
    assert ".image.png.<8 letters>.tmp" in write_image.__doc__


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.raw", "a.raw.gz"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch, error, name):
    def fail(*arguments, **_):
        # The stream is the second argument of the methods, the first of the function.
        stream = next(value for value in arguments if hasattr(value, "write"))
        getattr(stream, "fileobj", stream).write(b"half of it")
        raise error

    path = tmp_path / name
    path.write_bytes(b"old")
    image = np.zeros((4, 4), np.uint8)
    if name == "a.raw":
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(error))
    else:
        monkeypatch.setattr(Image.Image, "save", fail)
        monkeypatch.setattr(tifffile, "imwrite", fail)
        monkeypatch.setattr(gzip.GzipFile, "write", fail)
    with pytest.raises(type(error)):
        write_raw(path, image) if "raw" in name else write_image(path, image)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_new_files_have_ordinary_permissions_and_old_ones_keep_theirs(tmp_path):
    ordinary, path = tmp_path / "ordinary", tmp_path / "image.png"
    ordinary.touch()
    write_image(path, np.zeros((2, 2), np.uint8))
    assert path.stat().st_mode == ordinary.stat().st_mode
    path.chmod(0o640)
    link = tmp_path / "link.png"
    link.symlink_to(path)
    write_image(link, np.ones((2, 2), np.uint8))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert read_image(path).all()


@pytest.mark.parametrize("name", ["a.raw", "a.raw.gz"])
def test_raw_files_keep_every_number(tmp_path, name):
    path = tmp_path / name

    @files
    @given(
        hnp.arrays(
            st.sampled_from(NUMBERS),
            hnp.array_shapes(min_dims=1, max_dims=4, max_side=5),
        ),
        st.sampled_from("<>"),
    )
    def check(image, order):
        stored = image.dtype.newbyteorder(order)
        image = image.astype(stored).T
        write_raw(path, image)
        data = path.read_bytes()
        if name.endswith("gz"):
            assert data[4:8] == bytes(4)  # no time: equal images, equal files
            data = gzip.decompress(data)
        assert data == image.tobytes()
        back = read_raw(path, image.shape, stored)
        assert back.dtype == stored.newbyteorder("=")
        assert back.flags.writeable
        np.testing.assert_array_equal(back, image)
        if not name.endswith("gz"):
            mapped = open_raw(path, image.shape, stored)
            assert mapped.dtype == stored
            np.testing.assert_array_equal(mapped, image)

    check()


def test_a_mapped_file_is_read_only(tmp_path):
    path = tmp_path / "a.raw"
    write_raw(path, np.arange(6, dtype=np.uint8))
    mapped = open_raw(path, (2, 3), np.uint8)
    assert isinstance(mapped, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        mapped[0, 0] = 1
    with pytest.raises(ValueError, match=r"holds 6 bytes.*needs 8"):
        open_raw(path, (2, 4), np.uint8)
    with pytest.raises(FileNotFoundError, match=r"absent\.raw"):
        open_raw(tmp_path / "absent.raw", (2, 3), np.uint8)
    write_raw(tmp_path / "a.raw.gz", np.arange(6))
    with pytest.raises(ValueError, match="is compressed"):
        open_raw(tmp_path / "a.raw.gz", (6,), np.int64)


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.raw", "holds 0 bytes; shape .4, 4. of '<u2' needs 32"),
        (bytes(31), "a.raw", "holds 31 bytes; .*needs 32"),
        (bytes(33), "a.raw", "holds 33 bytes; .*needs 32"),
        (gzip.compress(bytes(31), mtime=0), "a.raw.gz", "holds 31 bytes; .*needs 32"),
        (
            gzip.compress(bytes(40), mtime=0),
            "a.raw.gz",
            "holds 33 bytes or more; .*needs 32",
        ),
        (gzip.compress(bytes(32), mtime=0)[:-3], "a.raw.gz", "not a whole gzip file"),
        (b"no gzip at all", "a.raw.gz", "not a whole gzip file"),
        (b"", "a.raw.gz", "holds 0 bytes"),
    ],
)
def test_raw_files_of_the_wrong_size_are_refused(tmp_path, data, name, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ValueError, match=re.escape(str(path)) + ".*" + message):
        read_raw(path, (4, 4), "<u2")


def test_compressed_files_that_lie_in_their_checksum_are_refused(tmp_path):
    path = tmp_path / "a.raw.gz"
    data = bytearray(gzip.compress(bytes(32), mtime=0))
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="not a whole gzip file: CRC"):
        read_raw(path, (4, 4), "<u2")


def test_a_gzip_bomb_is_not_decompressed(tmp_path, monkeypatch):
    path = tmp_path / "zeros.raw.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(64):
            file.write(bytes(2**20))
    taken = []
    read = gzip.GzipFile.read

    def count(self, size=-1):
        data = read(self, size)
        taken.append(len(data))
        return data

    monkeypatch.setattr(gzip.GzipFile, "read", count)
    with pytest.raises(ValueError, match=r"holds 101 bytes or more.*needs 100"):
        read_raw(path, (10, 10), np.uint8)
    assert sum(taken) == 101
    # A shape far too large claims no memory in advance.
    with pytest.raises(ValueError, match=f"holds {2**26} bytes; .*needs {10**18}"):
        read_raw(path, (10**9, 10**9), np.uint8)


def test_raw_layout_is_checked(tmp_path):
    path = tmp_path / "a.raw"
    path.write_bytes(bytes(4))
    for recipe in (read_raw, open_raw):
        with pytest.raises(ValueError, match="shape is 0"):
            recipe(path, (0, 4), np.uint8)
        with pytest.raises(TypeError, match=r"shape is 2\.0"):
            recipe(path, (2.0, 2), np.uint8)
        with pytest.raises(ValueError, match=r"shape is \(\)"):
            recipe(path, (), np.uint8)
        with pytest.raises(TypeError, match="dtype is bool"):
            recipe(path, (2, 2), bool)
        with pytest.raises(TypeError, match="dtype is object"):
            recipe(path, (2, 2), object)


def test_ten_random_images_are_found_in_natural_order(tmp_path):
    random = np.random.default_rng(0)
    stack = random.integers(0, 256, (10, 100, 100), dtype=np.uint8)
    for number, image in enumerate(stack, start=1):
        write_image(tmp_path / f"random_{number}.png", image)
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / "._random_3.png").write_bytes(b"what a Mac leaves behind")
    (tmp_path / "more.png").mkdir()
    write_image(tmp_path / "other.TIF", stack)
    found = list(iter_images(tmp_path, "random_*"))
    assert [path.stem for path, _ in found] == [f"random_{n}" for n in range(1, 11)]
    np.testing.assert_array_equal([image for _, image in found], stack)
    assert len(list(iter_images(tmp_path))) == 11
    assert not list(iter_images(tmp_path, "absent_*"))


def test_images_are_read_one_at_a_time(tmp_path):
    write_image(tmp_path / "1.png", np.zeros((2, 2), np.uint8))
    (tmp_path / "2.png").write_bytes(b"broken")
    images = iter_images(tmp_path)
    assert next(images)[1].shape == (2, 2)
    with pytest.raises(ValueError, match=r"2\.png.*starts with b'broken'"):
        next(images)
    write_image(tmp_path / "3.png", np.ones((3, 3), np.uint8))
    with pytest.raises(FileNotFoundError, match="no such folder"):
        iter_images(tmp_path / "absent")
    with pytest.raises(ValueError, match="max_pixels is 0"):
        iter_images(tmp_path, max_pixels=0)


def test_a_folder_is_read_on_after_a_bad_file(tmp_path, recwarn):
    for number in (1, 3, 5):
        write_image(tmp_path / f"{number}.png", np.full((2, 2), number, np.uint8))
    for number in (2, 4):
        (tmp_path / f"{number}.png").write_bytes(b"broken")
    images, read = iter_images(tmp_path), []
    for bad in (False, True, False, True, False):
        if bad:
            with pytest.raises(ValueError, match="starts with b'broken'"):
                next(images)
        else:
            read.append(next(images)[1].max())
    assert read == [1, 3, 5]
    with pytest.raises(StopIteration):
        next(images)
    assert not recwarn.list
    with pytest.warns(UserWarning, match=r"cannot read .*[24]\.png") as warned:
        found = [path.stem for path, _ in iter_images(tmp_path, errors="warn")]
    assert found == ["1", "3", "5"]
    assert [warning.filename for warning in warned] == [__file__] * 2
    found = dict(iter_images(tmp_path, errors="return"))
    assert [path.stem for path in found] == ["1", "2", "3", "4", "5"]
    kinds = [ValueError if n in {1, 3} else np.ndarray for n in range(5)]
    assert [type(image) for image in found.values()] == kinds
    # Also what is gone when its turn comes.
    images = iter_images(tmp_path, errors="return")
    (tmp_path / "1.png").unlink()
    assert isinstance(next(images)[1], FileNotFoundError)
    with pytest.raises(ValueError, match="errors is 'skip'; allowed are raise, warn"):
        iter_images(tmp_path, errors="skip")


def test_a_folder_of_photographs_is_read_upright(tmp_path):
    data = photograph("png", NOISE[0, ..., 0], 6)
    (tmp_path / "a.png").write_bytes(data)
    assert next(iter_images(tmp_path))[1].shape == (20, 16)
    assert next(iter_images(tmp_path, upright=False))[1].shape == (16, 20)


# Each is wrong for every argument of the recipes but some few.
HOSTILE = {
    "text": "3",
    "bytes": b"3",
    "None": None,
    "complex": 1j,
    "object": object(),
    "not a number": np.nan,
    "infinity": np.inf,
    "zero": 0,
    "negative": -1,
    "half": 0.5,
    "large": 2**63,
    "enormous": 10**400,
    "empty list": [],
    "list of text": ["3", "3"],
    "list of bytes": [b"3"],
    "list of None": [None],
    "list of huge": [10**30, 10**30],
    "long list": [1] * 100,
    "set": {3},
    "matrix": np.ones((2, 2)),
    "array of objects": np.array([None, 1], object),
    "array of text": np.array(["a"]),
    "masked": np.ma.masked,
    "null": "a\0b.png",
    "long name": "a" * 300,
    "dtype of another kind": np.dtype("u2,u2"),
    "structured": [("a", "u2")],
}
# What may be meant. A new file may have any name that the system allows.
MEANT = {
    ("path", "text"),
    ("path", "long name"),
    ("image", "matrix"),
    ("image", "long list"),
    *(("max_pixels", what) for what in ("large", "enormous")),
    *(("pattern", what) for what in ("text", "null", "long name")),
    *(("paths", what) for what in ("empty list", "list of text", "array of text")),
}


def recipe_calls(folder):
    """Right arguments for each recipe of the module."""
    write_image(folder / "a.png", np.zeros((2, 2), np.uint8))
    write_raw(folder / "a.raw", np.zeros((2, 2), np.uint8))
    raw = {"path": folder / "a.raw", "shape": (2, 2), "dtype": np.uint8}
    image = {"image": np.zeros((2, 2), np.uint8)}
    options = {"max_pixels": 100, "upright": True}
    return {
        read_image: {"path": folder / "a.png"} | options,
        write_image: {"path": folder / "new.png", **image, "quality": 90},
        read_raw: raw,
        open_raw: raw,
        write_raw: {"path": folder / "new.raw", **image},
        iter_images: {"folder": folder, "pattern": "*", **options, "errors": "warn"},
        sort_naturally: {"paths": ["b", "a"]},
    }


@pytest.mark.parametrize("what", HOSTILE)
def test_bad_arguments_are_refused_by_name(tmp_path, monkeypatch, what):
    monkeypatch.chdir(tmp_path)
    for recipe, arguments in recipe_calls(tmp_path).items():
        assert list(arguments) == list(inspect.signature(recipe).parameters)
        for name in arguments:
            if (name, what) in MEANT:
                continue
            kinds = (TypeError, ValueError, FileNotFoundError)
            with pytest.raises(kinds, match=name) as caught:
                recipe(**arguments | {name: HOSTILE[what]})
            assert type(caught.value) in kinds, (recipe, name)


def test_a_name_that_the_system_refuses_is_named(tmp_path):
    path, gray = tmp_path / ("a" * 300 + ".png"), np.zeros((2, 2), np.uint8)
    for write in (write_image, write_raw):
        with pytest.raises(OSError, match="cannot write the file") as caught:
            write(path, gray)
        assert caught.value.filename == str(path)
    for read in (read_image, iter_images, lambda name: read_raw(name, (2, 2), "u1")):
        with pytest.raises(FileNotFoundError, match="there is no such"):
            read(path)
    assert not list(tmp_path.iterdir())


def test_numbers_of_numpy_count_as_those_of_python(tmp_path):
    for recipe, arguments in recipe_calls(tmp_path).items():
        if recipe is sort_naturally:
            continue
        plain = recipe(**arguments)
        for kind in (np.uint8, np.int16, np.int64, np.array):
            changed = {
                name: kind(value) if type(value) is int else value
                for name, value in arguments.items()
            }
            changed["shape"] = np.array([2, 2], np.uint8)
            changed = {name: changed[name] for name in arguments}
            if "upright" in changed:
                changed["upright"] = np.bool_(True)
            again = recipe(**changed)
            if recipe is iter_images:
                ((_, one), (_, other)) = next(iter_images(**arguments)), next(again)
                np.testing.assert_array_equal(one, other)
            elif plain is not None:
                np.testing.assert_array_equal(again, plain)


@given(st.lists(st.tuples(st.sampled_from("abB_"), st.integers(0, 30)), max_size=12))
def test_natural_order_is_that_of_text_and_number(pairs):
    names = [f"{text}{number}.png" for text, number in pairs]
    expected = sorted(pairs, key=lambda pair: (pair[0].lower(), pair[1], pair[0]))
    assert sort_naturally(names) == [f"{text}{n}.png" for text, n in expected]


@given(st.lists(st.text("0129ab._\u0663²", max_size=8), max_size=8))
@example(["9" * 5000, "1" + "0" * 5000])
def test_natural_order_does_not_depend_on_the_order_given(names):
    ordered = sort_naturally(names)
    assert sorted(ordered) == sorted(names)
    assert sort_naturally(names[::-1]) == ordered
    assert sort_naturally(map(Path, ["b2", "b10", "b1"])) == [
        Path(name) for name in ("b1", "b2", "b10")
    ]


def test_natural_order_ignores_leading_zeros():
    assert sort_naturally(["a010", "a9", "a0", "a10"]) == ["a0", "a9", "a010", "a10"]
    with pytest.raises(TypeError):
        sort_naturally([1, 2])

"""What `imgrecipes.files` promises."""

import contextlib
import gzip
import io
import logging
import os
import re
import stat
import struct
import sys
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
        ("a.png", np.zeros((2, 2), int), TypeError, "int64; PNG.*nothing is rescaled"),
        ("a.jpg", np.zeros((2, 2), "u2"), TypeError, "uint16; JPEG stores uint8"),
        ("a.jpg", np.eye(2, dtype=bool), TypeError, "bool; JPEG stores uint8"),
        ("a.tif", np.zeros((2, 2), complex), TypeError, "image has dtype complex"),
        ("a.tif", np.zeros((2, 2), "g"), TypeError, "floats of 16, 32 and 64 bits"),
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
    with pytest.raises(FileNotFoundError, match="no such folder"):
        iter_images(tmp_path / "absent")
    with pytest.raises(ValueError, match="max_pixels is 0"):
        iter_images(tmp_path, max_pixels=0)


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

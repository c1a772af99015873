"""What `imgrecipes.samples` promises."""

import re
import socket
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from scipy import ndimage

from arguments import arguments
from concepts import recipes
from imgrecipes import samples

DATA = resources.files("imgrecipes") / "data"
# The same pictures in scikit-image, which has all of them in its wheel.
PEERS = {
    "tissue": skimage.data.immunohistochemistry,
    "retina": skimage.data.retina,
    "galaxies": skimage.data.hubble_deep_field,
    "coffee": skimage.data.coffee,
    "coins": skimage.data.coins,
    "cell": skimage.data.cell,
    "vessels": skimage.data.microaneurysms,
    "camera": skimage.data.camera,
    "clock": skimage.data.clock,
    "handwriting": skimage.data.text,
}
TEXTURES = {
    "brick": skimage.data.brick,
    "grass": skimage.data.grass,
    "gravel": skimage.data.gravel,
}


def forbidden(*_args, **_kwargs):
    pytest.fail("a sample opens a connection")


@pytest.mark.parametrize("name", recipes("samples"))
def test_each_call_returns_the_same_values_in_a_fresh_array(name, monkeypatch):
    monkeypatch.setattr(socket, "socket", forbidden)
    given = arguments(f"samples.{name}")
    first, second = (np.asarray(recipes("samples")[name](**given)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.shares_memory(first, second)
    assert first.flags.writeable
    assert first.flags.c_contiguous


def assert_same(image, expected):
    assert image.dtype == expected.dtype
    np.testing.assert_array_equal(image, expected, strict=True)


@pytest.mark.parametrize("name", PEERS)
def test_pictures_are_those_of_scikit_image(name):
    assert_same(getattr(samples, name)(), PEERS[name]())


@pytest.mark.parametrize("material", TEXTURES)
def test_textures_are_the_upper_left_quarters_of_those_of_scikit_image(material):
    assert_same(samples.texture(material), TEXTURES[material]()[:256, :256])


def test_horse_is_true_where_that_of_scikit_image_is_false():
    mask = samples.horse()
    assert_same(mask, ~skimage.data.horse())
    # One region with one hole: beside the hole, only the outside is false.
    assert ndimage.label(mask)[1] == 1
    assert ndimage.label(~np.pad(mask, 1))[1] == 2


def test_jpegs_are_the_original_files():
    folder = Path(skimage.data.__file__).parent
    for name, original in {
        "retina.jpg": "retina.jpg",
        "galaxies.jpg": "hubble_deep_field.jpg",
    }.items():
        assert (DATA / name).read_bytes() == (folder / original).read_bytes()


def test_each_file_has_its_row_in_the_data_readme_with_a_licence():
    files = {path.name: path for path in DATA.iterdir()}
    text = files.pop("README.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `(\S+)` \| `([a-z]+).*` \| .* \| .* \| (.+) \|$", text, re.MULTILINE
    )
    assert sorted(name for name, _, _ in rows) == sorted(files)
    licence = re.compile(r"CC0|Public domain|No known copyright restrictions")
    for name, function, source in rows:
        assert function in recipes("samples"), name
        assert licence.search(source), name


def test_all_pictures_together_take_at_most_2_7_megabytes():
    # Everybody who installs the package fetches them, needed or not.
    assert sum(len(path.read_bytes()) for path in DATA.iterdir()) <= 2.7e6


def test_face_is_the_array_of_the_classic_notes():
    image = samples.face()
    assert (image.shape, image.dtype) == ((768, 1024, 3), np.uint8)
    assert image.nbytes == 2359296
    assert image.sum(dtype=int) == 259906521


def test_mri_slice_is_read_in_the_right_byte_order():
    image = samples.mri_slice()
    assert (image.shape, image.dtype) == ((256, 256), np.dtype("=u2"))
    assert (image.max(), image.byteswap().max()) == (215, 215 * 256)


def test_legacy_stream_of_the_blobs():
    random = np.random.RandomState(1)
    field = np.zeros((256, 256))
    rows, columns = (256 * random.random_sample((2, 100))).astype(int)
    field[rows, columns] = 1
    field = ndimage.gaussian_filter(field, 6.4)
    np.testing.assert_array_equal(samples.blobs(), field)
    image, same_field = samples.noisy_blobs()
    np.testing.assert_array_equal(same_field, field)
    truth = (field > field.mean()) + 0.1 * field
    np.testing.assert_array_equal(image, truth + 0.2 * random.randn(256, 256))


def test_classic_segmentation_errors_come_out_of_the_noisy_blobs():
    image, field = samples.noisy_blobs()
    truth = (field > field.mean()) + 0.1 * field
    binary = image > 0.5
    closed = ndimage.binary_closing(ndimage.binary_opening(binary))
    assert np.abs(truth - closed).mean() == pytest.approx(0.00727836548, abs=1e-11)
    for _ in range(2):
        seed = ndimage.binary_erosion(binary)
        binary = ~ndimage.binary_propagation(seed, mask=binary)
    assert np.abs(truth - binary).mean() == pytest.approx(0.000595025528, abs=1e-12)


def test_circles_touch_and_have_the_given_centers_and_radii():
    labels = samples.touching_circles()
    assert ndimage.label(labels)[1] == 1
    circles = [(28, 24, 16), (40, 50, 14), (67, 58, 15), (24, 70, 14)]
    indices = np.indices(labels.shape)
    inside = [
        (indices[0] - row) ** 2 + (indices[1] - column) ** 2 < radius**2
        for row, column, radius in circles
    ]
    np.testing.assert_array_equal(labels > 0, np.any(inside, axis=0))
    for label, (row, column, _) in enumerate(circles, start=1):
        assert labels[row, column] == label
        assert inside[label - 1][labels == label].all()


def test_phantom_has_the_volumes_of_its_ellipsoids():
    volume = samples.phantom(96)
    voxels = np.bincount(volume.ravel(), minlength=256)
    unit = 4 / 3 * np.pi * 48**3
    assert voxels[170] == pytest.approx(unit * 0.14**3, rel=0.02)
    assert voxels[40] == pytest.approx(unit * 2 * 0.25 * 0.40 * 0.10, rel=0.02)
    head = unit * 0.85 * 0.90 * 0.70
    assert voxels[1:].sum() == pytest.approx(head, rel=0.01)
    assert voxels[220] == pytest.approx(head - unit * 0.77 * 0.82 * 0.62, rel=0.02)


def test_logo_is_white_outside_its_symbol_and_letters():
    picture = samples.logo()
    ink = (picture != 255).any(axis=-1)
    rows, columns = np.nonzero(ink)
    assert (rows.min(), columns.min(), rows.max()) == (12, 12, 83)
    assert not ink[:, 84:110].any()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: samples.blobs(size=0), ValueError, "size is 0"),
        (lambda: samples.blobs(count=1.5), TypeError, "count is 1.5"),
        (lambda: samples.noisy_blobs(noise=-1), ValueError, "noise is -1"),
        (lambda: samples.noisy_blobs(seed=2**32), ValueError, "seed is 4294967296"),
        (lambda: samples.blobs(seed=None), TypeError, "seed is None"),
        (lambda: samples.blobs(size=8193), ValueError, "size is 8193"),
        (lambda: samples.blobs(count=1001), ValueError, "count is 1001"),
        (lambda: samples.phantom(1025), ValueError, "size is 1025; allowed is 1 to"),
        (lambda: samples.face(gray=1), TypeError, "gray is 1; allowed are True and"),
        (lambda: samples.phantom("a"), TypeError, "size is 'a'"),
        (lambda: samples.texture("sand"), ValueError, "material is 'sand'; allowed"),
    ],
)
def test_samples_name_the_wrong_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()

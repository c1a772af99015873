"""Sample images: photographs, an MRI slice, and synthetic images of known truth."""

from __future__ import annotations

import gzip
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from imgrecipes._checks import (
    check_choice,
    check_flag,
    check_integer,
    check_number,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = (
    "#..........",
    "...........",
    "#.####..###",
    "#.#.#.#.#.#",
    "#.#.#.#.###",
    "#.#.#.#...#",
    "........##.",
)


def face(gray: bool = False) -> NDArray[np.uint8]:
    """Photograph of a raccoon's face.

    Parameters
    ----------
    gray : bool, default False
        Return grey levels instead of colours.

    Returns
    -------
    ndarray of uint8, shape (768, 1024, 3) or (768, 1024)
        Red, green and blue, or ``0.21 R + 0.71 G + 0.07 B`` cut to an integer.

    Raises
    ------
    TypeError
        If `gray` is neither True nor False.

    See Also
    --------
    scipy.datasets.face : the same picture, fetched over the network.
    skimage.data.chelsea : another animal's face, shipped with scikit-image.

    Notes
    -----
    The weights are those of ``scipy.misc.face(gray=True)``, which is gone since SciPy
    1.12; they add up to 0.99, so that pure white would become 252.

    The photograph is in the public domain.

    Examples
    --------
    >>> from imgrecipes.samples import face
    >>> face().shape, face(gray=True)[0, 40]
    ((768, 1024, 3), np.uint8(127))
    """
    gray = check_flag(gray, "gray")
    color = _read_picture("face.webp")
    if not gray:
        return color
    red, green, blue = np.moveaxis(color, -1, 0)
    levels: NDArray[np.uint8] = (0.21 * red + 0.71 * green + 0.07 * blue).astype(
        np.uint8
    )
    return levels


def tissue() -> NDArray[np.uint8]:
    """Stained section of the colon under the microscope.

    Returns
    -------
    ndarray of uint8, shape (512, 512, 3)
        Red, green and blue. The size of a pixel is not known.

    See Also
    --------
    skimage.data.immunohistochemistry : the same picture.

    Notes
    -----
    The protein FHL2 is stained brown with diaminobenzidine (DAB), mostly in the glands.
    Haematoxylin stains all nuclei blue.

    The micrograph comes from the Center for Microscopy and Molecular Imaging (CMMI);
    no copyright restrictions are known.

    Examples
    --------
    >>> from imgrecipes.samples import tissue
    >>> section = tissue()
    >>> section.shape, section.mean(axis=(0, 1)).round(1).tolist()
    ((512, 512, 3), [177.3, 159.8, 144.0])
    """
    return _read_picture("tissue.webp")


def retina() -> NDArray[np.uint8]:
    """Photograph of the back of a healthy eye.

    Returns
    -------
    ndarray of uint8, shape (1411, 1411, 3)
        Red, green and blue. The field of view is a disk; outside, the image is almost
        black. The size of a pixel is not known.

    See Also
    --------
    vessels : a detail of another retina, with two lesions.
    skimage.data.retina : the same picture.

    Notes
    -----
    The vessels have the highest contrast in the green channel. The file is a JPEG;
    decoders may differ by one level in some pixels.

    The fundus photograph is by Mikael Häggström [1]_ (CC0).

    References
    ----------
    .. [1] M. Häggström, "Medical gallery of Mikael Häggström 2014", WikiJournal of
       Medicine, vol. 1, no. 2, 2014.

    Examples
    --------
    >>> from imgrecipes.samples import retina
    >>> retina().shape
    (1411, 1411, 3)
    """
    return _read_picture("retina.jpg")


def galaxies() -> NDArray[np.uint8]:
    """Hubble eXtreme Deep Field, an image of very faint galaxies.

    Returns
    -------
    ndarray of uint8, shape (872, 1000, 3)
        Red, green and blue, with contrast stretched for viewing: the levels are not
        proportional to the light.

    See Also
    --------
    skimage.data.hubble_deep_field : the same picture.

    Notes
    -----
    The file is a JPEG; decoders may differ by one level in some pixels.

    The image is by NASA and ESA (release 2012-37 of HubbleSite) and in the public
    domain.

    Examples
    --------
    >>> from imgrecipes.samples import galaxies
    >>> galaxies().shape
    (872, 1000, 3)
    """
    return _read_picture("galaxies.jpg")


def coffee() -> NDArray[np.uint8]:
    """Photograph of a cup of coffee on a wooden table.

    Returns
    -------
    ndarray of uint8, shape (400, 600, 3)
        Red, green and blue.

    See Also
    --------
    skimage.data.coffee : the same picture.

    Notes
    -----
    The picture has saturated colours, ellipses, smooth porcelain and coarse wood grain.

    The photograph is by Rachel Michetti, courtesy of Pikolo Espresso Bar (CC0).

    Examples
    --------
    >>> from imgrecipes.samples import coffee
    >>> cup = coffee()
    >>> cup.shape, cup.mean(axis=(0, 1)).round(1).tolist()
    ((400, 600, 3), [158.6, 85.8, 51.5])
    """
    return _read_picture("coffee.webp")


def coins() -> NDArray[np.uint8]:
    """Photograph of 24 Greek coins on a ground of uneven brightness.

    Returns
    -------
    ndarray of uint8, shape (303, 384)
        Grey levels. The coins lie in four rows of six; no two of them touch. The size
        of a pixel is not known.

    See Also
    --------
    skimage.data.coins : the same picture.

    Notes
    -----
    Light comes from the upper left. The ground there is as bright as the darker parts
    of the coins, so no single threshold separates them.

    The coins are from Pompeii; the photograph comes from the Brooklyn Museum. No
    copyright restrictions are known.

    Examples
    --------
    >>> from imgrecipes.samples import coins
    >>> image = coins()
    >>> image.shape, float(image.mean().round(2))
    ((303, 384), 96.86)
    """
    return _read_picture("coins.webp", gray=True)


def cell() -> NDArray[np.uint8]:
    """Phase image of a cell in saline, with pixels of 0.107 µm.

    Returns
    -------
    ndarray of uint8, shape (660, 550)
        Grey levels that grow with the phase, which light gains on its way through the
        cell. A pixel is 0.107 µm wide and high.

    See Also
    --------
    skimage.data.cell : the same picture.

    Notes
    -----
    The phase was reconstructed from a digital hologram [1]_, which leaves faint bands
    in the background (CC0).

    References
    ----------
    .. [1] P. Müller, M. Schürmann, S. Girardo, G. Cojoc and J. Guck, "Accurate
       evaluation of size and refractive index for spherical objects in quantitative
       phase imaging", Optics Express, vol. 26, no. 8, pp. 10729-10743, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from imgrecipes.samples import cell
    >>> image = cell()
    >>> image.shape, float(np.median(image))
    ((660, 550), 67.0)
    """
    return _read_picture("cell.webp", gray=True)


def vessels() -> NDArray[np.uint8]:
    """Blood vessels of a diseased retina, with two small lesions.

    Returns
    -------
    ndarray of uint8, shape (102, 102)
        Green channel of a fundus photograph. The vessels and the lesions, called
        microaneurysms, are dark. The size of a pixel is not known.

    See Also
    --------
    retina : an entire retina, healthy and in colour.
    skimage.data.microaneurysms : the same picture.

    Notes
    -----
    The contrast is low: of 256 levels, the image uses those from 38 to 129.

    The image is a detail of image 07_dr of the High-Resolution Fundus Database [1]_
    (CC0, by Andreas Maier).

    References
    ----------
    .. [1] A. Budai, R. Bock, A. Maier, J. Hornegger and G. Michelson, "Robust vessel
       segmentation in fundus images", International Journal of Biomedical Imaging,
       vol. 2013, 2013.

    Examples
    --------
    >>> from imgrecipes.samples import vessels
    >>> image = vessels()
    >>> image.shape, int(image.min()), int(image.max())
    ((102, 102), 38, 129)
    """
    return _read_picture("vessels.webp", gray=True)


def camera() -> NDArray[np.uint8]:
    """Photograph of a man with a camera on a tripod.

    Returns
    -------
    ndarray of uint8, shape (512, 512)
        Grey levels.

    See Also
    --------
    skimage.data.camera : the same picture.

    Notes
    -----
    A smooth sky, sharp outlines and textured grass make it a common test image for
    smoothing and denoising. It replaces the older "cameraman", which is not free.

    The photograph is by Lav Varshney (CC0).

    Examples
    --------
    >>> from imgrecipes.samples import camera
    >>> image = camera()
    >>> image.shape, float(image.std().round(2))
    ((512, 512), 73.64)
    """
    return _read_picture("camera.webp", gray=True)


def clock() -> NDArray[np.uint8]:
    """Photograph of a wall clock, blurred by a horizontal motion of the camera.

    Returns
    -------
    ndarray of uint8, shape (300, 400)
        Grey levels. The length of the motion is not known.

    See Also
    --------
    skimage.data.clock : the same picture.

    Notes
    -----
    The photograph is by Stefan van der Walt, in the public domain.

    Examples
    --------
    >>> from imgrecipes.samples import clock
    >>> image = clock()
    >>> image.shape, float(image.mean().round(2))
    ((300, 400), 146.33)
    """
    return _read_picture("clock.webp", gray=True)


def handwriting() -> NDArray[np.uint8]:
    """Photograph of handwriting on tiles, seen at a slant in uneven light.

    Returns
    -------
    ndarray of uint8, shape (172, 448)
        Grey levels.

    See Also
    --------
    skimage.data.text : the same picture.

    Notes
    -----
    The photograph ``Corner.png`` comes from Wikipedia and is in the public domain.

    Examples
    --------
    >>> from imgrecipes.samples import handwriting
    >>> image = handwriting()
    >>> image.shape, float(image.mean().round(2))
    ((172, 448), 129.26)
    """
    return _read_picture("handwriting.webp", gray=True)


def texture(material: str) -> NDArray[np.uint8]:
    """Photograph of a texture: a brick wall, grass or gravel.

    Parameters
    ----------
    material : {"brick", "grass", "gravel"}
        What the texture shows.

    Returns
    -------
    ndarray of uint8, shape (256, 256)
        Grey levels.

    Raises
    ------
    ValueError
        If `material` is none of these words.

    See Also
    --------
    skimage.data.brick, skimage.data.grass, skimage.data.gravel : of twice the side.

    Notes
    -----
    The images are the upper left quarters of those of scikit-image. Brick and gravel
    come from CC0Textures, grass from DeviantArt (user linolafett), all CC0.

    Examples
    --------
    >>> from imgrecipes.samples import texture
    >>> wall = texture("brick")
    >>> wall.shape, float(wall.mean().round(2))
    ((256, 256), 111.07)
    """
    material = check_choice(material, "material", ("brick", "grass", "gravel"))
    return _read_picture(f"{material}.webp", gray=True)


def horse() -> NDArray[np.bool_]:
    """Silhouette of a standing horse, as a mask.

    Returns
    -------
    ndarray of bool, shape (328, 400)
        True in the horse, which is one region with one hole.

    See Also
    --------
    skimage.data.horse : the same silhouette, False in the horse.

    Notes
    -----
    The drawing is by Andreas Preuss (openclipart.org, CC0).

    Examples
    --------
    >>> from imgrecipes.samples import horse
    >>> mask = horse()
    >>> mask.shape, int(mask.sum())
    ((328, 400), 43412)
    """
    return _read_picture("horse.webp", gray=True) > 0


def mri_slice() -> NDArray[np.uint16]:
    """Slice of a human head by magnetic resonance imaging.

    Returns
    -------
    ndarray of uint16, shape (256, 256)
        Signal strength, 0 to 215, in the byte order of this machine.

    See Also
    --------
    imgrecipes.files.read_raw : read such a file, which has no header.
    matplotlib.cbook.get_sample_data : finds the file.

    Notes
    -----
    The file ``s1045.ima.gz`` comes with Matplotlib's sample data: 256 rows of 256
    big-endian 16-bit integers, compressed with gzip.

    Examples
    --------
    >>> from imgrecipes.samples import mri_slice
    >>> head = mri_slice()
    >>> head.shape, int(head.min()), int(head.max())
    ((256, 256), 0, 215)
    """
    # Matplotlib owns the file; the other samples do without Matplotlib.
    from matplotlib import cbook  # noqa: PLC0415

    path = cbook.get_sample_data("s1045.ima.gz", asfileobj=False)
    with gzip.open(path) as file:
        big_endian = np.frombuffer(file.read(), dtype=">u2")
    return big_endian.reshape(256, 256).astype(np.uint16)


def blobs(size: int = 256, count: int = 10, seed: int = 1) -> NDArray[np.float64]:
    """Smooth random field whose bright parts look like blobs.

    Parameters
    ----------
    size : int, default 256
        Number of rows and of columns, in pixels, up to 8192.
    count : int, default 10
        The image holds ``count ** 2`` points, each blurred to ``size / (4 * count)``
        pixels. Allowed is 1 to 1000.
    seed : int, default 1
        Seed of the legacy generator `numpy.random.RandomState`, from 0 to 2**32 - 1.

    Returns
    -------
    ndarray of float64, shape (size, size)
        The blurred points. ``field > field.mean()`` is the mask of the blobs.

    Raises
    ------
    TypeError, ValueError
        If `size`, `count` or `seed` is not an allowed integer.

    See Also
    --------
    noisy_blobs : the mask of this field with noise.
    skimage.data.binary_blobs : similar masks with a given share of foreground.

    Notes
    -----
    Random points are set to one and blurred by a Gaussian filter that reflects at the
    border, as in the classic lecture notes. The legacy generator keeps every number
    that those notes print.

    Examples
    --------
    >>> from scipy import ndimage
    >>> from imgrecipes.samples import blobs
    >>> field = blobs()
    >>> ndimage.label(field > field.mean())[1]
    28
    """
    seed = check_integer(seed, "seed", low=0, high=2**32 - 1)
    return _scatter_blobs(size, count, np.random.RandomState(seed))


def noisy_blobs(
    size: int = 256, count: int = 10, seed: int = 1, noise: float = 0.2
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Blobs in noise, with the field that they come from.

    Parameters
    ----------
    size : int, default 256
        Number of rows and of columns, in pixels, up to 8192.
    count : int, default 10
        The image holds ``count ** 2`` points, each blurred to ``size / (4 * count)``
        pixels. Allowed is 1 to 1000.
    seed : int, default 1
        Seed of the legacy generator `numpy.random.RandomState`, from 0 to 2**32 - 1.
    noise : float, default 0.2
        Standard deviation of the noise, in the mask's unit of intensity, up to 1e300.

    Returns
    -------
    image : ndarray of float64, shape (size, size)
        ``mask + 0.1 * field`` and normal noise, where ``mask = field > field.mean()``.
    field : ndarray of float64, shape (size, size)
        The blurred points, without noise.

    Raises
    ------
    TypeError, ValueError
        If `size`, `count` or `seed` is not an allowed integer, or `noise` is negative
        or too large.

    See Also
    --------
    blobs : the field alone.

    Examples
    --------
    >>> from imgrecipes.samples import noisy_blobs
    >>> image, field = noisy_blobs()
    >>> mask = field > field.mean()
    >>> wrong = (image > 0.5) != mask
    >>> print(f"{wrong.mean():.2%} of the pixels fall on the wrong side of 0.5")
    0.63% of the pixels fall on the wrong side of 0.5
    """
    noise = check_number(noise, "noise", low=0, high=1e300)
    seed = check_integer(seed, "seed", low=0, high=2**32 - 1)
    # One stream for the points and the noise, as the classic numbers want it.
    random = np.random.RandomState(seed)
    field = _scatter_blobs(size, count, random)
    truth = (field > field.mean()) + 0.1 * field
    return truth + noise * random.standard_normal(field.shape), field


def touching_circles() -> NDArray[np.uint8]:
    """Four circles that touch, each with its label.

    Returns
    -------
    ndarray of uint8, shape (100, 100)
        0 outside, 1 to 4 in the circles around (28, 24), (40, 50), (67, 58) and
        (24, 70) with radii of 16, 14, 15 and 14 pixels. ``labels > 0`` is their mask.

    See Also
    --------
    blobs : many objects of many sizes.

    Notes
    -----
    A pixel belongs to a circle if its squared distance from the centre is less than
    the squared radius; in the few pixels that two circles share, the one wins into
    which the pixel lies deeper.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import ndimage
    >>> from imgrecipes.samples import touching_circles
    >>> labels = touching_circles()
    >>> np.bincount(labels.ravel()).tolist()
    [7322, 790, 593, 696, 599]
    >>> ndimage.label(labels)[1]  # seen as a mask, they are one object
    1
    """
    centers = np.array([(28, 24), (40, 50), (67, 58), (24, 70)])
    radii = np.array([16, 14, 15, 14])
    row, column = np.ogrid[:100, :100]
    depth = [
        radius**2 - (row - center[0]) ** 2 - (column - center[1]) ** 2
        for center, radius in zip(centers, radii, strict=True)
    ]
    deepest = np.argmax(depth, axis=0) + 1
    return np.where(np.max(depth, axis=0) > 0, deepest, 0).astype(np.uint8)


def phantom(size: int = 64) -> NDArray[np.uint8]:
    """Volume of ellipsoids: a head with a skull, two ventricles and a lesion.

    Parameters
    ----------
    size : int, default 64
        Number of planes, rows and columns, in voxels, up to 1024.

    Returns
    -------
    ndarray of uint8, shape (size, size, size)
        0 outside, 220 in the skull, 100 in the brain, 40 in the ventricles, 170 in
        the lesion. Planes run from the neck up, rows from the front to the back.

    Raises
    ------
    TypeError, ValueError
        If `size` is not an integer from 1 to 1024.

    See Also
    --------
    skimage.data.shepp_logan_phantom : the classic head in two dimensions.

    Notes
    -----
    Each part is an ellipsoid ``sum(((r - center) / radii) ** 2) <= 1`` in coordinates
    that run from -1 to 1 over the volume, so that its true volume is known.

    Examples
    --------
    >>> from imgrecipes.samples import phantom
    >>> head = phantom(64)
    >>> head[32, 32, ::8].tolist()
    [0, 0, 100, 40, 100, 40, 100, 0]
    """
    size = check_integer(size, "size", low=1, high=1024)
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    plane, row, column = np.meshgrid(axis, axis, axis, indexing="ij", sparse=True)
    parts = (
        (220, (0.0, 0.0, 0.0), (0.85, 0.90, 0.70)),
        (100, (0.0, 0.0, 0.0), (0.77, 0.82, 0.62)),
        (40, (0.10, -0.05, -0.20), (0.25, 0.40, 0.10)),
        (40, (0.10, -0.05, 0.20), (0.25, 0.40, 0.10)),
        (170, (-0.05, 0.50, 0.25), (0.14, 0.14, 0.14)),
    )
    volume = np.zeros((size, size, size), dtype=np.uint8)
    for value, center, radii in parts:
        distance = (
            ((plane - center[0]) / radii[0]) ** 2
            + ((row - center[1]) / radii[1]) ** 2
            + ((column - center[2]) / radii[2]) ** 2
        )
        volume[distance <= 1] = value
    return volume


def logo() -> NDArray[np.uint8]:
    """Logo of this project: a symbol and three letters.

    Returns
    -------
    ndarray of uint8, shape (96, 240, 3)
        Red, green and blue on white. The symbol fills rows 12:84, columns 12:84.

    See Also
    --------
    skimage.data.logo : the logo of scikit-image, with an alpha channel.

    Examples
    --------
    >>> from imgrecipes.samples import logo
    >>> logo()[48, 48].tolist(), logo()[0, 0].tolist()
    ([250, 204, 92], [255, 255, 255])
    """
    picture = np.full((96, 240, 3), 255, dtype=np.uint8)
    row, column = np.ogrid[:72, :72]
    distance = np.hypot(row - 35.5, column - 35.5)
    symbol = picture[12:84, 12:84]
    symbol[distance < 36] = (34, 78, 120)
    symbol[distance < 24] = (72, 150, 168)
    symbol[distance < 12] = (250, 204, 92)
    letters = np.array([[dot == "#" for dot in line] for line in _WORD])
    rows, columns = slice(14, 84), slice(110, 220)
    picture[rows, columns][np.kron(letters, np.ones((10, 10), bool))] = (34, 78, 120)
    return picture


def _read_picture(name: str, gray: bool = False) -> NDArray[np.uint8]:
    """Read a picture that comes with the package, pixel for pixel as it is stored."""
    # Imported here so that the synthetic samples need no image library.
    from PIL import Image  # noqa: PLC0415

    data = resources.files("imgrecipes") / "data" / name
    with data.open("rb") as file, Image.open(file) as picture:
        # WebP knows no grey images; their three channels are equal.
        return np.array(picture.getchannel(0) if gray else picture)


def _scatter_blobs(
    size: int, count: int, random: np.random.RandomState
) -> NDArray[np.float64]:
    size = check_integer(size, "size", low=1, high=8192)
    count = check_integer(count, "count", low=1, high=1000)
    points = (size * random.random_sample((2, count**2))).astype(np.intp)
    field = np.zeros((size, size))
    field[tuple(points)] = 1
    blurred: NDArray[Any] = ndimage.gaussian_filter(field, sigma=size / (4 * count))
    return blurred

r"""Eigenvalues of small symmetric matrices, of all pixels at once.

In two dimensions the eigenvalues of :math:`\begin{pmatrix} a & b \\ b & c
\end{pmatrix}` are :math:`\frac{a + c}{2} \pm \sqrt{(\frac{a - c}{2})^2 + b^2}`; in
more, Jacobi's rotations [1]_ make all matrices diagonal at the same time, one row of
pixels after the other.

References
----------
.. [1] G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th ed., Johns Hopkins
   University Press, 2013, section 8.5.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def eigenvalues(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve the quadratic equation, or rotate in blocks that stay in the cache."""
    n = len(matrix)
    flat = matrix.reshape(n, n, -1)
    out = np.empty(flat.shape[1:])
    step = 2**15 // n
    for start in range(0, flat.shape[2], step):
        block = slice(start, start + step)
        _fill_eigenvalues(flat[:, :, block], out[:, block])
    return out.reshape(matrix.shape[1:])


def _fill_eigenvalues(block: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Write the eigenvalues of matrices into `out`, from the largest down."""
    n = len(block)
    if n == 2:
        half, mixed = 0.5 * (block[0, 0] + block[1, 1]), block[0, 1]
        apart = block[0, 0] - half
        apart *= apart
        apart += mixed * mixed
        np.sqrt(apart, out=apart)
        np.add(half, apart, out=out[0])
        np.subtract(half, apart, out=out[1])
        return
    matrix = {(i, j): block[i, j] for i in range(n) for j in range(n)}
    # A rotation makes one entry 0; those of the others bring ever less of it back.
    for p, q in list(combinations(range(n), 2)) * 5:
        mixed, apart = matrix[p, q], matrix[q, q] - matrix[p, p]
        longer = np.abs(apart) + np.sqrt(apart * apart + 4 * mixed * mixed)
        tangent = 2 * mixed / np.maximum(longer, np.finfo(float).tiny)
        tangent *= np.copysign(1.0, apart)
        cosine = 1 / np.sqrt(1 + tangent * tangent)
        matrix[p, p] = matrix[p, p] - tangent * mixed
        matrix[q, q] = matrix[q, q] + tangent * mixed
        matrix[p, q] = matrix[q, p] = np.zeros_like(mixed)
        for r in set(range(n)) - {p, q}:
            one, other = matrix[p, r], matrix[q, r]
            matrix[p, r] = matrix[r, p] = cosine * (one - tangent * other)
            matrix[q, r] = matrix[r, q] = cosine * (other + tangent * one)
    values = [matrix[axis, axis] for axis in range(n)]
    # Compare and exchange neighbours: faster than a sort along a short axis.
    for i in [i for last in range(n - 1, 0, -1) for i in range(last)]:
        one, other = values[i : i + 2]
        values[i : i + 2] = np.maximum(one, other), np.minimum(one, other)
    for axis, value in enumerate(values):
        out[axis] = value

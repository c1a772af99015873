"""The kernels of `plain` once more, with the same results in less time."""

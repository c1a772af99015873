"""Image-processing recipes with NumPy and SciPy, one module per concept."""

__version__ = "0.1.0.dev0"

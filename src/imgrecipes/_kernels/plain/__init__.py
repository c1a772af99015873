"""What each kernel computes, in a few lines of NumPy and SciPy."""

"""Run the command ``imgrecipes``."""

import sys

from imgrecipes._copier.cli import main

if __name__ == "__main__":
    sys.exit(main())

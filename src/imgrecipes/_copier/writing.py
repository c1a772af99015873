"""Write a file that appears whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

from imgrecipes._copier.source import RecipeError

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str, *, replace: bool) -> None:
    """Write a file, and replace one only if that is wanted.

    Raises
    ------
    RecipeError
        If there is a file already, or it cannot be written.
    """
    target = path.resolve()
    if target.is_dir():
        raise RecipeError(f"{path} is a folder")
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_text(text, "utf-8", newline="\n")
        if target.exists():
            if not replace:
                raise RecipeError(
                    f"{path} exists; --force replaces it, --append adds to it"
                )
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError as error:
        raise RecipeError(f"{path} cannot be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)

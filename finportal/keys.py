"""`python -m finportal.keys`: writes the installation's secret keys, once."""

import os
import secrets
import sys
from pathlib import Path

from finportal.settings import instance_folder

NAMES = ("secret_key", "image_key", "mail_key", "pepper")


def create(folder: Path) -> bool:
    """Write `keys.toml` with new random keys, readable by its owner only; False if it exists.

    Keys are never replaced: with other keys no password would match any more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "keys.toml"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f'{name} = "{secrets.token_urlsafe(48)}"\n' for name in NAMES)
    return True


if __name__ == "__main__":
    target = instance_folder()
    sys.stdout.write(
        f"keys: {'written to' if create(target) else 'kept in'} {target / 'keys.toml'}\n"
    )

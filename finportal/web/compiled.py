"""Compiled templates, kept in a folder for the next start."""

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from finportal.web import once


class Compiled(FileSystemBytecodeCache):
    """A cache without which everything works: what cannot be kept is compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, unless the folder is not ours to write to or the disk is full."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_in(folder: Path | None) -> Compiled | None:
    """What is kept in this folder, apart for each way of compiling.

    None without a folder, or where somebody else may write to it: what lies there is run.
    """
    if folder is None:
        return None
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_ours_alone(folder):
        return None
    way = sha256(jinja2.__version__.encode() + Path(once.__file__).read_bytes())
    return Compiled(os.fspath(folder), f"{way.hexdigest()[:12]}-%s")


def _is_ours_alone(folder: Path) -> bool:
    found = folder.stat() if folder.is_dir() else None
    others = stat.S_IWGRP | stat.S_IWOTH
    return found is not None and found.st_uid == os.getuid() and not found.st_mode & others

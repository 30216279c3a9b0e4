"""Sets of known passwords, kept as sorted SHA-1 prefixes in a file: asking one, building one.

A file is the sorted, unique first 8 bytes of SHA-1(UTF-8 text), one after the other and nothing
else. Text is compared exactly: whoever builds and whoever asks must fold case and accents alike.
"""

import hashlib
import mmap
import os
import re
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

WIDTH = 8
"""Bytes of SHA-1 kept for each entry. With half a million entries, a text that is not in the set
is taken for one that is about once in 4e13 questions (n / 2**64)."""

_PWNED_LINE = re.compile(r"([0-9A-Fa-f]{40})(?::[0-9]+)?")


class DigestFilter:
    """The set of texts in one digest file.

    The file is mapped into memory at the first question and stays mapped for the life of the
    process, so a file that replaces it is seen after a restart only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: _Digests | None = None

    def __contains__(self, text: str) -> bool:
        """Whether this exact text is in the set.

        Raises OSError if the file cannot be read, and ValueError, naming the file, if its size
        in bytes is no multiple of WIDTH. Both may come at any question until one has succeeded.
        """
        digests = self._digests()
        wanted = _digest(text)
        place = bisect_left(digests, wanted)
        return place < len(digests) and digests[place] == wanted

    def __len__(self) -> int:
        """How many entries the file holds. Raises what asking for a text raises."""
        return len(self._digests())

    def _digests(self) -> "_Digests":
        if self._opened is None:
            self._opened = _Digests(_mapped(self._path))
        return self._opened


def build(words: Iterable[str], target: Path) -> int:
    """Write the digests of these texts to target, in one step, and return how many there are.

    Order and repetitions do not matter. All digests are held in memory, some 100 bytes each.
    Raises OSError if target's folder cannot be written to; target is then as it was.
    """
    return _write({_digest(word) for word in words}, target)


def build_from_digests(lines: Iterable[str], target: Path) -> int:
    """Write to target, in one step, the entries of a "Pwned Passwords" download.

    Each line is `SHA1HEX:count`, as in the full SHA-1 lists of Have I Been Pwned, with 40
    hexadecimal digits in either case; the count may be absent and is not used; blank lines are
    passed over. Returns how many entries were written. Raises ValueError, giving the number of
    the line (from 1), if one has another form, and OSError as `build` does; target is then as
    it was.
    """
    return _write(_prefixes(lines), target)


class _Digests(Sequence[bytes]):
    """A mapped file seen as the sequence of its entries, each WIDTH bytes."""

    def __init__(self, content: mmap.mmap | bytes) -> None:
        self._content = content

    def __len__(self) -> int:
        return len(self._content) // WIDTH

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self._content[index * WIDTH : (index + 1) * WIDTH]


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size % WIDTH:
            raise ValueError(f"{path}: {size} bytes is no multiple of {WIDTH}")
        if not size:
            return b""  # an empty file cannot be mapped
        return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)


def _digest(text: str) -> bytes:
    # A lone surrogate, which JSON can carry, is an unknown password and not an error.
    encoded = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(encoded, usedforsecurity=False).digest()[:WIDTH]


def _prefixes(lines: Iterable[str]) -> set[bytes]:
    prefixes = set()
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        found = _PWNED_LINE.fullmatch(text)
        if found is None:
            raise ValueError(f"line {number} is not of the form SHA1HEX:count")
        prefixes.add(bytes.fromhex(found[1])[:WIDTH])
    return prefixes


def _write(digests: set[bytes], target: Path) -> int:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join(sorted(digests)))
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)  # mkstemp lets only its owner read
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return len(digests)

"""Digest files: building them, asking them, and what the two shipped ones hold."""

import hashlib
import itertools
import secrets
import string
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finportal.adapters.catalogue import FOLDER
from finportal.adapters.digest_filter import WIDTH, DigestFilter, build, build_from_digests


def _sha1(text: str) -> bytes:
    return hashlib.sha1(text.encode(), usedforsecurity=False).digest()


@settings(deadline=None)  # each example waits for the disk
@given(
    words=st.lists(st.text()),
    others=st.lists(st.text()),
    random=st.randoms(use_true_random=False),
)
def test_a_file_holds_what_it_was_built_from_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], others: list[str], random: Random
) -> None:
    target = tmp_path_factory.mktemp("digests") / "some.digests"
    given_words = words + words
    random.shuffle(given_words)

    count = build(given_words, target)

    known = DigestFilter(target)
    assert count == len(known) == len(set(words))
    assert all(word in known for word in words)
    assert not any(other in known for other in set(others) - set(words))


def test_the_file_is_the_sorted_unique_prefixes_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "some.digests"
    assert build(["tunja", "cali", "tunja", "ibagué"], target) == 3
    expected = sorted(_sha1(word)[:WIDTH] for word in ("tunja", "cali", "ibagué"))
    assert target.read_bytes() == b"".join(expected)


def test_case_and_accents_count(tmp_path: Path) -> None:
    target = tmp_path / "some.digests"
    build(["ibagué"], target)
    known = DigestFilter(target)
    assert "ibagué" in known
    assert "Ibagué" not in known
    assert "ibague" not in known


def test_a_lone_surrogate_is_answered(tmp_path: Path) -> None:
    target = tmp_path / "some.digests"
    build(["cali"], target)
    assert "\ud800" not in DigestFilter(target)


def test_an_empty_file_contains_nothing(tmp_path: Path) -> None:
    target = tmp_path / "none.digests"
    assert build([], target) == 0
    assert target.read_bytes() == b""
    known = DigestFilter(target)
    assert len(known) == 0
    assert "" not in known
    assert "password1" not in known


@pytest.mark.parametrize("size", [1, WIDTH - 1, WIDTH + 1])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, size: int) -> None:
    target = tmp_path / "damaged.digests"
    target.write_bytes(bytes(size))
    with pytest.raises(ValueError, match=r"damaged\.digests"):
        assert "password1" in DigestFilter(target)


def test_the_file_is_opened_at_the_first_question(tmp_path: Path) -> None:
    target = tmp_path / "later.digests"
    known = DigestFilter(target)
    with pytest.raises(FileNotFoundError):
        assert "cali" in known
    build(["cali"], target)
    assert "cali" in known


def test_a_failed_build_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "some.digests"
    build(["cali"], target)
    before = target.read_bytes()
    with pytest.raises(ValueError, match="line 2"):
        build_from_digests([f"{_sha1('tunja').hex()}:3", "not a digest:3"], target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["some.digests"]


def test_a_build_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        build(["cali"], target)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_pwned_passwords_lines_give_the_same_file_as_the_words(tmp_path: Path) -> None:
    words = ["123456789", "contraseña", "P@ssw0rd"]
    from_words, from_lines = tmp_path / "words.digests", tmp_path / "lines.digests"
    lines = [f"{_sha1(word).hex().upper()}:{count}\r\n" for count, word in enumerate(words)]
    lines += ["\n", _sha1(words[0]).hex()]

    assert build(words, from_words) == build_from_digests(lines, from_lines) == 3
    assert from_lines.read_bytes() == from_words.read_bytes()


@pytest.mark.parametrize("line", ["ABCDE:3", "G" * 40 + ":1", "0" * 41 + ":1", "0" * 40 + ";1"])
def test_lines_of_another_form_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        build_from_digests([line], tmp_path / "some.digests")


@pytest.mark.parametrize("name", ["common.digests", "breached.digests"])
def test_the_shipped_files_are_whole(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    entries = [content[at : at + WIDTH] for at in range(0, len(content), WIDTH)]
    assert len(content) % WIDTH == 0
    assert len(entries) >= 60_000
    assert all(one < next_one for one, next_one in itertools.pairwise(entries))


@pytest.mark.parametrize(
    "word",
    ["password1", "123456789", "colombia", "bogotá", "bogota", "contraseña", "cúcuta", "mazda"],
)
def test_common_passwords_and_colombian_words_are_common(word: str) -> None:
    assert word in DigestFilter(FOLDER / "common.digests")


@pytest.mark.parametrize("word", ["password1", "123456789", "colombia", "P@ssw0rd", "qwertyuiop"])
def test_passwords_of_breaches_are_breached(word: str) -> None:
    assert word in DigestFilter(FOLDER / "breached.digests")


@pytest.mark.parametrize("name", ["common.digests", "breached.digests"])
def test_a_random_password_is_in_no_shipped_file(name: str) -> None:
    known = DigestFilter(FOLDER / name)
    signs = string.ascii_letters + string.digits
    assert "".join(secrets.choice(signs) for _ in range(20)) not in known

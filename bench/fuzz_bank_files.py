"""Fuzz the reader of bank files, guided by coverage.

`python -m bench.fuzz_bank_files SECONDS FOLDER` needs atheris (`pip install atheris==3.0.0`), which
the project does not need otherwise. The folder keeps what was tried with profit, and what broke it.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["finportal.adapters.bank_files"]):
    from finportal.adapters.bank_files.errors import BankFileRefused
    from finportal.adapters.bank_files.parsing import parse
    from finportal.adapters.bank_files.profiles import PROFILES

from finportal.services.bank_matching import Before, match, tally
from tests.adapters.bank_files.made import EXPECTED, KNOWN, KNOWN_LINES, joined

DIALECTS = list(PROFILES.values())
REFERENCES = {"1234567890": 1, "4455667788": 2}


def try_bytes(data: bytes) -> None:
    """The first byte chooses the profile: a named error, or a file that adds up."""
    profile = DIALECTS[data[0] % len(DIALECTS)] if data else DIALECTS[0]
    try:
        file = parse(data[1:], profile, EXPECTED)
    except BankFileRefused as error:
        str(error)
        return
    judged = match(file, REFERENCES, {}, Before())
    if sum(total for _, total in tally(judged).values()) != file.total:
        raise AssertionError("the classes do not add up to the file")


def seeds() -> list[bytes]:
    """The known file in each profile, full and short; one of Asobancaria 98."""
    old = [
        f"01{'9001234568':0>13}20261105001{'123456789':0>15}",
        f"02{'1234567890':0>25}{100:013d}010000001",
        f"09000000001{100:018d}",
    ]
    files = [KNOWN, joined(KNOWN_LINES, 0, "\n"), joined(old, 128)]
    return [bytes([number]) + raw for number in range(len(DIALECTS)) for raw in files]


def main(seconds: str, folder: Path) -> None:
    """Fuzz for so long; atheris ends the process, with a trace if something was found."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=4000", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *options, str(folder)], try_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

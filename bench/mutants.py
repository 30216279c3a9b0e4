"""Tries the tests of the credit's arithmetic: a random sample of mutants, and how many they kill.

Run `.venv/bin/python bench/mutants.py 500`; without a number every mutant is tried. A mutant is one
changed expression of finportal/lending. The sample is the same every time for the same code. The
work is done in the folder `mutants`, which may be deleted afterwards.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

SEED = 20251015
WRITTEN = Path("mutants/finportal/lending")
FIRST = "finportal.lending.money.x_half_up__mutmut_1"
VERDICTS = {0: "survived", 1: "killed", 3: "killed", 5: "no test", 33: "no test", None: "not tried"}


def mutmut(*names: str) -> None:
    """Try these mutants."""
    program = Path(sys.executable).parent / "mutmut"
    environment = os.environ | {"LENDING_PROFILE": "mutation"}
    subprocess.run([program, "run", *names], env=environment, check=True)


def verdicts() -> dict[str, int | None]:
    """The exit code of the tests by mutant; None was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted(WRITTEN.glob("*.py.meta")):
        found |= json.loads(path.read_text())["exit_code_by_key"]
    return found


def main() -> None:
    """Draw, try and tell."""
    mutmut(FIRST)
    names = sorted(verdicts())
    random.Random(SEED).shuffle(names)  # noqa: S311
    chosen = names[: int(sys.argv[1])] if len(sys.argv) > 1 else names
    mutmut(*chosen)
    known = verdicts()
    told = {name: VERDICTS.get(known[name], "timed out") for name in chosen}
    for name in chosen:
        if told[name] != "killed":
            print(told[name], name)
    counted = Counter(told.values())
    noticed = counted["killed"] + counted["timed out"]
    print(f"{len(chosen)} of {len(names)} mutants: {dict(counted)}, {noticed / len(chosen):.1%}")


if __name__ == "__main__":
    main()

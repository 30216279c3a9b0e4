"""What it costs to build the application, with and without compiled templates kept from before."""

import tempfile
import time
from pathlib import Path
from statistics import median

from finportal import create_app
from finportal.settings import Settings

ROUNDS = 4


def seconds(settings: Settings) -> float:
    """CPU seconds to build it once."""
    began = time.process_time()
    create_app(settings)
    return time.process_time() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        keys = dict.fromkeys(("secret_key", "image_key", "mail_key", "pepper"), "k" * 40)
        bare = Settings(mode="demo", instance=Path(folder), **keys)
        kept = bare.model_copy(update={"template_cache": Path(folder) / "templates"})
        seconds(kept)
        rounds = [(seconds(bare), seconds(kept)) for _ in range(ROUNDS)]
    print(f"compiling each time: {median(a for a, _ in rounds):.2f} s")
    print(f"template_cache set:  {median(b for _, b in rounds):.2f} s")


if __name__ == "__main__":
    main()

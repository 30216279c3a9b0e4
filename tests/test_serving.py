"""What `serve.py` starts from: the portal loaded once, light, with nothing open to be shared."""

import json
import os
import subprocess
import sys
from pathlib import Path

from finportal import keys

ROOT = Path(__file__).parent.parent
FOR_THE_FEW = {
    "PIL", "huey", "lxml", "num2words", "openpyxl", "pyhanko", "redis", "reportlab", "segno",
    "xhtml2pdf",
}  # fmt: skip
"""Libraries that most requests do without: whoever needs one loads it then."""
LOOK = """
import json, os, sys, threading
import wsgi
kept = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd") if int(number) > 2]
files = [os.readlink(one) for one in kept if os.path.exists(one)]
loaded = {name.partition(".")[0] for name in sys.modules}
print(json.dumps([sorted(loaded), files, threading.active_count()]))
"""


def test_the_portal_loads_light_and_can_be_forked(tmp_path: Path) -> None:
    keys.create(tmp_path)
    environment = os.environ | {"FINPORTAL_MODE": "demo", "FINPORTAL_INSTANCE": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    modules, files, threads = json.loads(found.stdout)
    assert FOR_THE_FEW.isdisjoint(modules)
    assert files == [], "a file opened before the fork would be shared by all workers"
    assert threads == 1

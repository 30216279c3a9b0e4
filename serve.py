"""The web server: Granian, forking its workers when the portal is loaded, so that they share it."""

import gc

from granian.cli import entrypoint

import wsgi  # noqa: F401 - workers find it loaded

if __name__ == "__main__":
    gc.collect()
    gc.freeze()  # what the collector leaves alone stays shared
    entrypoint()

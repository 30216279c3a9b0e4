"""What customers notice while documents are drawn without a pause.

Run by `python -m bench.beside_drawing`. Customers open their account as fast as they can, or with
pauses that leave the machine half idle; in turn, nothing else runs, or one drawing process draws a
history of 400 payments again and again.
"""

import statistics
import tempfile
import threading
import time
from pathlib import Path

from bench.papers import page, statement
from bench.run import Client, known_device, open_accounts, running_site, signed_in
from finportal.adapters.pdf import Press

CUSTOMERS, SECONDS, ROUNDS = 4, 6.0, 3
HALF = 0.012
"""Seconds between two pages of a customer that leave two cores about half idle."""


class Visits(threading.Thread):
    """A customer who opens the same page until told to stop; keeps milliseconds."""

    def __init__(self, client: Client, pause: float, until: float) -> None:
        super().__init__()
        self._client, self._pause, self._until = client, pause, until
        self.times: list[float] = []

    def run(self) -> None:
        """Visit."""
        while time.monotonic() < self._until:
            before = time.perf_counter()
            self._client.get("/cuenta")
            self.times.append((time.perf_counter() - before) * 1000)
            time.sleep(self._pause)


def visited(clients: list[Client], pause: float) -> list[float]:
    """Milliseconds of every page that these customers opened in SECONDS."""
    visits = [Visits(client, pause, time.monotonic() + SECONDS) for client in clients]
    for one in visits:
        one.start()
    for one in visits:
        one.join()
    return [ms for one in visits for ms in one.times]


class Drawing(threading.Thread):
    """Draws one document after the other until told to stop; counts them."""

    def __init__(self, press: Press, html: str) -> None:
        super().__init__()
        self._press, self._html = press, html
        self.stop, self.drawn = threading.Event(), 0

    def run(self) -> None:
        """Draw."""
        while not self.stop.is_set():
            self._press.draw(self._html)
            self.drawn += 1


def measure(clients: list[Client], press: Press, html: str, pause: float) -> None:
    """Print the pages' times alone and beside drawing."""
    alone, beside, drawn = list[float](), list[float](), 0
    for _ in range(ROUNDS):
        alone += visited(clients, pause)
        drawing = Drawing(press, html)
        drawing.start()
        beside += visited(clients, pause)
        drawing.stop.set()
        drawing.join()
        drawn += drawing.drawn
    p99 = [statistics.quantiles(times, n=100)[98] for times in (alone, beside)]
    print(
        f"{'half load' if pause else 'full load'}: p50 {statistics.median(alone):.1f} -> "
        f"{statistics.median(beside):.1f} ms, p99 {p99[0]:.1f} -> {p99[1]:.1f} ms "
        f"(x {p99[1] / p99[0]:.2f}, goal 1.5); "
        f"{drawn / ROUNDS / SECONDS:.1f} histories a second (goal 1 at half load)"
    )


def main() -> None:
    """Measure both loads."""
    with running_site() as (site, portal), tempfile.TemporaryDirectory() as folder:
        customers = open_accounts(portal)[:CUSTOMERS]
        clients = [
            signed_in(site.address, one, n, known_device(portal, one))
            for n, one in enumerate(customers, 1)
        ]
        press, html = Press(Path(folder)), page(statement(400))
        press.draw(html)
        for pause in (0.0, HALF):
            measure(clients, press, html, pause)
        press.close()


if __name__ == "__main__":
    main()

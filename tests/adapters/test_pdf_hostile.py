"""What a customer could write into a field, and what a template could let through by mistake."""

import contextlib
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from finportal.adapters.pdf import DrawingFailed, Press
from finportal.adapters.pdf.drawing import drawn
from tests.adapters.papers import paper, table, words_of

VALUES = [
    '<pdf:insertpdf src="file:///etc/passwd"/>',
    '<pdf:piece n="0"></pdf:piece>',
    '<img src="file:///etc/passwd">',
    '<img src="http://127.0.0.1:1/x">',
    '"><script>alert(1)</script>',
    "</td></tr></table><h1>Paz y salvo</h1>",
    "{{ 7 * 7 }}{% raw %}",
    "{page} {pages} {0.__class__}",
    "]]> <!-- &#x3c;b&#x3e; &amp;lt; -->",
    "<para><font color='white'>x</font></para>",
    "url(file:///etc/passwd) @import 'x'; expression(1)",
    "%s %(x)s \\n \\x00",
]


@pytest.mark.parametrize("value", VALUES)
def test_a_field_is_only_ever_text(value: str) -> None:
    shown = " ".join(value.split())
    body = f"<p>{escape(value)}</p>" + table(2).replace("Fila 1", str(escape(value)))
    text = words_of(drawn(paper(body, title="Título")))
    assert text.replace(" ", "").count(shown.replace(" ", "")) == 2


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80))
def test_any_text_draws(value: str) -> None:
    body = f"<p>{escape(value)}</p><dl><div><dt>{escape(value)}</dt><dd>1</dd></div></dl>"
    assert drawn(paper(body + table(1).replace("Fila 0", str(escape(value))))).startswith(b"%PDF-")


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    press = Press(tmp_path_factory.mktemp("places"))
    yield press
    press.close()


@pytest.fixture
def server() -> Iterator[list[str]]:
    """A server that notes whatever is asked of it; its first note is its own address."""
    asked: list[str] = []

    class Notes(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Notes)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    asked.append(f"http://127.0.0.1:{listening.server_port}")
    yield asked
    listening.shutdown()
    listening.server_close()
    thread.join()


def reaching(address: str) -> list[str]:
    """Unescaped: as if a template had let markup through."""
    return [
        f'<img src="{address}">',
        f'<p style="background-image: url({address})">x</p>',
        f'<style>@import "{address}"; @font-face {{ font-family: F; src: url({address}) }}</style>',
        f'<link rel="stylesheet" href="{address}"><p>x</p>',
        f'<object data="{address}"></object><iframe src="{address}"></iframe>',
        f'<embed src="{address}">',
        f'<svg viewBox="0 0 1 1"><image href="{address}"/><use href="{address}#a"/></svg>',
        f'<ul style="list-style-image: url({address})"><li>x</li></ul>',
        f'<pdf:insertpdf src="{address}"/><pdf:barcode value="1" type="qr"/>',
    ]


def test_nothing_is_fetched(press: Press, server: list[str]) -> None:
    for body in reaching(f"{server[0]}/secreto"):
        press.draw(paper(body))
    assert len(server) == 1


def test_no_file_is_read(press: Press, tmp_path: Path) -> None:
    secret = tmp_path / "secreto.css"
    secret.write_text("p { color: red } SECRETO")
    for body in reaching(f"file://{secret}"):
        assert b"SECRETO" not in press.draw(paper(body + "<p>fin</p>"))


def test_the_fence_holds_where_a_library_would_not(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEHIND_THE_FENCE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["refused"] * 6 + ["fine"] * 3, done.stderr


BEHIND_THE_FENCE = """
import socket, subprocess, sys, urllib.request
from pathlib import Path
from finportal.adapters.pdf.fence import Fence
own = Path(sys.argv[1])
key = own.parent / "key.pem"
key.write_text("key")
fence = Fence([], own)
fence.close()
def tried(what):
    try:
        what()
    except PermissionError:
        return "refused"
    return "fine"
print(tried(lambda: open("/etc/passwd")))
print(tried(lambda: socket.socket()))
print(tried(lambda: socket.getaddrinfo("localhost", 80)))
print(tried(lambda: subprocess.run(["true"])))
print(tried(lambda: open(own.parent / "elsewhere", "w")))
print(tried(lambda: key.read_text()))
print(tried(lambda: (own / "mine").write_text("x")))
print(tried(lambda: socket.socketpair()))
fence.admit([str(key)])
print(tried(lambda: key.read_text()))
"""


def test_3000_rows_and_words_without_end_take_no_minute(press: Press) -> None:
    assert len(press.draw(paper(table(3000)))) > 100_000
    assert press.draw(paper(f"<p>{'x' * 200_000}</p>" + table(1).replace("Fila 0", "y" * 50_000)))


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "dl><dd", "ul><li", "b"])
def test_deep_nesting_is_drawn_or_refused(press: Press, tag: str) -> None:
    with contextlib.suppress(DrawingFailed):
        press.draw(paper(f"<{tag}>" * 3000 + "hondo"))
    assert press.draw(paper("<p>Uno</p>"))

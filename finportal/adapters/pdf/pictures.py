"""Inline SVG as vector drawings: shapes in known colours, nothing fetched, nothing run."""

from io import BytesIO
from typing import Any

from lxml import etree
from reportlab.platypus import Flowable
from svglib.svglib import svg2rlg

NAMESPACE = "http://www.w3.org/2000/svg"
SHAPES = {
    "g": (),
    "path": ("d",),
    "rect": ("x", "y", "width", "height"),
    "line": ("x1", "y1", "x2", "y2"),
    "circle": ("cx", "cy", "r"),
    "polyline": ("points",),
    "polygon": ("points",),
}
"""What may be drawn, and which attributes count; text, images and references are left out."""
COLOURS = {
    "line": {"fill": "none", "stroke": "#0b5563", "stroke-width": "3"},
    "under": {"fill": "#e6eef0"},
    "today": {"fill": "none", "stroke": "#b36b00", "stroke-width": "2", "stroke-dasharray": "6 4"},
    "principal": {"fill": "#0b5563"},
    "interest": {"fill": "#b36b00"},
    "insurance": {"fill": "#6b7a88"},
    "qr": {"fill": "#000000"},
}
"""The classes of charts as they look on paper."""
TALLEST = 180.0
"""Points."""


class Drawn(Flowable):  # type: ignore[misc]
    """A picture as wide as its place and no taller than it should be."""

    def __init__(self, svg: Any) -> None:
        super().__init__()
        self._drawing = svg2rlg(BytesIO(plain_svg(svg)))
        self.spaceBefore, self.spaceAfter = 4, 4

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Keep the proportions; nothing where there is nothing to draw."""
        if self._drawing is None or not self._drawing.width or not self._drawing.height:
            return 0, 0
        self._scale = min(width / self._drawing.width, TALLEST / self._drawing.height)
        return self._drawing.width * self._scale, self._drawing.height * self._scale

    def draw(self) -> None:
        """Draw it in its scale."""
        if self._drawing is not None and self._drawing.width:
            self.canv.scale(self._scale, self._scale)
            self._drawing.drawOn(self.canv, 0, 0)


def plain_svg(svg: Any) -> bytes:
    """An SVG of known shapes only, its classes turned into colours."""
    box = (svg.get("viewbox") or svg.get("viewBox") or "0 0 0 0").replace(",", " ").split()
    root = etree.Element(f"{{{NAMESPACE}}}svg", nsmap={None: NAMESPACE})
    root.attrib.update({"viewBox": " ".join(box), "width": box[-2], "height": box[-1]})
    _copy(svg, root)
    plain: bytes = etree.tostring(root)
    return plain


def _copy(source: Any, target: Any) -> None:
    for node in source:
        if node.tag not in SHAPES:
            continue
        shape = etree.SubElement(target, f"{{{NAMESPACE}}}{node.tag}")
        for name in SHAPES[node.tag]:
            if value := node.get(name):
                shape.set(name, value)
        for name in (node.get("class") or "").split():
            shape.attrib.update(COLOURS.get(name, {}))
        _copy(node, shape)

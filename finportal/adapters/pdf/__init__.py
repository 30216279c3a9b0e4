"""Documents as PDF: HTML in, bytes out, drawn in a process of its own that may do little else."""

from finportal.adapters.pdf.press import (
    DrawingBusy,
    DrawingFailed,
    DrawingTookTooLong,
    Finish,
    Limits,
    Press,
)

__all__ = ["DrawingBusy", "DrawingFailed", "DrawingTookTooLong", "Finish", "Limits", "Press"]

"""What is HTTP, HTMX or Jinja and belongs to no single page."""

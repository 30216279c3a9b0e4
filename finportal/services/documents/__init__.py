"""Documents: what each paper says as frozen facts, how it is issued, and whether it still holds."""

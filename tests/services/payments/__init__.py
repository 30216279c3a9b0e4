"""Payments, with a fake gateway over real HTTP."""

"""Tests of the copy of one's own data."""

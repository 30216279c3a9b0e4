"""Tests of the loan arithmetic."""

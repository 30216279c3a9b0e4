"""Use cases as plain functions: given the database, values and a moment; without Flask."""

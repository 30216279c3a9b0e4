"""The tests, under the same names as the code they are about."""

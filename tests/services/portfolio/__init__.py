"""Loading the lender's files."""

"""The lender's files: read, judged and stored, or refused line by line."""

"""Contact data: changed, undone, and behind the lender's file."""

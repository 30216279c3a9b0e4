"""Customers' contact data: changed and proven, told, undone, and learnt from the lender's file."""

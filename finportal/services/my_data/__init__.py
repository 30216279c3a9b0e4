"""Everything held about a customer, as one file the customer may take (Ley 1581/2012, art. 8 a)."""

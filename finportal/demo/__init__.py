"""The demo lender: invented customers and credits, and nothing that a real portal needs."""

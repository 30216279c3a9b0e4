"""The payment gateways."""

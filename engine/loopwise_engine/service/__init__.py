"""The contract as gRPC handlers: decode, check the form, call the rules, encode. No rules in here."""

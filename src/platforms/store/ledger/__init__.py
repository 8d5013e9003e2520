"""The ledger (台账): how each plot stands, who is to do what by when, and who changed it."""

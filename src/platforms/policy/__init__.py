"""Rules, parameters, targets: documents made executable."""

"""Membership: which town, platform and layout unit holds a feature."""

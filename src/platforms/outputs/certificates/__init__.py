"""The certificate: areas that are signed, as PDF and printed page."""

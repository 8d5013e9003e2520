"""The pages: one function each, called by the navigation."""

"""Cards, catalogue, citations, workspace: the meaning of a data file."""

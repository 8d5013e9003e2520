"""Reading and writing files, coordinate systems, areas: knows no layer."""

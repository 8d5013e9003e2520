"""What a desktop GIS opens: styles, names of fields, relations, and a description of it all."""

"""Planning workbench for a county's industrial land."""

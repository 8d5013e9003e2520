"""Parts of the page 地块量算: files in, faults, papers out."""

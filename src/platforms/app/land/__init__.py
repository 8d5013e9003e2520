"""Parts of the page 可腾退用地."""

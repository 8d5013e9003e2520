"""Map documents, and the page that opens offline."""

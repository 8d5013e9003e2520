"""Parts of the page 目标对账."""

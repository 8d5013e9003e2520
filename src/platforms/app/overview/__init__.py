"""Parts of the page 一张图."""

"""Parts of the page 规划文件."""

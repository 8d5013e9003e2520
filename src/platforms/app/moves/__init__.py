"""Parts of the page 平台归属与搬迁: membership and relocation."""

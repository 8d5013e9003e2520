"""Siting on the page 平台归属与搬迁."""

"""The page 成果导出: what leaves, under which profile, looked at and checked before."""

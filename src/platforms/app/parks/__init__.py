"""The page 园区: cards, tables and charts of the lists, their words, and their true positions."""

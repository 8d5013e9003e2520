"""Map, page, workbook and exchange files: what leaves the building."""

from __future__ import annotations

import openpyxl
import pytest

from platforms.outputs.books.workbook import save_workbook


@pytest.fixture(scope="session")
def example_book(example, tmp_path_factory):
    """The workbook of the example as it was written, read back; nobody changes it."""
    path = tmp_path_factory.mktemp("book") / "ledger.xlsx"
    save_workbook(example, path)
    return openpyxl.load_workbook(path)

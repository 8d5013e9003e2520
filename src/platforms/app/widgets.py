"""Streamlit's own parts in the visitor's language: their tool tips, labels and hints.

Streamlit says these in English whatever the language of the page. The browser exchanges what
it knows, letter by letter, within Streamlit's own parts; a visitor's words are never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from platforms import messages

__all__ = ["PATTERNS", "REFUSED", "WORDS", "refused_words", "show_widget_words"]

# what Streamlit says → entry of the catalogue
WORDS = {
    "Skip to main content": "skip",
    "Navigate to home page": "home",
    "Logo": "logo",
    "App pages": "pages",
    "Open": "open",
    "Close": "close",
    "Dismiss": "close",
    "Clear value": "clear",
    "Clear all": "clear",
    "Clear entry": "clear",
    "Clear date": "clear",
    "Clear selection": "clear_selection",
    "Increment": "more",
    "Decrement": "less",
    "Choose an option": "choose_one",
    "Choose options": "choose_some",
    "No options to select": "no_options",
    "No results": "no_results",
    "Select all": "select_all",
    "Selected values": "selected",
    "Choose date": "choose_date",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": "date_keys",
    "Press Enter to apply": "enter_apply",
    "Press Enter to submit form": "enter_submit",
    "Press ⌘+Enter to apply": "enter_apply",
    "Press Ctrl+Enter to apply": "enter_apply",
    "Press Ctrl+Enter to submit form": "enter_submit",
    "file upload": "file_upload",
    "Upload": "upload",
    "Add files": "add_files",
    "Drag and drop files here": "drop",
    "Show/hide columns": "columns",
    "Download as CSV": "csv",
    "Add row": "row_add",
    "Delete row(s)": "row_delete",
    "Search": "search",
    "Type to search": "search_type",
    "Close Search": "search_close",
    "Next Result": "search_next",
    "Previous Result": "search_before",
    "Fullscreen": "full",
    "Close fullscreen": "full_close",
    "Dataframe column menu": "column_menu",
    "Copy column name": "column_copy",
    "Sort ascending": "sort_up",
    "Sort descending": "sort_down",
    "Statistics": "statistics",
    "Format": "format",
    "Autosize": "autosize",
    "Pin column": "pin",
    "Unpin column": "unpin",
    "Hide column": "hide",
    "Automatic": "format_automatic",
    "Localized": "format_localized",
    "Plain": "format_plain",
    "Compact": "format_compact",
    "Dollar": "format_dollar",
    "Euro": "format_euro",
    "Yen": "format_yen",
    "Percent": "format_percent",
    "Scientific": "format_scientific",
    "Accounting": "format_accounting",
    "Distance": "format_distance",
    "Calendar": "format_calendar",
    "Values": "statistics_values",
    "Distinct": "statistics_distinct",
    "Empty": "statistics_empty",
    "Sum": "statistics_sum",
    "Average": "statistics_average",
    "Median": "statistics_median",
    "Minimum": "statistics_minimum",
    "Maximum": "statistics_maximum",
    "Range": "statistics_range",
    "Standard deviation": "statistics_deviation",
    "Average length": "statistics_length",
    "Minimum length": "statistics_shortest",
    "Maximum length": "statistics_longest",
    "Based on sample": "statistics_part",
    "Scroll tabs left": "tabs_left",
    "Scroll tabs right": "tabs_right",
    "Page not found": "no_page",
    "The page that you have requested does not seem to exist. Running the app's main"
    " page.": "no_page_there",
    "Running...": "running",
    "Error:": "not_taken",
    "Connection error": "lost",
    "Streamlit server is not responding. Are you connected to the internet?": "lost_what",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your"
    " terminal:": "lost_what",
    "streamlit run yourscript.py": "lost_command",
}
# the same with something that varies, as the browser's regular expressions
PATTERNS = {
    r"(\d+)\s?MB per file": "upload_limit",
    r"File must be (.+) or smaller\.": "upload_large",
    r"(?:AxiosError: )?Request failed with status code (\d+)": "upload_refused",
    r"Help for (.+)": "help",
    r"(\d+|over 1000) results?": "results",
    r"(\d+ of (?:\d+|over 1000)) results?": "results_at",
    r"Remove (.+)": "remove",
    r"Select (\d+) matches": "select_matches",
    r"You have requested page /(.+), but no corresponding file was found in the app's pages/"
    r" directory\. Running the app's main page\.": "no_page_what",
}


# kinds of files that a box does not take, by the type that the browser tells; the first that fits
REFUSED = {
    r"image/\S+": "picture",
    r"(?:video|audio)/\S+": "film",
    r"application/pdf": "pdf",
    r"application/(?:msword|rtf|\S*wordprocessingml\S*|\S*opendocument\.text)": "word",
    r"application/(?:\S*ms-excel\S*|\S*spreadsheet\S*|\S*kset)|text/csv": "sheet",
    r"application/\S*(?:powerpoint|presentation)\S*": "slides",
    r"application/\S*(?:zip|rar|7z|tar|compressed)\S*": "archive",
    r"application/\S*json|application/\S*km[lz]\S*": "map",
    r"text/html": "page",
    r"text/\S+": "text",
    # a browser has no type for many kinds, such as drawings
    r"\S*": "other",
}


def _t(entry: str) -> str:
    return messages.text(f"widgets.{entry}", one="$1")


def refused_words() -> list[list[str]]:
    """Return what is said of a kind of file that a box does not take, as patterns and words."""
    return [
        [
            rf"\s*(?:{told})\s*files are not allowed\.",
            messages.text("widgets.upload_kind", one=messages.text(f"widgets.refused.{kind}")),
        ]
        for told, kind in REFUSED.items()
    ]


def show_widget_words() -> None:
    """Let the browser say in the visitor's language what Streamlit says in English."""
    _widgets()(
        key="widgets",
        data={
            "words": {told: messages.text(f"widgets.{entry}") for told, entry in WORDS.items()},
            "patterns": [
                *([told, _t(entry)] for told, entry in PATTERNS.items()),
                *refused_words(),
            ],
        },
    )


@cache
def _widgets() -> Callable[..., Any]:
    js = Path(__file__).with_name("widgets.js").read_text(encoding="utf-8")
    mounted: Callable[..., Any] = st.components.v2.component("platforms_widgets", js=js)
    return mounted

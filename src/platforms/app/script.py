"""The script that Streamlit runs for each visitor."""

from platforms.app.main import main

main()

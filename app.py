"""Start of the app: ``streamlit run app.py``."""

from platforms.app.main import main

main()

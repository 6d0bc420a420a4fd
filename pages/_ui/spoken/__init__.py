"""Which language a browser's pages speak, and the menu that changes it."""

from pages._ui.spoken.spoken import Listening, menu, of_session

__all__ = ["Listening", "menu", "of_session"]

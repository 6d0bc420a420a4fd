"""What do the words mean? The glossary."""

from __future__ import annotations

from pages._ui import glossary

glossary.show()

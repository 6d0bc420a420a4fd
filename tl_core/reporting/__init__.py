"""A report, drawn: one tree of sections as a self-contained HTML file and as a PDF. No torch, no page."""

"""Medical scans -> pictures of 8 bits: DICOM and NIfTI. Asked of a limited child only, which loads this on need.

What a file says besides its pixels stays outside, but for an allow-list of technical facts (``technical``) and a digest
of who was scanned, which becomes a keyed pseudonym at the intake.
"""

"""The contenders, one a file: ``run(material, **options) -> Result``. What they import is loaded before the clock."""

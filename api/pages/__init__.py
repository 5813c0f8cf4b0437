"""Server-rendered pages for residents, crews and members."""

"""Work that takes longer than a page may: it runs beside the server, shows how far it is and
can be stopped."""

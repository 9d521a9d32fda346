"""How a tablet comes to trust this canteen: public pages, reachable before it does."""

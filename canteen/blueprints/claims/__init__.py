"""Claims over HTTP: what funders owe, preparing a claim, a closed claim and its money."""

"""Who gets a meal brought: applications, the line, pauses, one-day specials, the cut-off."""

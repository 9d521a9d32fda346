"""Paper beside the phone: sheets with a code, labels that add up, outcomes typed in at once."""

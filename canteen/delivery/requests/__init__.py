"""Residents ask, teams are told, volunteers take it: 居民点单、党支部派单、党员接单."""

"""Who carries: teams, usual households, absences and substitutes, hours, the agreement."""

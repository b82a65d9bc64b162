"""A petition site in miniature: invented lives on a movable clock, served as the UK site serves its petitions."""

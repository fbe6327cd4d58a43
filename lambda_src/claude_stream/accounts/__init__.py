"""Who may spend how much: named keys, their limits, and what they have used."""
